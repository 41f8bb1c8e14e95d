import { FailedError, messageOf } from './errors.ts';
import { STALL_MS, Stalled, within } from './stall.ts';

/** Where files come from: HTTP in a browser, the file system in Node. */
export interface Reader {
  /** @throws MissingFile | FailedError */
  read(location: string): Promise<Uint8Array>;
  /** The location of a path inside a site. */
  join(site: string, path: string): string;
  /** The path inside a site of a location, or null when it lies elsewhere. */
  relative(site: string, location: string): string | null;
}

/** A file that is not there; `answer` says how that showed. */
export class MissingFile extends FailedError {
  readonly answer: string;

  constructor(location: string, answer: string) {
    super(`Expected a file at ${location}; ${answer}. Check the address, and that the whole site was uploaded.`);
    this.answer = answer;
  }
}

/** How much of a file has come: bytes, and of how many where the server says so. */
export interface Progress {
  location: string;
  loaded: number;
  total: number | null;
}

const ADDRESSES: Pick<Reader, 'join' | 'relative'> = {
  join: (site, path) => new URL(path.split('/').map(encodeURIComponent).join('/'), folder(site)).href,
  relative(site, location) {
    const base = folder(site);
    if (!location.startsWith(base)) return null;
    return decodeURIComponent(location.slice(base.length).replace(/[?#].*$/, ''));
  },
};

/**
 * Reads over HTTP; a status outside 200 to 299 is an error, never content, and so is a transfer that stands still.
 *
 * @param report told of each piece that comes
 */
export function makeHttpReader(report: (progress: Progress) => void = () => undefined): Reader {
  return { ...ADDRESSES, read: (location) => receive(location, report) };
}

export const httpReader = makeHttpReader();

async function receive(location: string, report: (progress: Progress) => void): Promise<Uint8Array> {
  const abort = new AbortController();
  let response: Response;
  try {
    // `no-cache` asks the server whether a kept copy is still right: a manifest must not outlive its files.
    response = await within(fetch(location, { cache: 'no-cache', signal: abort.signal }));
  } catch (error) {
    abort.abort();
    if (error instanceof Stalled) throw stalled(location, 0, null);
    throw new FailedError(
      `Expected an answer from the server for ${location}; received none (${messageOf(error)}). Check the network connection and try again.`,
    );
  }
  if (response.status === 404 || response.status === 410) {
    throw new MissingFile(location, `the server answered ${response.status}`);
  }
  if (!response.ok) {
    throw new FailedError(
      `Expected the server to send ${location}; it answered ${response.status}. Try again later, or look at the server's log.`,
    );
  }
  const total = lengthOf(response);
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  try {
    report({ location, loaded, total });
    const body = response.body?.getReader();
    for (let step = await next(body); step?.value !== undefined; step = await next(body)) {
      pieces.push(step.value);
      loaded += step.value.length;
      report({ location, loaded, total });
    }
  } catch (error) {
    abort.abort();
    if (error instanceof Stalled) throw stalled(location, loaded, total);
    throw new FailedError(
      `Expected the whole of ${location}; the transfer broke off (${messageOf(error)}). Check the network connection and try again.`,
    );
  }
  return concatenate(pieces, loaded);
}

async function next(body: ReadableStreamDefaultReader<Uint8Array> | undefined) {
  return body === undefined ? undefined : within(body.read());
}

/** The body's length; unknown where it comes compressed, for the header then counts what is on the wire. */
function lengthOf({ headers }: Response): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}

function concatenate(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

function stalled(location: string, loaded: number, total: number | null): FailedError {
  const of = total === null ? '' : ` of ${total}`;
  return new FailedError(
    `Expected the whole of ${location}; nothing came for ${STALL_MS / 1000} s after ${loaded}${of} bytes. ` +
      'Check the network connection and try again.',
  );
}

/** A site's address with its closing slash, without which URL resolution would drop the last segment. */
function folder(site: string): string {
  const url = new URL(site);
  url.search = '';
  url.hash = '';
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
