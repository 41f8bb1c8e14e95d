import type { io } from '@tensorflow/tfjs-core';
import { FailedError, messageOf } from '../../errors.ts';
import { required } from '../backend.ts';

/** A model's `model.json` and its weights in one piece. */
export interface ModelFiles {
  document: io.ModelJSON;
  weights: ArrayBuffer;
}

/** Read a model from bytes already checked: TF.js itself checks neither status nor digest of a shard. */
export function readModel(entry: string, files: ReadonlyMap<string, Uint8Array>): ModelFiles {
  const document = JSON.parse(new TextDecoder().decode(required(files, entry))) as io.ModelJSON;
  const folder = folderOf(entry);
  const shards = document.weightsManifest.flatMap((group) => group.paths.map((path) => required(files, folder + path)));
  return { document, weights: concatenate(shards) };
}

/** The folder of a file, with its slash. */
export const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** What TF.js says of a model that it cannot load, as an error of ours. */
export function unloadable(entry: string, kind: string, error: unknown): FailedError {
  return new FailedError(
    `Expected ${entry} to be a ${kind} model that TensorFlow.js can load; it answered: ${messageOf(error)} Export the bundle again.`,
  );
}

function concatenate(parts: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole.buffer;
}
