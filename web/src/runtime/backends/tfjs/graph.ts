import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import type { io } from '@tensorflow/tfjs-core';
import type { Model, OpenOptions } from '../../runtime.ts';
import { readModel, createLoadError } from './files.ts';
import { createTfjsModel } from './model.ts';
import { startBackend } from './start.ts';

export type Graph = GraphModel<io.IOHandlerSync>;

/** Open a graph model. */
export async function openGraph(options: OpenOptions): Promise<Model> {
  const { artifact, bundle } = options;
  const files = await bundle.readFiles(artifact.files);
  const device = await startBackend(options);
  const graph = loadGraph(artifact.entry, files);
  return createTfjsModel(options, device, {
    execute(image, names) {
      const result = graph.execute({ [artifact.input]: image }, [...names]);
      return Array.isArray(result) ? result : [result];
    },
    dispose: () => graph.dispose(),
  });
}

/** Build a graph model from its files. @throws FailedError TF.js cannot load it */
export function loadGraph(entry: string, files: ReadonlyMap<string, Uint8Array>): Graph {
  const { modelJson, weights } = readModel(entry, files);
  try {
    return loadGraphModelSync([modelJson, weights]);
  } catch (error) {
    throw createLoadError(entry, 'graph', error);
  }
}
