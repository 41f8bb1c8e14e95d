import type { FileProgress } from '../../runtime/files/reader.ts';

/** Sums the progress of the files that a model needs, in bytes. */
export class TransferProgress {
  readonly #files = new Map<string, { loaded: number; total: number }>();

  /** @param expected sizes in bytes of the files that will be loaded, by name */
  constructor(expected: ReadonlyMap<string, number>) {
    for (const [name, total] of expected) this.#files.set(name, { loaded: 0, total });
  }

  /** Add the progress of a file; a file of unknown size counts with the bytes received. */
  add(name: string, { loaded, total }: Omit<FileProgress, 'location'>): void {
    const known = this.#files.get(name)?.total ?? total ?? 0;
    this.#files.set(name, { loaded, total: Math.max(known, loaded) });
  }

  get loaded(): number {
    return this.#sum('loaded');
  }

  get total(): number {
    return this.#sum('total');
  }

  #sum(what: 'loaded' | 'total'): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file[what], 0);
  }
}
