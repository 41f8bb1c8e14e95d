import { engine, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { UnavailableError } from '../../errors.ts';
import { loadCode } from '../../files/load-code.ts';
import type { BackendName, OpenOptions } from '../../runtime.ts';
import type { Device } from './device.ts';

const STARTS: Partial<Record<BackendName, (options: OpenOptions) => Promise<Device>>> = {
  cpu: async ({ bundle }) => (await loadCode(bundle, () => import('./cpu.ts'))).start(),
  wasm: async (options) => (await loadCode(options.bundle, () => import('./wasm.ts'))).start(options),
  webgl: async ({ bundle }) => (await loadCode(bundle, () => import('./webgl.ts'))).start(),
};

/** Start exactly the requested backend. @throws UnavailableError it does not start on this device */
export async function startBackend(options: OpenOptions): Promise<Device> {
  const { backend } = options;
  const device = await STARTS[backend]?.(options);
  const started = device !== undefined && (await setBackend(backend));
  // setBackend falls back to another backend in some failures, so the backend in use is compared.
  if (device === undefined || !started || getBackend() !== backend) {
    throw new UnavailableError(
      `Expected TensorFlow.js to start its ${backend} backend; it did not on this device. Choose another backend.`,
    );
  }
  if (options.alive !== undefined) reportKernels(options.alive);
  return device;
}

/** Report each kernel as a sign of life, because an image may take many seconds on a slow device. */
function reportKernels(alive: () => void): void {
  const running = engine();
  const runKernel = Object.getPrototypeOf(running).runKernel as typeof running.runKernel;
  running.runKernel = ((...kernel: Parameters<typeof running.runKernel>) => {
    alive();
    return runKernel.apply(running, kernel);
  }) as typeof running.runKernel;
}
