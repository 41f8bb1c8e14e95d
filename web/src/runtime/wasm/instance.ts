import { CODES, type Exports, RESULT } from './bindings.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Rgb8 } from './rgb8.ts';

/** The most that `reserve_input` can be asked for; a larger number would be cut to 32 bits. */
const MOST_BYTES = 2 ** 32 - 1;

/** One instance of the module. After an error it may be in any state, and must not be used again. */
export class Instance {
  readonly exports: Exports;

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
   * @param head bytes that stand before the others
   * @returns the image, whose `data` lie in the instance's memory until the next call; or the contract's refusal
   * @throws WebAssembly.RuntimeError the module trapped
   */
  call(name: 'decode_image' | 'judge_start' | 'take_pixels', bytes: Uint8Array, head?: Uint8Array): Rgb8 | DecodeRefusal {
    const offset = head?.length ?? 0;
    const size = offset + bytes.length;
    const room = this.reserve('reserve_input', size);
    if (room === 0) return new DecodeRefusal('out-of-memory', `a file of ${size} bytes`);
    const { memory } = this.exports;
    if (head !== undefined) new Uint8Array(memory.buffer).set(head, room);
    new Uint8Array(memory.buffer).set(bytes, room + offset);
    const { code, width, height, pixels, received } = this.readRecord(this.exports[name](size) >>> 0, RESULT);
    const verdict = CODES[code];
    if (verdict === undefined) throw new RangeError(`code ${code}`);
    if (verdict !== 'ok') return new DecodeRefusal(verdict, this.#readText(received));
    return { width, height, data: new Uint8Array(memory.buffer, pixels, width * height * 3) };
  }

  /** Reserve room for bytes; 0 where there is none. */
  reserve(name: 'reserve_input' | 'reserve_program', size: number): number {
    return size > MOST_BYTES ? 0 : this.exports[name](size) >>> 0;
  }

  /** Read a record of 32-bit words; each field's word by its name. */
  readRecord<Field extends string>(at: number, fields: readonly Field[]): Record<Field, number> {
    const words = new DataView(this.exports.memory.buffer, at, 4 * fields.length); // the memory may have moved
    const read = fields.map((field, index) => [field, words.getUint32(4 * index, true)] as const);
    return Object.fromEntries(read) as Record<Field, number>;
  }

  /** Read an ASCII text that ends with a zero. */
  #readText(at: number): string {
    const memory = new Uint8Array(this.exports.memory.buffer);
    return String.fromCharCode(...memory.subarray(at, memory.indexOf(0, at)));
  }
}
