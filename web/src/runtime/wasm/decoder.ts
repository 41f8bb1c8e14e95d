import { describeError, FailedError } from '../errors.ts';
import { CONTRACT } from './bindings.ts';
import { findDecodeFunction, type ImageFunction, Instance } from './instance.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Rgb8 } from './rgb8.ts';

/** An instance's memory never shrinks: with more than this, it is not kept. As in `core/wasm/threads.py`. */
export const MAX_KEPT_BYTES = 256 * 2 ** 20;

/** What decodes image files for a session. */
export interface ImageDecoder {
  /** Load ahead of the first file. @throws RuntimeError it cannot be loaded */
  load(): Promise<unknown>;
  /** Decode a file by a bundle's contract. @throws DecodeRefusal | RuntimeError */
  decode(bytes: Uint8Array, contract?: string): Promise<Rgb8>;
  /** Refuse a file by its first bytes. @throws DecodeRefusal | RuntimeError */
  judgeStart(start: Uint8Array): Promise<void>;
}

/** The decode contracts: one image file, the same pixels in every runtime, or the same refusal. */
export class Decoder implements ImageDecoder {
  readonly #compile: () => Promise<WebAssembly.Module>;
  #module: Promise<WebAssembly.Module> | null = null;
  #instance: Instance | null = null;

  /** @param compile gives the compiled module; called at the first file, and again after it failed */
  constructor(compile: () => Promise<WebAssembly.Module>) {
    this.#compile = compile;
  }

  /**
   * Decode an image file.
   *
   * @param bytes the file: JPEG, PNG, WebP, GIF or BMP, told by its first bytes
   * @param contract a bundle's; `luma8/2` gives gray, three times, of a JPEG its own luma
   * @throws DecodeRefusal the contract refuses the file; `code` says why
   * @throws RuntimeError the decoder cannot be loaded, or is at fault itself
   */
  async decode(bytes: Uint8Array, contract: string = CONTRACT): Promise<Rgb8> {
    return this.#call(await this.load(), findDecodeFunction(contract), bytes);
  }

  /**
   * Refuse a file by its first bytes, where they are of no format that is decoded.
   *
   * @param start its first `START_BYTES` bytes, or all of a shorter one
   * @throws DecodeRefusal with the code `empty` or `format`
   */
  async judgeStart(start: Uint8Array): Promise<void> {
    this.#call(await this.load(), 'judge_start', start);
  }

  /** Load the decoder ahead of the first file. @throws RuntimeError it cannot be read or compiled */
  load(): Promise<WebAssembly.Module> {
    if (this.#module !== null) return this.#module;
    const module = this.#compile();
    module.catch(() => {
      this.#module = null;
    });
    this.#module = module;
    return module;
  }

  #call(module: WebAssembly.Module, name: ImageFunction, bytes: Uint8Array): Rgb8 {
    let instance: Instance;
    let result: Rgb8 | DecodeRefusal;
    try {
      instance = this.#instance ?? new Instance(module);
      this.#instance = null; // a trap leaves it in any state
      result = instance.call(name, bytes);
    } catch (error) {
      throw createDecoderFault(error);
    }
    if (instance.memoryBytes <= MAX_KEPT_BYTES) this.#instance = instance;
    if (result instanceof DecodeRefusal) throw result;
    // The memory of an instance that is not kept needs no copy: nothing else writes to it.
    return this.#instance === null ? result : { ...result, data: result.data.slice() };
  }
}

/** The error for a module that neither decoded nor refused an image. */
export function createDecoderFault(error: unknown): FailedError {
  return new FailedError(
    `Expected the decoder to decode or refuse the image; it stopped (${describeError(error)}). ` +
      'Save the image again as PNG, and report the file.',
  );
}
