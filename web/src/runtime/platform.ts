import type { Codecs } from './decode/types.ts';
import type { Reader } from './files/reader.ts';

/** The services that a browser's worker and Node implement differently. */
export interface Platform {
  readonly name: 'browser' | 'node';
  readonly engine: { name: string; version: string } | null;
  readonly reader: Reader;
  /** The platform's own image decoder, or null if there is none or it is not exact. */
  readonly native: Codecs['native'];
  /** The location, for the reader, of a file that ships beside the code. @param url as `import url from 'FILE?url'` gives it */
  locate(url: string): string;
  /** Load a module that is not part of the build. @throws UnavailableError it is not installed */
  external(name: string): Promise<unknown>;
}
