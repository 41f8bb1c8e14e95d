import { getBackend, memory, type Tensor, type Tensor4D, tensor4d, version_core } from '@tensorflow/tfjs-core';
import { type Model, type OpenOptions, type Outputs, mapOutputNames } from '../../runtime.ts';
import type { Tap } from '../../taps.ts';
import type { Rgb8 } from '../../wasm/rgb8.ts';
import type { Device } from './device.ts';

/** A loaded model of either format. */
export interface LoadedModel {
  /** Run an int32 image [1, H, W, 3]. @returns the requested outputs, in the order of `names` */
  execute(image: Tensor4D, names: readonly string[]): Tensor[];
  dispose(): void;
}

/** Create a model from a loaded TF.js model. */
export function createTfjsModel({ artifact, backend }: OpenOptions, device: Device, loaded: LoadedModel): Model {
  return {
    version: version_core,
    async run(image, taps) {
      return device.guard(execute(loaded, image, mapOutputNames(artifact, taps)));
    },
    tensors: () => memory().numTensors,
    async close() {
      if (getBackend() === backend) loaded.dispose();
    },
  };
}

async function execute(loaded: LoadedModel, image: Rgb8, names: ReadonlyMap<Tap, string>): Promise<Outputs> {
  // TF.js has no uint8: int32 holds the same values.
  const input = tensor4d(image.data, [1, image.height, image.width, 3], 'int32');
  let tensors: Tensor[] = [];
  try {
    tensors = loaded.execute(input, [...names.values()]);
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    const outputs: Outputs = {};
    [...names.keys()].forEach((tap, index) => {
      outputs[tap] = Float32Array.from(values[index] ?? []);
    });
    return outputs;
  } finally {
    input.dispose();
    for (const tensor of tensors) tensor.dispose();
  }
}
