/** The tiny bundle's model once more, in layers: the graph's mean colour, then one dense layer and a softmax. */
import { sha256Hex } from '../../src/runtime/digest.ts';
import { GAIN, createTinyBundle } from './tiny-bundle.ts';

const FOLDER = 'models/tiny';

const makeLayer = (class_name: string, name: string, config: object, ...inputs: [string, number][]) => ({
  class_name,
  name,
  config: { name, ...config },
  inbound_nodes: inputs.length === 0 ? [] : [inputs.map(([from, index]) => [from, 0, index, {}])],
});

const LAYERS = [
  makeLayer('InputLayer', 'image', { batch_input_shape: [null, null, null, 3], dtype: 'int32' }),
  makeLayer('WebparityPreprocessing', 'front', { graph: 'model.json', pixels: [16, 16, 3], values: [3] }, ['image', 0]),
  makeLayer('Dense', 'dense', { units: 3, use_bias: false }, ['front', 1]),
  makeLayer('Activation', 'softmax', { activation: 'softmax' }, ['dense', 0]),
];

const MODEL_JSON = {
  format: 'layers-model',
  modelTopology: {
    class_name: 'Model',
    config: {
      name: 'tiny',
      layers: LAYERS,
      input_layers: [['image', 0, 0]],
      output_layers: [
        ['softmax', 0, 0],
        ['dense', 0, 0],
        ['front', 0, 0],
      ],
    },
  },
  weightsManifest: [
    { paths: ['dense.bin'], weights: [{ name: 'dense/kernel', shape: [3, 3], dtype: 'float32' as const }] },
  ],
};

/** The tiny bundle with an artifact `tfjs-layers-float32` of which `change` may alter the model's JSON. */
export function createTinyLayers(change: (modelJson: typeof MODEL_JSON) => void = () => undefined): Map<string, Uint8Array> {
  const modelJson = structuredClone(MODEL_JSON);
  change(modelJson);
  const added = new Map([
    [`${FOLDER}/layers.json`, new TextEncoder().encode(JSON.stringify(modelJson))],
    [`${FOLDER}/dense.bin`, new Uint8Array(Float32Array.from([GAIN, 0, 0, 0, GAIN, 0, 0, 0, GAIN]).buffer)],
  ]);
  const files = createTinyBundle((manifest) => {
    const [graph] = manifest.artifacts;
    if (graph === undefined) throw new Error('Expected an artifact in the tiny bundle.');
    for (const [path, bytes] of added) manifest.files[path] = { sha256: sha256Hex(bytes), bytes: bytes.length };
    manifest.artifacts.push({
      ...graph,
      id: 'tfjs-layers-float32',
      target: 'tfjs-layers',
      entry: `${FOLDER}/layers.json`,
      files: [...added.keys(), ...graph.files],
      outputs: { probabilities: 'softmax', scores: 'dense', pixels: 'front' },
    });
  });
  for (const [path, bytes] of added) files.set(path, bytes);
  return files;
}
