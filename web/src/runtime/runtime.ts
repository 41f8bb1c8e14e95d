import { FailedError } from './errors.ts';
import type { Bundle } from './files/bundle.ts';
import type { Artifact } from './manifest/manifest.gen.ts';
import type { Platform } from './platform.ts';
import { ANSWER_ORDER, type Tap } from './taps.ts';
import type { ImageDecoder } from './wasm/decoder.ts';
import type { Rgb8 } from './wasm/rgb8.ts';

/** Every backend: its name as visitors read it, and the column of the tolerance table that it belongs to. */
export const BACKENDS = {
  cpu: { title: 'plain JavaScript', device: 'cpu' },
  wasm: { title: 'WASM', device: 'cpu' },
  webgl: { title: 'WebGL', device: 'gpu' },
  webgpu: { title: 'WebGPU', device: 'gpu' },
} as const;

export type BackendName = keyof typeof BACKENDS;

/** Float32 values of one image. */
export type Outputs = Partial<Record<Tap, Float32Array>>;

/** A model ready to run. */
export interface Model {
  /** Version of the library that runs it. */
  readonly version: string;
  /** Decodes files where the model runs, so that no pixels are copied; absent where a library runs it. */
  readonly decoder?: ImageDecoder;
  /** Run one image, giving its answer and the requested taps. */
  run(image: Rgb8, taps: readonly Tap[]): Promise<Outputs>;
  /** Number of tensors in memory, to find leaks; always 0 where the library frees them itself. */
  tensors(): number;
  close(): Promise<void>;
}

export interface OpenOptions {
  bundle: Bundle;
  artifact: Artifact;
  backend: BackendName;
  platform: Platform;
  /** Gives the compiled `webparity.wasm`, which decodes images too. @throws RuntimeError it cannot be loaded */
  module: () => Promise<WebAssembly.Module>;
  /** Called after each piece of work, as a sign of life. */
  alive?: () => void;
}

/** The targets and backends of a runtime library. `npm run types` writes those of all to `assets/runtimes.json`. */
export interface RuntimeDescription {
  /** Its name on the command line and in reports, which is its file's name too. */
  readonly name: string;
  /** Its name as its makers write it. */
  readonly title: string;
  /** The export targets that it runs, the preferred first, with the title of each on the page. */
  readonly targets: Readonly<Record<string, string>>;
  /** Its backends on each platform, the preferred first. */
  readonly backends: Readonly<Record<Platform['name'], readonly BackendName[]>>;
  /** Its place among the choices on the page: the lowest comes first. */
  readonly order: number;
  /** Its answers have the same bits on every platform. */
  readonly exact?: true;
}

/** One runtime library: a file in `backends/` that exports it as `runtime`. */
export interface Runtime extends RuntimeDescription {
  /**
   * Load the library and the artifact.
   *
   * @throws IntegrityError | UnavailableError | FailedError
   */
  open(options: OpenOptions): Promise<Model>;
}

/** List the outputs of a run: the artifact's answer, which comes first of those that it has, and the requested taps. */
export function listWanted(artifact: Artifact, taps: readonly Tap[]): Tap[] {
  const answer = ANSWER_ORDER.find((tap) => Object.hasOwn(artifact.outputs, tap)) ?? 'probabilities';
  return [...new Set([answer, ...taps])];
}

/** Map the outputs of a run to their tensors' names in the graph. */
export function mapOutputNames(artifact: Artifact, taps: readonly Tap[]): Map<Tap, string> {
  return new Map(listWanted(artifact, taps).map((tap) => [tap, findOutputName(artifact, tap)]));
}

function findOutputName(artifact: Artifact, tap: Tap): string {
  const name = artifact.outputs[tap];
  if (name === undefined) {
    throw new FailedError(
      `Expected an artifact with the output ${tap}; ${artifact.id} has ${Object.keys(artifact.outputs).join(', ')}. Export it again.`,
    );
  }
  return name;
}

/** Require a file among those that were read of an artifact. @throws FailedError it is not there */
export function requireFile(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) {
    throw new FailedError(
      `Expected ${path} among the artifact's files; received ${[...files.keys()].join(', ')}. Export the bundle again.`,
    );
  }
  return bytes;
}
