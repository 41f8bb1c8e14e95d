/** Find the page's element with an id. @throws Error there is none of that type */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`Expected <${type.name} id="${id}"> in index.html.`);
  return element;
}

/** Create an element with a class and children (hyperscript). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** Isolate text of unknown direction, such as a label, from the direction of the text around it. */
export function isolateText(text: string): HTMLElement {
  return h('bdi', '', text);
}

/** Force left-to-right order for a number with signs and unit; in right-to-left text "< 1" would read "1 >". */
export function forceLeftToRight(text: string): HTMLElement {
  const element = isolateText(text);
  element.dir = 'ltr';
  return element;
}
