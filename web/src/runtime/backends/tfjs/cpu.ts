import '@tensorflow/tfjs-backend-cpu';
import { type Device, STEADY } from './device.ts';

/** Plain JavaScript: importing the backend is all there is to do. */
export async function start(): Promise<Device> {
  return STEADY;
}
