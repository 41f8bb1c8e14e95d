/** The peers' libraries as their packages ship them for browsers, on one thread. TF.js is a global of its scripts. */

/** @returns {Promise<any>} */
export async function startTfjs() {
  const { tf } = /** @type {any} */ (globalThis);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  tf.wasm.setWasmPaths('/npm/@tensorflow/tfjs-backend-wasm/dist/');
  await tf.setBackend('wasm');
  await tf.ready();
  if (tf.getBackend() !== 'wasm') throw new Error(`TF.js runs on ${tf.getBackend()}`);
  return tf;
}

/** @returns {Promise<any>} */
export async function startOnnxruntime() {
  const address = '/npm/onnxruntime-web/dist/ort.wasm.bundle.min.mjs';
  const ort = await import(address);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = '/npm/onnxruntime-web/dist/';
  return ort;
}

/** @returns {Promise<any>} */
export async function startLiteRt() {
  const address = '/npm/@litertjs/core/dist/index.js';
  const litert = await import(address);
  await litert.loadLiteRt('/npm/@litertjs/core/wasm/', { threads: false });
  return litert;
}
