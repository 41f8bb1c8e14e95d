/** Measures subjects in Node: `node in-node.mjs OWN MODULE ROUNDS FOLDER...`; prints one line of JSON for each. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureSubject } from './measure.mjs';

const [own = '', module = '', rounds = '5', ...folders] = process.argv.slice(2);
const require = createRequire(new URL('../../web/package.json', import.meta.url));

async function startTfjs() {
  const core = require('@tensorflow/tfjs-core');
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
  const { loadGraphModel } = require('@tensorflow/tfjs-converter');
  core.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'))}/`);
  await core.setBackend('wasm');
  await core.ready();
  if (core.getBackend() !== 'wasm') throw new Error(`TF.js runs on ${core.getBackend()}`);
  return { ...core, loadGraphModel };
}

async function startOnnxruntime() {
  // Its entry for Node runs the same WebAssembly build.
  const ort = await import(pathToFileURL(require.resolve('onnxruntime-web')).href);
  ort.env.wasm.numThreads = 1;
  return ort.default ?? ort;
}

const libraries = { own: await import(pathToFileURL(path.resolve(own)).href), tf: await startTfjs(), ort: await startOnnxruntime() };
for (const folder of folders) {
  const read = (/** @type {string} */ file) => readFile(file === 'webparity.wasm' ? module : file);
  const result = await measureSubject(libraries, read, folder, Number(rounds), () => performance.now());
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
process.exit(0);
