import type { io } from '@tensorflow/tfjs-core';
import { concatenateCopy } from '../../bytes.ts';
import { FailedError, describeError } from '../../errors.ts';
import { requireFile } from '../../runtime.ts';

/** A model's `model.json` and its weights in one piece. */
export interface ModelFiles {
  modelJson: io.ModelJSON;
  weights: ArrayBuffer;
}

/** Read a model from files that were checked; TF.js checks neither the status nor the digest of a shard. */
export function readModel(entry: string, files: ReadonlyMap<string, Uint8Array>): ModelFiles {
  const modelJson = JSON.parse(new TextDecoder().decode(requireFile(files, entry))) as io.ModelJSON;
  const folder = findFolder(entry);
  const paths = modelJson.weightsManifest.flatMap((group) => group.paths);
  const shards = paths.map((path) => requireFile(files, folder + path));
  return { modelJson, weights: concatenateCopy(shards).buffer };
}

/** Return the folder of a file, with the closing slash. */
export const findFolder = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** Create the error for a model that TF.js cannot load. */
export function createLoadError(entry: string, format: string, error: unknown): FailedError {
  return new FailedError(
    `Expected ${entry} to be a ${format} model that TensorFlow.js can load; it answered: ${describeError(error)} Export the bundle again.`,
  );
}
