import { MissingFile, type Reader } from '../../src/runtime/files/reader.ts';

export const SITE = 'memory:/site/';

/** A site in memory, with the list of what was read from it. */
export function createMemoryReader(files: ReadonlyMap<string, Uint8Array>): Reader & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    async read(location) {
      log.push(location);
      const bytes = files.get(location.slice(SITE.length));
      if (bytes === undefined) throw new MissingFile(location, 'the server answered 404');
      return bytes;
    },
    join: (site, path) => site + path,
    relative: (site, location) => (location.startsWith(site) ? location.slice(site.length) : null),
  };
}
