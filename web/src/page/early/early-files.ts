import { createHttpReader } from '../../runtime/files/http-reader.ts';
import type { FileProgress, Reader, Sink } from '../../runtime/files/reader.ts';

/** Files that are asked for ahead of their use; each can be taken once. */
export class EarlyFiles {
  readonly #reads = new Map<string, Promise<Uint8Array>>();
  // The cache mode of `<link rel="preload">`: another would ask the server a second time.
  readonly #reader: Reader = createHttpReader((progress) => this.onprogress(progress), 'default');
  /** Called with the progress of each file. */
  onprogress: (progress: FileProgress) => void = () => undefined;

  /** Ask for a file. @param sink takes its pieces as they arrive, before anything is checked */
  ask(location: string, sink?: Sink): Promise<Uint8Array> {
    const read = this.#reader.read(location, sink);
    read.catch(() => undefined); // who takes it gets the error
    this.#reads.set(location, read);
    return read;
  }

  /** Take a file; null where it was not asked for, or was taken before. */
  take(location: string): Promise<Uint8Array> | null {
    const read = this.#reads.get(location) ?? null;
    this.#reads.delete(location);
    return read;
  }
}
