import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import { getBackend, type io, memory, setBackend, type Tensor, tensor4d, version_core } from '@tensorflow/tfjs-core';
import type { Rgb8 } from '../../decode/index.ts';
import { FailedError, messageOf, UnavailableError } from '../../errors.ts';
import { type BackendName, type Model, type OpenOptions, type Outputs, outputNames, required } from '../backend.ts';
import type { Device } from './device.ts';

type Graph = GraphModel<io.IOHandlerSync>;

const STARTS: Partial<Record<BackendName, (options: OpenOptions) => Promise<Device>>> = {
  cpu: async () => (await import('./cpu.ts')).start(),
  wasm: async (options) => (await import('./wasm.ts')).start(options),
  webgl: async () => (await import('./webgl.ts')).start(),
};

/** Open a graph model on exactly the backend asked for. */
export async function openGraph(options: OpenOptions): Promise<Model> {
  const { artifact, bundle, backend } = options;
  const files = await bundle.readFiles(artifact.files);
  const device = await startBackend(options);
  const graph = loadGraph(artifact.entry, files);
  return {
    version: version_core,
    async run(image, taps) {
      const names = outputNames(artifact, taps);
      return device.guard(execute(graph, artifact.input, image, names));
    },
    tensors: () => memory().numTensors,
    async close() {
      if (getBackend() === backend) graph.dispose();
    },
  };
}

async function startBackend(options: OpenOptions): Promise<Device> {
  const { backend } = options;
  const device = await STARTS[backend]?.(options);
  const started = device !== undefined && (await setBackend(backend));
  // setBackend falls back in some failures; what counts is the backend that is now in use.
  if (device === undefined || !started || getBackend() !== backend) {
    throw new UnavailableError(
      `Expected TensorFlow.js to start its ${backend} backend; it did not on this device. Choose another backend.`,
    );
  }
  return device;
}

/** Build the model from bytes already checked: TF.js itself checks neither status nor digest of a shard. */
function loadGraph(entry: string, files: ReadonlyMap<string, Uint8Array>): Graph {
  const document = JSON.parse(new TextDecoder().decode(required(files, entry))) as io.ModelJSON;
  const folder = entry.slice(0, entry.lastIndexOf('/') + 1);
  const shards = document.weightsManifest.flatMap((group) => group.paths.map((path) => required(files, folder + path)));
  try {
    return loadGraphModelSync([document, concatenate(shards)]);
  } catch (error) {
    throw new FailedError(
      `Expected ${entry} to be a graph model that TensorFlow.js can load; it answered: ${messageOf(error)} Export the bundle again.`,
    );
  }
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

async function execute(
  graph: Graph,
  inputName: string,
  image: Rgb8,
  names: ReadonlyMap<keyof Outputs, string>,
): Promise<Outputs> {
  // TF.js has no uint8: int32 holds the same values.
  const input = tensor4d(image.data, [1, image.height, image.width, 3], 'int32');
  let tensors: Tensor[] = [];
  try {
    const result = graph.execute({ [inputName]: input }, [...names.values()]);
    tensors = Array.isArray(result) ? result : [result];
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    const outputs: Outputs = { probabilities: new Float32Array() };
    [...names.keys()].forEach((tap, index) => {
      outputs[tap] = Float32Array.from(values[index] ?? []);
    });
    return outputs;
  } finally {
    input.dispose();
    for (const tensor of tensors) tensor.dispose();
  }
}
