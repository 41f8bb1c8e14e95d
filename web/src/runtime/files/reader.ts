import { FailedError } from '../errors.ts';

/** Takes the pieces of a file as they arrive, before anything is checked. */
export type Sink = (piece: Uint8Array) => void;

/** A source of files: HTTP in a browser, the file system in Node. */
export interface Reader {
  /**
   * @param sink called with each piece, if the source gives pieces
   * @throws MissingFile | FailedError
   */
  read(location: string, sink?: Sink): Promise<Uint8Array>;
  /** The location of a path inside a site. */
  join(site: string, path: string): string;
  /** The path inside a site of a location, or null when it lies elsewhere. */
  relative(site: string, location: string): string | null;
}

/** Error for a file that does not exist; `answer` is what the source answered. */
export class MissingFile extends FailedError {
  readonly answer: string;

  constructor(location: string, answer: string) {
    super(`Expected a file at ${location}; ${answer}. Check the address, and that the whole site was uploaded.`);
    this.answer = answer;
  }
}

/** Error for a transfer of which nothing came for `STALL_MS`: whoever asks again waits as long once more. */
export class StalledTransfer extends FailedError {}

/** How much of a file has been received, in bytes; `total` is null if the server does not say it. */
export interface FileProgress {
  location: string;
  loaded: number;
  total: number | null;
}
