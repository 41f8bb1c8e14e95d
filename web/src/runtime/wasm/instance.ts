import { CODES, type Exports, LUMA_CONTRACT, RESULT } from './bindings.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Rgb8 } from './rgb8.ts';

/** The most that `reserve_input` can be asked for; a larger number would be cut to 32 bits. */
const MOST_BYTES = 2 ** 32 - 1;

/** Functions that answer a file, or its first bytes, or pixels. */
export type ImageFunction = 'decode_image' | 'decode_luma' | 'judge_start' | 'take_pixels';

/** Find the function that decodes by a bundle's contract. */
export const findDecodeFunction = (contract: string): ImageFunction =>
  contract === LUMA_CONTRACT ? 'decode_luma' : 'decode_image';

/** One instance of the module. After an error it may be in any state, and must not be used again. */
export class Instance {
  readonly exports: Exports;
  #bytes = new Uint8Array();
  #words = new DataView(this.#bytes.buffer);

  /** @throws Error there is no room for its memory */
  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  }

  /** Bytes of its memory, which only grows. */
  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  /**
   * Call a function on a file, or on its first bytes, or on pixels.
   *
   * @param head 32-bit words that stand before the bytes
   * @returns the image, whose `data` lie in the instance's memory until the next call; or the contract's refusal
   * @throws WebAssembly.RuntimeError the module trapped
   */
  call(name: ImageFunction, bytes: Uint8Array, head: readonly number[] = []): Rgb8 | DecodeRefusal {
    const offset = 4 * head.length;
    const size = offset + bytes.length;
    const room = this.reserve('reserve_input', size);
    if (room === 0) return new DecodeRefusal('out-of-memory', `a file of ${size} bytes`);
    for (let index = 0; index < head.length; index++) this.#view.setUint32(room + 4 * index, head[index] as number, true);
    this.bytes.set(bytes, room + offset);
    const { code, width, height, pixels, received } = this.readRecord(this.exports[name](size) >>> 0, RESULT);
    const verdict = CODES[code];
    if (verdict === undefined) throw new RangeError(`code ${code}`);
    if (verdict !== 'ok') return new DecodeRefusal(verdict, this.#readText(received));
    return { width, height, data: this.bytes.subarray(pixels, pixels + width * height * 3) };
  }

  /** Reserve room for bytes; 0 where there is none. */
  reserve(name: 'reserve_input' | 'reserve_program', size: number): number {
    return size > MOST_BYTES ? 0 : this.exports[name](size) >>> 0;
  }

  /** The memory; another array after the memory has grown. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.exports.memory.buffer) {
      this.#bytes = new Uint8Array(this.exports.memory.buffer);
      this.#words = new DataView(this.exports.memory.buffer);
    }
    return this.#bytes;
  }

  /** Read a word of 32 bits. */
  readWord(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** Read a record of 32-bit words; each field's word by its name. */
  readRecord<Field extends string>(at: number, fields: readonly Field[]): Record<Field, number> {
    const record = {} as Record<Field, number>;
    for (let index = 0; index < fields.length; index++) record[fields[index] as Field] = this.readWord(at + 4 * index);
    return record;
  }

  get #view(): DataView {
    void this.bytes; // both are made again together
    return this.#words;
  }

  /** Read an ASCII text that ends with a zero. */
  #readText(at: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, this.bytes.indexOf(0, at)));
  }
}
