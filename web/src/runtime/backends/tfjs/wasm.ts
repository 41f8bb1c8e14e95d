import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import { env } from '@tensorflow/tfjs-core';
import { describeError, UnavailableError } from '../../errors.ts';
import type { OpenOptions } from '../../runtime.ts';
import { type Device, STABLE_DEVICE } from './device.ts';

/** Start the WebAssembly backend with one thread; more need cross-origin isolation, which static hosts rarely have. */
export async function start({ bundle, platform }: OpenOptions): Promise<Device> {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const binary = await bundle.readLocation(platform.locate(simd ? simdUrl : plainUrl));
  await checkCompiles(binary);
  // TF.js asks its platform for the file by name; it gets the checked bytes for any name.
  env().platform.fetch = async () => new Response(binary.slice());
  const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];
  setWasmPaths(Object.fromEntries(names.map((name) => [name, name])), true);
  return STABLE_DEVICE;
}

/** Check that a binary compiles; otherwise TF.js would never return. */
async function checkCompiles(binary: Uint8Array): Promise<void> {
  try {
    await WebAssembly.compile(binary.slice());
  } catch (error) {
    throw new UnavailableError(
      `Expected WebAssembly to be allowed here; the browser refused it (${describeError(error)}). ` +
        'Choose the cpu backend, or allow wasm-unsafe-eval in the content security policy.',
    );
  }
}
