import type { io } from '@tensorflow/tfjs-core';
import { concatenateCopy } from '../../bytes.ts';
import { FailedError, describeError } from '../../errors.ts';
import { requireFile } from '../../runtime.ts';

/** A model's `model.json` and its weights in one piece. */
export interface ModelFiles {
  document: io.ModelJSON;
  weights: ArrayBuffer;
}

/** Read a model from bytes already checked: TF.js itself checks neither status nor digest of a shard. */
export function readModel(entry: string, files: ReadonlyMap<string, Uint8Array>): ModelFiles {
  const document = JSON.parse(new TextDecoder().decode(requireFile(files, entry))) as io.ModelJSON;
  const folder = findFolder(entry);
  const shards = document.weightsManifest.flatMap((group) => group.paths.map((path) => requireFile(files, folder + path)));
  return { document, weights: concatenateCopy(shards).buffer };
}

/** The folder of a file, with its slash. */
export const findFolder = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** What TF.js says of a model that it cannot load, as an error of ours. */
export function createLoadError(entry: string, kind: string, error: unknown): FailedError {
  return new FailedError(
    `Expected ${entry} to be a ${kind} model that TensorFlow.js can load; it answered: ${describeError(error)} Export the bundle again.`,
  );
}
