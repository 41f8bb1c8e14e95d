import type { Rgb8 } from './decode/types.ts';
import { FailedError } from './errors.ts';
import type { Bundle } from './files/bundle.ts';
import type { Artifact } from './manifest/manifest.gen.ts';
import type { Platform } from './platform.ts';

/** Every backend: its name as visitors read it, and the column of the tolerance table that it belongs to. */
export const BACKENDS = {
  cpu: { title: 'plain JavaScript', device: 'cpu' },
  wasm: { title: 'WASM', device: 'cpu' },
  webgl: { title: 'WebGL', device: 'gpu' },
  webgpu: { title: 'WebGPU', device: 'gpu' },
} as const;

export type BackendName = keyof typeof BACKENDS;

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

/** What a runtime library can run and where; `npm run build` writes it of every runtime to `assets/runtimes.json`. */
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

/** Tensor names in the graph of the outputs asked for. */
export function mapOutputNames(artifact: Artifact, taps: readonly Tap[]): Map<keyof Outputs, string> {
  const wanted: (keyof Outputs)[] = ['probabilities', ...taps];
  return new Map(wanted.map((tap) => [tap, findOutputName(artifact, tap)]));
}

function findOutputName(artifact: Artifact, tap: keyof Outputs): string {
  const name = artifact.outputs[tap];
  if (name === undefined) {
    throw new FailedError(
      `Expected an artifact with the output ${tap}; ${artifact.id} has ${Object.keys(artifact.outputs).join(', ')}. Export it again.`,
    );
  }
  return name;
}

/** The bytes of one of an artifact's files. */
export function requireFile(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) {
    throw new FailedError(
      `Expected ${path} among the artifact's files; received ${[...files.keys()].join(', ')}. Export the bundle again.`,
    );
  }
  return bytes;
}
