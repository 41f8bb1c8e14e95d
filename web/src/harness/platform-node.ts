import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FailedError, describeError, UnavailableError } from '../runtime/errors.ts';
import { MissingFile, type Reader } from '../runtime/files/reader.ts';
import type { Platform } from '../runtime/platform.ts';

/** A reader of the file system. */
export const fileReader: Reader = {
  async read(location) {
    try {
      return new Uint8Array(await readFile(location));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw new MissingFile(location, 'there is none');
      }
      throw new FailedError(`Expected to read ${location}; received: ${describeError(error)}. Check its permissions.`);
    }
  },
  join: (site, name) => path.join(site, ...name.split('/')),
  relative(site, location) {
    const name = path.relative(site, location);
    if (name.startsWith('..') || path.isAbsolute(name)) return null;
    return name.split(path.sep).join('/');
  },
};

/** Create the platform of Node; the build puts WebAssembly files beside the harness. */
export function createNodePlatform(): Platform {
  return {
    name: 'node',
    engine: { name: 'node', version: process.versions.node },
    reader: fileReader,
    locate: (url) => fileURLToPath(url),
    external: async (name) => load(name),
  };
}

/** Load a package from the harness's folder, else from the working directory. */
function load(name: string): unknown {
  const reasons: string[] = [];
  for (const from of [import.meta.url, path.join(process.cwd(), 'x.js')]) {
    try {
      return createRequire(from)(name);
    } catch (error) {
      reasons.push(describeError(error).replaceAll(/\s+/gu, ' '));
    }
  }
  throw new UnavailableError(
    `Expected the Node package ${name}; it cannot be loaded (${reasons.at(-1)}). ` +
      `Install it in the working directory: npm install ${name}`,
  );
}
