import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FailedError, messageOf, UnavailableError } from '../runtime/errors.ts';
import type { Platform, WasmName } from '../runtime/platform.ts';
import { MissingFile, type Reader } from '../runtime/reader.ts';

/** The WebAssembly files that the build copies beside the Node harness. */
const WASM: Partial<Record<WasmName, string>> = {
  jpeg: 'mozjpeg_dec.wasm',
  png: 'squoosh_png_bg.wasm',
  tfjs: 'tfjs-backend-wasm.wasm',
  'tfjs-simd': 'tfjs-backend-wasm-simd.wasm',
};

/** Reads from the file system. */
export const fileReader: Reader = {
  async read(location) {
    try {
      return new Uint8Array(await readFile(location));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw new MissingFile(location, 'there is none');
      }
      throw new FailedError(`Expected to read ${location}; received: ${messageOf(error)}. Check its permissions.`);
    }
  },
  join: (site, name) => path.join(site, ...name.split('/')),
  relative(site, location) {
    const name = path.relative(site, location);
    if (name.startsWith('..') || path.isAbsolute(name)) return null;
    return name.split(path.sep).join('/');
  },
};

/** Node, with the WebAssembly files in the folder of the harness. */
export function nodePlatform(): Platform {
  return {
    name: 'node',
    engine: { name: 'node', version: process.versions.node },
    reader: fileReader,
    native: null,
    wasm(name) {
      const file = WASM[name];
      if (file === undefined) {
        throw new UnavailableError(`Expected a WebAssembly file for ${name}; the Node build ships none.`);
      }
      return fileURLToPath(new URL(file, import.meta.url));
    },
    external: async (name) => load(name),
  };
}

/** From beside the harness, else from the working directory. */
function load(name: string): unknown {
  const reasons: string[] = [];
  for (const from of [import.meta.url, path.join(process.cwd(), 'x.js')]) {
    try {
      return createRequire(from)(name);
    } catch (error) {
      reasons.push(messageOf(error).replaceAll(/\s+/gu, ' '));
    }
  }
  throw new UnavailableError(
    `Expected the Node package ${name}; it cannot be loaded (${reasons.at(-1)}). ` +
      `Install it in the working directory: npm install ${name}`,
  );
}
