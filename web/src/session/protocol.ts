/** The protocol of sessions: methods, parameters and results. */
import type { ErrorRecord } from '../runtime/errors.ts';
import type { FileProgress } from '../runtime/files/reader.ts';
import type { Manifest } from '../runtime/manifest/manifest.gen.ts';
import type { BackendName } from '../runtime/runtime.ts';
import type { Tap } from '../runtime/taps.ts';

/** An image: its file's location (URL in a browser, path in Node), bytes, or the file itself, which is read when it is run. */
export type ImageSource = string | Uint8Array | File;

export interface OpenParams {
  /** The folder that holds manifest.json: a URL in a browser, a path in Node. */
  site: string;
  /** SHA-256 of the manifest's canonical form; another manifest is refused. */
  digest?: string;
  runtime: string;
  backend: BackendName;
  artifact: string;
  /** What the document has read of the site already. */
  given?: Given;
}

/** The document's share in opening a bundle, so that the worker need not read it again. */
export interface Given {
  /** The manifest, whose digest was checked. */
  manifest: Manifest;
  /** `webparity.wasm`, checked and compiled; null where the worker must load it. */
  module: WebAssembly.Module | null;
  /** Files by their path in the site; each is checked when it is used. */
  files: Map<string, Uint8Array>;
}

export interface OpenResult {
  runtime: string;
  version: string;
  backend: BackendName;
  engine: { name: string; version: string } | null;
}

export interface RunParams {
  images: ImageSource[];
  taps: Tap[];
  /** False: leave out the digest of the decoded pixels, which takes longer than a small network. */
  digests?: boolean;
}

export interface DecodeParams {
  images: ImageSource[];
}

/** A decoded image: `rgb8` is the SHA-256 of its height * width * 3 bytes, or empty where none was asked for. */
export interface DecodedImage {
  width: number;
  height: number;
  rgb8: string;
  /** Milliseconds of decoding, reading the file not included. */
  decode_ms: number;
}

/** An image that the decode contract refuses. */
export interface RefusedImage {
  refused: string;
  message: string;
}

/** The answer and the requested taps. Float32 arrays are little-endian bytes in base64; `ms` is graph execution and reading the result back. */
export type Prediction = DecodedImage & { ms: number } & Partial<Record<Tap, string>>;

export interface RunResult {
  results: (Prediction | RefusedImage)[];
  leaked_tensors: number;
}

export interface DecodeResult {
  results: (DecodedImage | RefusedImage)[];
}

export interface Methods {
  open: { params: OpenParams; result: OpenResult };
  run: { params: RunParams; result: RunResult };
  decode: { params: DecodeParams; result: DecodeResult };
  close: { params: Record<string, never>; result: Record<string, never> };
}

export type Method = keyof Methods;

/** The outcome of a call. */
export type Reply<M extends Method = Method> = { result: Methods[M]['result'] } | { error: ErrorRecord };

/** Messages of a call to a worker or a process, and of its reply. */
export type CallMessage = { id: number; method: Method; params: unknown };
export type ReplyMessage = { id: number } & Reply;

/** A sign of life during call `id`: how many of its images are answered. */
export type AliveMessage = { id: number; alive: number };

/** Messages that a worker sends without a call: its code runs, or a part of a file has arrived. */
export type WorkerNotice = { started: true } | { progress: FileProgress };
