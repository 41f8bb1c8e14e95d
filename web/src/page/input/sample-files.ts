import { IntegrityError } from '../../runtime/errors.ts';
import { createBundle, type Bundle } from '../../runtime/files/bundle.ts';
import { createHttpReader, httpReader } from '../../runtime/files/http-reader.ts';
import type { EarlyFiles } from '../early/early-files.ts';

/** So many bytes of samples are kept, so that one that is chosen again is not read again. */
const MOST_BYTES = 16 * 2 ** 20;

/** The files of samples, each checked against the manifest when it is read. */
export class SampleFiles {
  readonly #site: string;
  readonly #bundle: Bundle;
  readonly #reader: Bundle;
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;

  /** @param early gives files that were asked for before; others come from the browser's copy of the picture shown */
  constructor(site: string, bundle: Bundle, early: EarlyFiles) {
    const shown = createHttpReader(undefined, 'default');
    this.#site = site;
    this.#bundle = bundle;
    this.#reader = createBundle(
      { ...shown, read: (location) => early.take(location) ?? shown.read(location) },
      site,
      bundle.manifest,
    );
  }

  /**
   * Read a sample.
   *
   * @throws IntegrityError | FailedError it does not come, or is not what the manifest lists
   */
  async read(path: string): Promise<Uint8Array> {
    const kept = this.#kept.get(path);
    if (kept !== undefined) return kept;
    const location = httpReader.join(this.#site, path);
    const bytes = await this.#reader.readLocation(location).catch((error) => {
      if (error instanceof IntegrityError) return this.#bundle.readLocation(location); // a kept copy may be older
      throw error;
    });
    this.#keep(path, bytes);
    return bytes;
  }

  #keep(path: string, bytes: Uint8Array): void {
    if (this.#bytes + bytes.length > MOST_BYTES) {
      this.#kept.clear();
      this.#bytes = 0;
    }
    this.#kept.set(path, bytes);
    this.#bytes += bytes.length;
  }
}
