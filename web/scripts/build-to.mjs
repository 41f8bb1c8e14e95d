/** Builds everything that ships into a folder: `page/` and `node/`. */
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { notices } from './notices.mjs';
import { nodeOptions, pageOptions } from './vite-options.mjs';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** What the Node harness reads from its own folder. */
const NODE_WASM = [
  '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
];

/** @param {string} folder */
export async function buildTo(folder) {
  const page = path.join(folder, 'page');
  const node = path.join(folder, 'node');
  await build(pageOptions(page));
  await build(nodeOptions(node));
  const text = await notices(path.dirname(MODULES));
  for (const place of [page, node]) await writeFile(path.join(place, 'third-party.txt'), text);
  for (const file of NODE_WASM) await copyFile(path.join(MODULES, file), path.join(node, path.basename(file)));
}
