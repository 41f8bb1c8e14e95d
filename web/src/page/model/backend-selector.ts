import { byId } from '../dom.ts';
import type { Choice } from './choices.ts';

/** The selector of backends. It remembers which backends have failed on this device. */
export class BackendSelector {
  readonly #offered: readonly Choice[];
  readonly #select = byId('backend', HTMLSelectElement);
  readonly #failed = new Set<Choice>();

  /** @param onChange called with the visitor's choice */
  constructor(offered: readonly Choice[], onChange: (choice: Choice) => void) {
    this.#offered = offered;
    this.#select.replaceChildren(...offered.map(({ title }, index) => new Option(title, String(index))));
    this.#select.disabled = false;
    this.#select.addEventListener('change', () => {
      const choice = offered[Number(this.#select.value)];
      if (choice === undefined) return;
      this.#failed.delete(choice);
      onChange(choice);
    });
  }

  /** Record that a backend failed, and select the first that has not. @returns it, or undefined */
  selectAfter(failed: Choice): Choice | undefined {
    this.#failed.add(failed);
    const next = this.#offered.findIndex((choice) => !this.#failed.has(choice));
    if (next >= 0) this.#select.value = String(next);
    return this.#offered[next];
  }
}
