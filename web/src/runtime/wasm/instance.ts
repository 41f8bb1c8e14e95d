import { CODES, type Exports, RESULT } from './bindings.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Rgb8 } from './rgb8.ts';

/** The most that `reserve_input` can be asked for; a larger number would be cut to 32 bits. */
const MOST_BYTES = 2 ** 32 - 1;

/** One instance of the module. After an error it may be in any state, and must not be used again. */
export class Instance {
  readonly #exports: Exports;

  /** @throws Error there is no room for its memory */
  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  }

  /** Bytes of its memory, which only grows. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /**
   * Call a function on a file, or on its first bytes.
   *
   * @returns the image, whose `data` lie in the instance's memory until the next call; or the contract's refusal
   * @throws WebAssembly.RuntimeError the module trapped
   */
  call(name: 'decode_image' | 'judge_start', bytes: Uint8Array): Rgb8 | DecodeRefusal {
    const { memory, reserve_input: reserve } = this.#exports;
    const room = bytes.length > MOST_BYTES ? 0 : reserve(bytes.length) >>> 0;
    if (room === 0) return new DecodeRefusal('out-of-memory', `a file of ${bytes.length} bytes`);
    new Uint8Array(memory.buffer).set(bytes, room);
    const at = this.#exports[name](bytes.length) >>> 0;
    const words = new DataView(memory.buffer, at, 4 * RESULT.length); // the memory may have moved
    const word = (field: (typeof RESULT)[number]) => words.getUint32(4 * RESULT.indexOf(field), true);
    const code = CODES[word('code')];
    if (code === undefined) throw new RangeError(`code ${word('code')}`);
    if (code !== 'ok') return new DecodeRefusal(code, this.#readText(word('received')));
    const [width, height] = [word('width'), word('height')];
    return { width, height, data: new Uint8Array(memory.buffer, word('pixels'), width * height * 3) };
  }

  /** Read an ASCII text that ends with a zero. */
  #readText(at: number): string {
    const memory = new Uint8Array(this.#exports.memory.buffer);
    return String.fromCharCode(...memory.subarray(at, memory.indexOf(0, at)));
  }
}
