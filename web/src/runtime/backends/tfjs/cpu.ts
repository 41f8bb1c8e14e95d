import '@tensorflow/tfjs-backend-cpu';
import { type Device, STABLE_DEVICE } from './device.ts';

/** Plain JavaScript: importing the backend is all there is to do. */
export async function start(): Promise<Device> {
  return STABLE_DEVICE;
}
