import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { env } from '@tensorflow/tfjs-core';
import { messageOf, UnavailableError } from '../../errors.ts';
import type { OpenOptions } from '../backend.ts';
import { type Device, STEADY } from './device.ts';

/** WebAssembly with one thread: threads would need cross-origin isolation, which static hosts rarely give. */
export async function start({ bundle, platform }: OpenOptions): Promise<Device> {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const binary = await bundle.readLocation(platform.wasm(simd ? 'tfjs-simd' : 'tfjs'));
  await compiles(binary);
  // TF.js asks its platform for the file by name; it gets the bytes that were checked, whatever the name.
  env().platform.fetch = async () => new Response(binary.slice());
  const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];
  setWasmPaths(Object.fromEntries(names.map((name) => [name, name])), true);
  return STEADY;
}

/** TF.js would wait for ever for a binary that does not compile. */
async function compiles(binary: Uint8Array): Promise<void> {
  try {
    await WebAssembly.compile(binary.slice());
  } catch (error) {
    throw new UnavailableError(
      `Expected WebAssembly to be allowed here; the browser refused it (${messageOf(error)}). ` +
        'Choose the cpu backend, or allow wasm-unsafe-eval in the content security policy.',
    );
  }
}
