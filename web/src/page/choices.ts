import type { OpenResult } from '../harness/protocol.ts';
import type { BackendName } from '../runtime/backends/backend.ts';
import type { Artifact, Manifest } from '../runtime/manifest.gen.ts';

/** One way to run the model, as the selector offers it. */
export interface Choice {
  runtime: string;
  backend: BackendName;
  artifact: Artifact;
  title: string;
}

/** Ways to run each target, the default first. */
const WAYS: Record<string, { runtime: string; backend: BackendName; title: string }[]> = {
  'tfjs-graph': [
    { runtime: 'tfjs', backend: 'wasm', title: 'TensorFlow.js, WASM' },
    { runtime: 'tfjs', backend: 'webgl', title: 'TensorFlow.js, WebGL' },
    { runtime: 'tfjs', backend: 'cpu', title: 'TensorFlow.js, plain JavaScript' },
  ],
  'tfjs-layers': [
    { runtime: 'tfjs', backend: 'wasm', title: 'TensorFlow.js layers, WASM' },
    { runtime: 'tfjs', backend: 'webgl', title: 'TensorFlow.js layers, WebGL' },
    { runtime: 'tfjs', backend: 'cpu', title: 'TensorFlow.js layers, plain JavaScript' },
  ],
  onnx: [{ runtime: 'onnxruntime-web', backend: 'wasm', title: 'onnxruntime-web, WASM' }],
};

/** Libraries as their makers write them. */
const LIBRARIES: Record<string, string> = { tfjs: 'TensorFlow.js' };

/** What ran: library, version and backend in words. */
export function ranOn({ runtime, version, backend }: OpenResult): string {
  return `${LIBRARIES[runtime] ?? runtime} ${version}, ${backend}`;
}

const ORDER = Object.keys(WAYS);

/** Every way to run a bundle's artifacts in a browser; full precision and TensorFlow.js first. */
export function choices(manifest: Manifest): Choice[] {
  const artifacts = manifest.artifacts.filter(({ target }) => target in WAYS);
  artifacts.sort((a, b) => rank(a) - rank(b));
  return artifacts.flatMap((artifact) =>
    (WAYS[artifact.target] ?? []).map((way) => ({
      ...way,
      artifact,
      title: artifact.precision === 'float32' ? way.title : `${way.title}, ${artifact.precision}`,
    })),
  );
}

function rank({ target, precision }: Artifact): number {
  return ORDER.indexOf(target) + (precision === 'float32' ? 0 : ORDER.length);
}
