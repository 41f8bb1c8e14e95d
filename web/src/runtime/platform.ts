import type { Codecs } from './decode/index.ts';
import type { Reader } from './reader.ts';

/** The WebAssembly files that ship beside the code. */
export type WasmName = 'jpeg' | 'png' | 'onnxruntime' | 'tfjs' | 'tfjs-simd';

/** What a browser's worker and Node do differently. */
export interface Platform {
  readonly name: 'browser' | 'node';
  readonly engine: { name: string; version: string } | null;
  readonly reader: Reader;
  /** The platform's own image decoder, or null where there is none that can be trusted. */
  readonly native: Codecs['native'];
  /** Where a WebAssembly file lies. @throws UnavailableError this build ships none of that name */
  wasm(name: WasmName): string;
  /** Load a module that is not part of the build. @throws UnavailableError it is not installed */
  external(name: string): Promise<unknown>;
}
