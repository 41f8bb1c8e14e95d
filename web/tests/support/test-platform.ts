import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { UnavailableError } from '../../src/runtime/errors.ts';
import type { Platform, WasmName } from '../../src/runtime/platform.ts';
import { memoryReader, SITE } from './memory-reader.ts';

const modules = createRequire(import.meta.url);

/** Where each WebAssembly file lies in its package. */
const WASM: Record<WasmName, string> = {
  jpeg: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  png: '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  onnxruntime: 'onnxruntime-web/ort-wasm-simd-threaded.wasm',
  tfjs: '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  'tfjs-simd': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
};

/** Node, with the site in memory and the WebAssembly files from their packages. */
export function testPlatform(files: Map<string, Uint8Array>): Platform {
  return {
    name: 'node',
    engine: { name: 'node', version: process.versions.node },
    reader: memoryReader(files),
    native: null,
    wasm(name) {
      const path = `wasm/${name}.wasm`;
      files.set(path, new Uint8Array(readFileSync(modules.resolve(WASM[name]))));
      return SITE + path;
    },
    async external(name) {
      throw new UnavailableError(`Expected the Node package ${name}; these tests have none.`);
    },
  };
}
