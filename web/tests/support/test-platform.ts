import path from 'node:path';
import { UnavailableError } from '../../src/runtime/errors.ts';
import type { Platform } from '../../src/runtime/platform.ts';
import { readAsset } from './assets.ts';
import { createMemoryReader, SITE } from './memory-reader.ts';

/** Node, with the site in memory and the WebAssembly files from their packages. */
export function createTestPlatform(files: Map<string, Uint8Array>): Platform {
  return {
    name: 'node',
    engine: { name: 'node', version: process.versions.node },
    reader: createMemoryReader(files),
    locate(url) {
      const place = `wasm/${path.basename(url)}`;
      files.set(place, readAsset(url));
      return SITE + place;
    },
    async external(name) {
      throw new UnavailableError(`Expected the Node package ${name}; these tests have none.`);
    },
  };
}

/** In the place of the module, for runtimes that do without it. */
export const refuseModule = () => Promise.reject(new Error('this runtime needs no module'));
