import { byId } from '../dom.ts';

export type Tab = 'file' | 'draw';

/**
 * Connect the tabs "File" and "Draw"; arrow keys move between them in their direction.
 *
 * @param onSwitch called with the tab that the visitor switches to
 */
export function connectTabs(onSwitch: (tab: Tab) => void): { show(tab: Tab): void } {
  const entries = (['file', 'draw'] as const).map((name) => ({
    name,
    tab: byId(`tab-${name}`, HTMLButtonElement),
    panel: byId(`panel-${name}`, HTMLElement),
  }));

  function show(name: Tab): void {
    for (const entry of entries) {
      const selected = entry.name === name;
      entry.tab.setAttribute('aria-selected', String(selected));
      entry.tab.tabIndex = selected ? 0 : -1;
      entry.panel.hidden = !selected;
    }
  }

  function switchTo(name: Tab): void {
    const shown = entries.find(({ tab }) => tab.getAttribute('aria-selected') === 'true');
    if (shown?.name === name) return;
    show(name);
    onSwitch(name);
  }

  const list = byId('tabs', HTMLElement);
  list.hidden = false;
  entries.forEach(({ name, tab, panel }, index) => {
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    tab.addEventListener('click', () => switchTo(name));
    tab.addEventListener('keydown', (event) => {
      const right = getComputedStyle(list).direction === 'rtl' ? -1 : 1;
      const step = { ArrowRight: right, ArrowLeft: -right, Home: -index, End: entries.length - 1 - index }[event.key];
      const next = step === undefined ? undefined : entries.at((index + step) % entries.length);
      if (next === undefined) return;
      event.preventDefault();
      switchTo(next.name);
      next.tab.focus();
    });
  });
  return { show };
}
