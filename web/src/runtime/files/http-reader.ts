import { concatenate } from '../bytes.ts';
import { FailedError, describeError } from '../errors.ts';
import { MissingFile, StalledTransfer, type FileProgress, type Reader, type Sink } from './reader.ts';
import { STALL_MS, StallError, withStallLimit } from './timeout.ts';

const ADDRESSES: Pick<Reader, 'join' | 'relative'> = {
  join: (site, path) => new URL(path.split('/').map(encodeURIComponent).join('/'), toFolderUrl(site)).href,
  relative(site, location) {
    const base = toFolderUrl(site);
    if (!location.startsWith(base)) return null;
    return decodeURIComponent(location.slice(base.length).replace(/[?#].*$/, ''));
  },
};

/**
 * Create a reader over HTTP. A status outside 200 to 299 is an error, and so is a transfer that stalls.
 *
 * @param report called with the progress after each piece
 * @param cache by default the server is asked whether a kept copy is still right: a manifest must not outlive its files
 */
export function createHttpReader(
  report: (progress: FileProgress) => void = () => undefined,
  cache: RequestCache = 'no-cache',
): Reader {
  return { ...ADDRESSES, read: (location, sink) => download(location, report, cache, sink) };
}

export const httpReader = createHttpReader();

async function download(
  location: string,
  report: (progress: FileProgress) => void,
  cache: RequestCache,
  sink: Sink = () => undefined,
): Promise<Uint8Array> {
  const abort = new AbortController();
  let response: Response;
  try {
    response = await withStallLimit(fetch(location, { cache, signal: abort.signal }));
  } catch (error) {
    abort.abort();
    if (error instanceof StallError) throw createStallError(location, 0, null);
    throw new FailedError(
      `Expected an answer from the server for ${location}; received none (${describeError(error)}). Check the network connection and try again.`,
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
  const total = readLength(response);
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  try {
    report({ location, loaded, total });
    const body = response.body?.getReader();
    for (let step = await readPiece(body); step?.value !== undefined; step = await readPiece(body)) {
      pieces.push(step.value);
      sink(step.value);
      loaded += step.value.length;
      report({ location, loaded, total });
    }
  } catch (error) {
    abort.abort();
    if (error instanceof StallError) throw createStallError(location, loaded, total);
    throw new FailedError(
      `Expected the whole of ${location}; the transfer broke off (${describeError(error)}). Check the network connection and try again.`,
    );
  }
  return concatenate(pieces);
}

async function readPiece(body: ReadableStreamDefaultReader<Uint8Array> | undefined) {
  return body === undefined ? undefined : withStallLimit(body.read());
}

/** Read the body's length; null if it is compressed, because the header then gives the compressed length. */
function readLength({ headers }: Response): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}

function createStallError(location: string, loaded: number, total: number | null): StalledTransfer {
  const of = total === null ? '' : ` of ${total}`;
  return new StalledTransfer(
    `Expected the whole of ${location}; nothing came for ${STALL_MS / 1000} s after ${loaded}${of} bytes. ` +
      'Check the network connection and try again.',
  );
}

/** Add the closing slash to a site's address; without it URL resolution drops the last segment. */
function toFolderUrl(site: string): string {
  const url = new URL(site);
  url.search = '';
  url.hash = '';
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
