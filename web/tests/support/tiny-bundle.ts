/** A bundle small enough to write by hand: the mean colour of an image, through one dense layer, to three classes. */
import { sha256Hex } from '../../src/runtime/digest.ts';
import type { Artifact, Manifest } from '../../src/runtime/manifest/manifest.gen.ts';

export const LABELS = ['red', 'green', 'blue'];

/** Scores are the mean colour over 32: class c looks at channel c alone. */
export const GAIN = 1 / 32;

const WEIGHTS = Float32Array.from([GAIN, 0, 0, 0, GAIN, 0, 0, 0, GAIN]);
const BIAS = Float32Array.from([0, 0, 0]);
const AXES = Int32Array.from([1, 2]);

const float = { type: 'DT_FLOAT' };
const int = { type: 'DT_INT32' };

const makeWeight = (name: string, type: { type: string }) => ({ name, op: 'Const', attr: { dtype: type } });

const GRAPH = {
  node: [
    {
      name: 'image',
      op: 'Placeholder',
      attr: {
        dtype: { type: 'DT_UINT8' },
        shape: { shape: { dim: [{ size: '-1' }, { size: '-1' }, { size: '-1' }, { size: '3' }] } },
      },
    },
    makeWeight('axes', int),
    makeWeight('kernel', float),
    makeWeight('bias', float),
    makeWeight('size', int),
    {
      name: 'float',
      op: 'Cast',
      input: ['image'],
      attr: { SrcT: { type: 'DT_UINT8' }, DstT: float, Truncate: { b: false } },
    },
    { name: 'mean', op: 'Mean', input: ['float', 'axes'], attr: { T: float, Tidx: int, keep_dims: { b: false } } },
    { name: 'values', op: 'Identity', input: ['mean'], attr: { T: float } },
    {
      name: 'dense',
      op: 'MatMul',
      input: ['mean', 'kernel'],
      attr: { T: float, transpose_a: { b: false }, transpose_b: { b: false } },
    },
    { name: 'scores', op: 'AddV2', input: ['dense', 'bias'], attr: { T: float } },
    { name: 'probabilities', op: 'Softmax', input: ['scores'], attr: { T: float } },
    {
      name: 'pixels',
      op: 'ResizeBilinear',
      input: ['float', 'size'],
      attr: { T: float, align_corners: { b: false }, half_pixel_centers: { b: true } },
    },
  ],
  library: {},
  versions: { producer: 1 },
};

const SIDE = 16;
const PARTS = [
  { name: 'axes', shape: [2], dtype: 'int32', bytes: AXES },
  { name: 'kernel', shape: [3, 3], dtype: 'float32', bytes: WEIGHTS },
  { name: 'bias', shape: [3], dtype: 'float32', bytes: BIAS },
  { name: 'size', shape: [2], dtype: 'int32', bytes: Int32Array.from([SIDE, SIDE]) },
];

const getBytes = (values: Float32Array | Int32Array) => new Uint8Array(values.buffer.slice(0));
const concat = (parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const encodeJson = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** The model's files: model.json and two shards, split in the middle of a weight as real converters do. */
function createModelFiles(): Map<string, Uint8Array> {
  const weights = concat(PARTS.map(({ bytes }) => getBytes(bytes)));
  const cut = 21;
  const modelJson = {
    format: 'graph-model',
    modelTopology: GRAPH,
    weightsManifest: [
      {
        paths: ['shard-1.bin', 'shard-2.bin'],
        weights: PARTS.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      },
    ],
  };
  return new Map([
    ['models/tiny/model.json', encodeJson(modelJson)],
    ['models/tiny/shard-1.bin', weights.slice(0, cut)],
    ['models/tiny/shard-2.bin', weights.slice(cut)],
  ]);
}

const ARTIFACT: Omit<Artifact, 'bytes' | 'files'> = {
  id: 'tfjs-graph-float32',
  target: 'tfjs-graph',
  precision: 'float32',
  entry: 'models/tiny/model.json',
  ops: ['Cast', 'Mean', 'MatMul', 'AddV2', 'Softmax', 'ResizeBilinear'],
  input: 'image',
  outputs: { probabilities: 'probabilities', scores: 'scores', pixels: 'pixels' },
};

/** Every file of the tiny bundle's site by its path, `manifest.json` included. */
export function createTinyBundle(change: (manifest: Manifest) => void = () => undefined): Map<string, Uint8Array> {
  const files = createModelFiles();
  const manifest: Manifest = {
    format: 1,
    contract: 'rgb8/2',
    name: 'tiny',
    labels: [...LABELS],
    preprocessing: { height: SIDE, width: SIDE, channels: 'rgb' },
    artifacts: [
      {
        ...ARTIFACT,
        files: [...files.keys()],
        bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0),
      },
    ],
    golden: [],
    tolerances: {
      cpu: { pixels: 1e-3, scores: 5e-6, probabilities: 5e-6 },
      gpu: { pixels: 1e-2, scores: 5e-5, probabilities: 5e-5 },
    },
    files: Object.fromEntries(
      [...files].map(([path, bytes]) => [path, { sha256: sha256Hex(bytes), bytes: bytes.length }]),
    ),
    producer: {},
  };
  change(manifest);
  return files.set('manifest.json', encodeJson(manifest));
}
