import type { Runtime } from '../runtime.ts';
import { runtime as native } from './onnxruntime-node.ts';

/** onnxruntime-node under another name. */
export const runtime: Runtime = {
  ...native,
  name: 'example',
  title: 'Example',
  targets: { onnx: 'Example' },
  order: 9,
};
