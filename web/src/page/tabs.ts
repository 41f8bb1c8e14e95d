import { byId } from './dom.ts';

/** The two ways to bring an image, as tabs: arrow keys move between them. */
export function imageTabs(): { show(name: 'file' | 'draw'): void } {
  const entries = (['file', 'draw'] as const).map((name) => ({
    name,
    tab: byId(`tab-${name}`, HTMLButtonElement),
    panel: byId(`panel-${name}`, HTMLElement),
  }));

  function show(name: 'file' | 'draw'): void {
    for (const entry of entries) {
      const selected = entry.name === name;
      entry.tab.setAttribute('aria-selected', String(selected));
      entry.tab.tabIndex = selected ? 0 : -1;
      entry.panel.hidden = !selected;
    }
  }

  byId('tabs', HTMLElement).hidden = false;
  entries.forEach(({ name, tab, panel }, index) => {
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    tab.addEventListener('click', () => show(name));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -index, End: entries.length - 1 - index }[event.key];
      const next = step === undefined ? undefined : entries.at((index + step) % entries.length);
      if (next === undefined) return;
      event.preventDefault();
      show(next.name);
      next.tab.focus();
    });
  });
  return { show };
}
