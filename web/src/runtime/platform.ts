import type { Reader } from './files/reader.ts';

/** The services that a browser's worker and Node implement differently. */
export interface Platform {
  readonly name: 'browser' | 'node';
  readonly engine: { name: string; version: string } | null;
  readonly reader: Reader;
  /** The location, for the reader, of a file that ships beside the code. @param url as `import url from 'FILE?url'` gives it */
  locate(url: string): string;
  /** Load a module that is not part of the build. @throws UnavailableError it is not installed */
  external(name: string): Promise<unknown>;
}
