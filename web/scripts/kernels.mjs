/** Lists the operators of a graph model that each TF.js backend can run: `npm run kernels` writes `export/tfjs/kernels.json`. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import { getKernelsForBackend, version_core } from '@tensorflow/tfjs-core';

const MODULES = fileURLToPath(new URL('../node_modules/@tensorflow', import.meta.url));
const OPS = path.join(MODULES, 'tfjs-core/dist/ops');
const BACKENDS = ['cpu', 'wasm', 'webgl'];

/** Operators that the converter runs itself, without a kernel. */
const NONE = ['Const', 'NoOp', 'Placeholder', 'Rank', 'Shape', 'ShapeN', 'Size'];

/**
 * @returns {Promise<string>} the table as JSON
 */
export async function listKernels() {
  /** @type {Record<string, string[]>} */
  const functions = JSON.parse(await readFile(path.join(MODULES, 'tfjs-converter/metadata/kernel2op.json'), 'utf8'));
  /** @type {Record<string, string[]>} */
  const needs = Object.fromEntries(NONE.map((op) => [op, []]));
  for (const [op, names] of Object.entries(functions)) {
    if (NONE.includes(op)) continue;
    const found = (await Promise.all(names.map((name) => listKernelsOf(name)))).map((list) => (list.includes(op) ? [op] : list));
    // An operator whose function runs no kernel of its own is made of others in ways that depend on its inputs.
    if (found.every((list) => list.length > 0)) needs[op] = [...new Set(found.flat())];
  }
  const backends = Object.fromEntries(
    BACKENDS.map((backend) => {
      const known = new Set(getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
      const can = Object.entries(needs).filter(([, list]) => list.every((kernel) => known.has(kernel)));
      return [backend, can.map(([op]) => op).sort()];
    }),
  );
  return `${JSON.stringify({ version: version_core, backends }, null, 1)}\n`;
}

/**
 * List the kernels that a function of tfjs-core runs, or that the functions that it calls run, from its source.
 *
 * @param {string} name such as `image.resizeBilinear`
 * @returns {Promise<string[]>}
 */
async function listKernelsOf(name, depth = 0) {
  const code = await readSource(name);
  const direct = [...code.matchAll(/runKernel\(\s*'?(\w+)/g)].map(([, kernel]) => kernel ?? '');
  if (direct.length > 0 || depth > 2) return [...new Set(direct)];
  const called = [...code.matchAll(/import \{ \w+ \} from '\.\.?\/(\w+)'/g)].map(([, from]) => from ?? '');
  const theirs = await Promise.all(
    called.filter((from) => !/_util$|^engine$/.test(from)).map((from) => listKernelsOf(from, depth + 1)),
  );
  return [...new Set(theirs.flat())];
}

/** @param {string} name */
async function readSource(name) {
  const words = name.replace('.', '/');
  const snake = words.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  for (const file of [snake, snake.replace(/(\D)(\dd)/, '$1_$2'), words.toLowerCase()]) {
    const text = await readFile(path.join(OPS, `${file}.js`), 'utf8').catch(() => '');
    if (text !== '') return text.replace(/\/\/# sourceMappingURL.*/s, '');
  }
  return '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(fileURLToPath(new URL('../../export/tfjs/kernels.json', import.meta.url)), await listKernels());
}
