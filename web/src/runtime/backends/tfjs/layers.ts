import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import type { Model, OpenOptions } from '../../runtime.ts';
import { findFolder, readModel, createLoadError } from './files.ts';
import { loadGraph } from './graph.ts';
import { createTfjsModel } from './model.ts';
import { WebparityPreprocessing } from './preprocessing.ts';
import { startBackend } from './start.ts';

/** Open a layers model; its first layer runs the graph of the preprocessing. */
export async function openLayers(options: OpenOptions): Promise<Model> {
  const { artifact, bundle } = options;
  const files = await bundle.readFiles(artifact.files);
  const device = await startBackend(options);
  const model = await loadLayers(artifact.entry, files);
  const places = new Map(model.outputNames.map((name, place) => [name, place]));
  return createTfjsModel(options, device, {
    execute(image, names) {
      const all = [model.predictOnBatch(image)].flat();
      const wanted = names.map((name) => all[places.get(name) ?? -1]).filter((tensor) => tensor !== undefined);
      for (const tensor of all) if (!wanted.includes(tensor)) tensor.dispose();
      return wanted;
    },
    dispose: () => void model.dispose(),
  });
}

async function loadLayers(entry: string, files: ReadonlyMap<string, Uint8Array>): Promise<LayersModel> {
  const { modelJson, weights } = readModel(entry, files);
  try {
    const artifacts = io.getModelArtifactsForJSONSync(
      modelJson,
      modelJson.weightsManifest.flatMap((group) => group.weights),
      weights,
    );
    const model = await loadLayersModel(io.fromMemory(artifacts));
    for (const layer of model.layers) {
      if (layer instanceof WebparityPreprocessing) layer.attach(loadGraph(findFolder(entry) + layer.file, files));
    }
    return model;
  } catch (error) {
    throw createLoadError(entry, 'layers', error);
  }
}

