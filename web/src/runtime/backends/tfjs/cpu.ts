import '@tensorflow/tfjs-backend-cpu';
import { type Device, STABLE_DEVICE } from './device.ts';

/** Start the plain JavaScript backend, which its import registers. */
export async function start(): Promise<Device> {
  return STABLE_DEVICE;
}
