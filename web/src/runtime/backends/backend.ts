import type { Bundle } from '../bundle.ts';
import type { Rgb8 } from '../decode/index.ts';
import { FailedError } from '../errors.ts';
import type { Artifact } from '../manifest.gen.ts';
import type { Platform } from '../platform.ts';

export type BackendName = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

/** What a run can hand out beside the probabilities: `scores` [C], `pixels` [h * w * c] in grey levels. */
export type Tap = 'scores' | 'pixels';

/** Float32 values of one image. */
export type Outputs = { probabilities: Float32Array } & Partial<Record<Tap, Float32Array>>;

/** A model ready to run. */
export interface Model {
  /** Version of the library that runs it. */
  readonly version: string;
  /** Run one image, giving only the taps asked for. */
  run(image: Rgb8, taps: readonly Tap[]): Promise<Outputs>;
  /** Tensors alive now, for finding leaks; always 0 where the library frees them itself. */
  tensors(): number;
  close(): Promise<void>;
}

export interface OpenOptions {
  bundle: Bundle;
  artifact: Artifact;
  backend: BackendName;
  platform: Platform;
  /** To be called after each piece of work, wherever work is done in pieces. */
  alive?: () => void;
}

/** One runtime library: a file in this folder that exports it as `runtime`. */
export interface Runtime {
  readonly name: string;
  /** The artifact targets it can run. */
  readonly targets: readonly string[];
  readonly backends: Readonly<Record<Platform['name'], readonly BackendName[]>>;
  /**
   * Load the library and the artifact.
   *
   * @throws IntegrityError | UnavailableError | FailedError
   */
  open(options: OpenOptions): Promise<Model>;
}

/** Tensor names in the graph of the outputs asked for. */
export function outputNames(artifact: Artifact, taps: readonly Tap[]): Map<keyof Outputs, string> {
  const wanted: (keyof Outputs)[] = ['probabilities', ...taps];
  return new Map(wanted.map((tap) => [tap, nameOf(artifact, tap)]));
}

function nameOf(artifact: Artifact, tap: keyof Outputs): string {
  const name = artifact.outputs[tap];
  if (name === undefined) {
    throw new FailedError(
      `Expected an artifact with the output ${tap}; ${artifact.id} has ${Object.keys(artifact.outputs).join(', ')}. Export it again.`,
    );
  }
  return name;
}

/** The bytes of one of an artifact's files. */
export function required(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) {
    throw new FailedError(
      `Expected ${path} among the artifact's files; received ${[...files.keys()].join(', ')}. Export the bundle again.`,
    );
  }
  return bytes;
}
