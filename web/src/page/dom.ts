/** The element of the page with that id. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`Expected <${type.name} id="${id}"> in index.html.`);
  return element;
}

/** A new element with a class, and children. */
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

/** Text of either direction, such as a label: what stands around it keeps its order. */
export function isolateText(text: string): HTMLElement {
  return h('bdi', '', text);
}

/** A number with its signs and unit: read from left to right on any page, or "< 1" would read as "1 >". */
export function forceLeftToRight(text: string): HTMLElement {
  const element = isolateText(text);
  element.dir = 'ltr';
  return element;
}
