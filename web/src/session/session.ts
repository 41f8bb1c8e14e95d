import decoderUrl from '../../assets/webparity.wasm?url';
import { computeSha256 } from '../runtime/digest.ts';
import { chooseBackend, type Runtimes } from '../runtime/choose-backend.ts';
import { DeviceError, FailedError, describeError, RuntimeError, toRecord } from '../runtime/errors.ts';
import { type Bundle, createBundle, openBundle } from '../runtime/files/bundle.ts';
import type { Reader, Sink } from '../runtime/files/reader.ts';
import { encodeFloat32 } from '../runtime/float32.ts';
import type { Manifest } from '../runtime/manifest/manifest.gen.ts';
import { findArtifact } from '../runtime/manifest/parse.ts';
import type { Platform } from '../runtime/platform.ts';
import { findOutput } from '../runtime/outputs/registry.ts';
import type { Model, Outputs } from '../runtime/runtime.ts';
import { START_BYTES } from '../runtime/wasm/bindings.ts';
import { compileWasm } from '../runtime/wasm/compile.ts';
import { Decoder, type ImageDecoder } from '../runtime/wasm/decoder.ts';
import { DecodeRefusal } from '../runtime/wasm/refusal.ts';
import type { Rgb8 } from '../runtime/wasm/rgb8.ts';
import { type Alive, throttle } from './alive.ts';
import type {
  DecodedImage,
  DecodeParams,
  DecodeResult,
  Given,
  ImageSource,
  Method,
  OpenParams,
  OpenResult,
  Prediction,
  RefusedImage,
  Reply,
  RunParams,
  RunResult,
} from './protocol.ts';

/** One bundle opened on one backend. The page, the browser harness and the Node harness drive this class. */
export class Session {
  readonly #platform: Platform;
  readonly #runtimes: Runtimes;
  readonly #decoder: Decoder;
  #bundle: Bundle | null = null;
  #model: Model | null = null;
  #given: WebAssembly.Module | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #answered = 0;
  #report: (answered: number) => void = () => undefined;
  readonly #alive = throttle(() => this.#report(this.#answered));

  /** @param runtimes those that it can open */
  constructor(platform: Platform, runtimes: Runtimes) {
    this.#platform = { ...platform, reader: reportReads(platform.reader, this.#alive) };
    this.#runtimes = runtimes;
    this.#decoder = new Decoder(
      async () => this.#given ?? compileWasm((sink) => this.#read(platform.locate(decoderUrl), sink)),
    );
  }

  /**
   * Call a method by name. Calls run one after another in their order; errors are returned as records.
   *
   * @param report called during the call, at most twice per second, with the number of images answered
   */
  call(method: Method, params: unknown, report: (answered: number) => void = () => undefined): Promise<Reply> {
    const reply = this.#last.then(async (): Promise<Reply> => {
      this.#answered = 0;
      this.#report = report;
      try {
        return { result: await this.#dispatch(method, params) };
      } catch (error) {
        return { error: toRecord(error) };
      }
    });
    this.#last = reply;
    return reply;
  }

  #dispatch(method: Method, params: unknown) {
    switch (method) {
      case 'open':
        return this.open(params as OpenParams);
      case 'run':
        return this.run(params as RunParams);
      case 'decode':
        return this.decode(params as DecodeParams);
      case 'close':
        return this.close();
      default:
        throw new FailedError(
          `Expected one of open, run, decode, close; received ${String(method)}. Call one of these.`,
        );
    }
  }

  /** Open a bundle's artifact on a backend, closing what was open. */
  async open({ site, digest, runtime, backend, artifact: id, given }: OpenParams): Promise<OpenResult> {
    await this.close();
    const platform = this.#platform;
    this.#given = given?.module ?? null;
    const bundle =
      given === undefined
        ? await openBundle(platform.reader, site, digest ?? null)
        : createBundle(readGivenFirst(platform.reader, site, given), site, given.manifest);
    this.#bundle = bundle; // from here on, files of the site are checked
    this.#decoder.load().catch(() => undefined); // beside the model; the first image tells if it failed
    const artifact = findArtifact(bundle.manifest, id);
    const choice = chooseBackend(this.#runtimes, platform.name, { runtime, backend }, artifact);
    const module = () => this.#decoder.load();
    const options = { bundle, artifact, backend: choice.backend, platform, module, alive: this.#alive };
    const model = await choice.runtime.open(options);
    this.#model = model;
    return { runtime, version: model.version, backend: choice.backend, engine: platform.engine };
  }

  /** Decode and run images one by one. A refused image is a result, not an error. */
  async run({ images, taps, digests = true }: RunParams): Promise<RunResult> {
    const bundle = this.#bundle;
    const model = this.#model;
    if (bundle === null || model === null) {
      throw new FailedError('Expected an open bundle; received a run before it. Call open first.');
    }
    const before = model.tensors();
    const results: RunResult['results'] = [];
    for (const image of images) {
      results.push(
        await this.#decodeImage(model.decoder ?? this.#decoder, image, digests, async (pixels, decoded): Promise<Prediction> => {
          const start = performance.now();
          const outputs = await runOnDevice(model.run(pixels, taps));
          const ms = performance.now() - start;
          checkCount(outputs, bundle.manifest);
          const encoded = Object.entries(outputs).map(([tap, values]) => [tap, encodeFloat32(values)]);
          return { ...decoded, ms, ...Object.fromEntries(encoded) };
        }),
      );
      this.#answered = results.length;
      this.#alive();
    }
    return { results, leaked_tensors: model.tensors() - before };
  }

  /** Decode images only; needs no open bundle. */
  async decode({ images }: DecodeParams): Promise<DecodeResult> {
    const results: DecodeResult['results'] = [];
    for (const image of images) {
      results.push(await this.#decodeImage(this.#decoder, image, true, async (_, decoded) => decoded));
      this.#answered = results.length;
      this.#alive();
    }
    return { results };
  }

  /** Free the model; a closed session can be opened again. */
  async close(): Promise<Record<string, never>> {
    const model = this.#model;
    this.#model = null;
    this.#bundle = null;
    await model?.close();
    return {};
  }

  async #decodeImage<T>(
    decoder: ImageDecoder,
    image: ImageSource,
    digests: boolean,
    then: (pixels: Rgb8, decoded: DecodedImage) => Promise<T>,
  ): Promise<T | RefusedImage> {
    let pixels: Rgb8;
    let start = 0;
    try {
      const bytes = typeof image === 'string' ? await this.#read(image) : await readVisitors(image, decoder);
      await decoder.load(); // not a part of this image's time
      start = performance.now();
      pixels = await decoder.decode(bytes, this.#bundle?.manifest.contract);
    } catch (error) {
      if (error instanceof DecodeRefusal) return { refused: error.code, message: error.message };
      throw error;
    }
    const { width, height } = pixels;
    const decode_ms = performance.now() - start;
    this.#alive();
    const rgb8 = digests ? await computeSha256(pixels.data) : '';
    return then(pixels, { width, height, rgb8, decode_ms });
  }

  #read(location: string, sink?: Sink): Promise<Uint8Array> {
    return this.#bundle?.readLocation(location, sink) ?? this.#platform.reader.read(location, sink);
  }
}

/** Read a file of the visitor; of a file that is no image, only the first bytes, since it may be a film of gigabytes. */
async function readVisitors(image: Uint8Array | File, decoder: ImageDecoder): Promise<Uint8Array> {
  if (image instanceof Uint8Array) return image;
  await decoder.judgeStart(await readFile(image, image.slice(0, START_BYTES)));
  return readFile(image, image);
}

/** Read the files that came with the call from there. */
function readGivenFirst(reader: Reader, site: string, { files }: Given): Reader {
  const places = new Map([...files].map(([path, bytes]) => [reader.join(site, path), bytes]));
  return {
    ...reader,
    async read(location, sink) {
      const bytes = places.get(location) ?? (await reader.read(location, sink));
      places.delete(location); // of a file that is read again, the copy may be at fault
      return bytes;
    },
  };
}

async function readFile({ name }: File, part: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (error) {
    throw new FailedError(
      `Expected to read ${name}; the browser could not (${describeError(error)}). Choose an image file that is still there.`,
    );
  }
}

/** Give a sign of life after each file that a reader reads. */
function reportReads(reader: Reader, alive: Alive): Reader {
  return {
    ...reader,
    async read(location, sink) {
      const bytes = await reader.read(location, sink);
      alive();
      return bytes;
    },
  };
}

/** Wait for a computation, and convert a library's errors to DeviceError. */
async function runOnDevice<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw new DeviceError(
      `Expected this device to compute the answer; it failed (${describeError(error)}). Try again, or choose another backend.`,
    );
  }
}

function checkCount(outputs: Outputs, manifest: Manifest): void {
  const { kind, output } = findOutput(manifest);
  const expected = kind.count(output, manifest.labels.length);
  const received = outputs[kind.answer]?.length ?? 0;
  if (received === expected) return;
  throw new FailedError(`Expected ${expected} ${kind.answer}, one per label; received ${received}. Export the bundle again.`);
}
