import type { Env, InferenceSession, TensorConstructor } from 'onnxruntime-common';
import { FailedError } from '../../errors.ts';
import type { Artifact } from '../../manifest/manifest.gen.ts';
import { type Model, type Outputs, mapOutputNames } from '../../runtime.ts';

/** The part of onnxruntime's API that its builds for the web and for Node share. */
export interface Ort {
  InferenceSession: { create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  Tensor: TensorConstructor;
  env: Env;
}

/** Create a model from an onnxruntime session. */
export function createSessionModel(
  ort: Pick<Ort, 'Tensor'>,
  session: InferenceSession,
  artifact: Artifact,
  version: string,
): Model {
  return {
    version,
    async run(image, taps) {
      const names = mapOutputNames(artifact, taps);
      const input = new ort.Tensor('uint8', image.data, [1, image.height, image.width, 3]);
      const results = await session.run({ [artifact.input]: input }, [...names.values()]);
      const outputs: Outputs = {};
      for (const [tap, name] of names) {
        const values = results[name]?.data;
        if (!(values instanceof Float32Array)) {
          throw new FailedError(
            `Expected float32 values of the output ${name}; received ${results[name]?.type ?? 'nothing'}. Export the bundle again.`,
          );
        }
        outputs[tap] = values;
      }
      return outputs;
    },
    tensors: () => 0,
    close: () => session.release(),
  };
}
