import type { FileProgress } from '../../runtime/files/reader.ts';

/** How much has come of the files that a model needs: bytes of bytes. */
export class TransferProgress {
  readonly #files = new Map<string, { loaded: number; total: number }>();

  /** @param expected sizes in bytes of the files that will come, by name */
  constructor(expected: ReadonlyMap<string, number>) {
    for (const [name, total] of expected) this.#files.set(name, { loaded: 0, total });
  }

  /** Take what has come of a file; one of unknown size counts with what has come of it. */
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
