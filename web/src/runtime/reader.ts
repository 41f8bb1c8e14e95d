import { FailedError, messageOf } from './errors.ts';

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

/** Reads over HTTP; a status outside 200 to 299 is an error, never content. */
export const httpReader: Reader = {
  async read(location) {
    let response: Response;
    try {
      // `no-cache` asks the server whether a kept copy is still right: a manifest must not outlive its files.
      response = await fetch(location, { cache: 'no-cache' });
    } catch (error) {
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
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new FailedError(
        `Expected the whole of ${location}; the transfer broke off (${messageOf(error)}). Check the network connection and try again.`,
      );
    }
  },
  join: (site, path) => new URL(path.split('/').map(encodeURIComponent).join('/'), folder(site)).href,
  relative(site, location) {
    const base = folder(site);
    if (!location.startsWith(base)) return null;
    return decodeURIComponent(location.slice(base.length).replace(/[?#].*$/, ''));
  },
};

/** A site's address with its closing slash, without which URL resolution would drop the last segment. */
function folder(site: string): string {
  const url = new URL(site);
  url.search = '';
  url.hash = '';
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
