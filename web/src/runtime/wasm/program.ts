import { describeError, FailedError } from '../errors.ts';
import { CONTRACT, MAX_RANK, PROGRAM_CODES, PROGRAM_PARTS, PROGRAM_STATE, VALUE_PLACE } from './bindings.ts';
import { createDecoderFault, MAX_KEPT_BYTES } from './decoder.ts';
import { ELEMENTS, type Elements } from './elements.ts';
import { findDecodeFunction, type ImageFunction, Instance } from './instance.ts';
import { ProgramRefusal } from './program-refusal.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Rgb8 } from './rgb8.ts';

const AXES = Array.from({ length: MAX_RANK }, (_, axis) => `${axis}`);

type State = Record<(typeof PROGRAM_STATE)[number], number>;

/** An input or an output of a loaded program: its static shape, and where its elements lie in the module's memory. */
export interface Place {
  readonly shape: readonly number[];
  /** An `element_type`: 1 is float32. */
  readonly type: number;
  readonly elements: number;
  readonly address: number;
}

/** A program in an instance of the module of its own: images and arrays enter, arrays leave. */
export class Program {
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  /** Whether it reads an image. */
  readonly usesImage: boolean;
  readonly #name: string;
  readonly #module: WebAssembly.Module;
  readonly #size: number;
  readonly #loadedBytes: number;
  #instance: Instance;
  #room = 0;
  readonly #all: readonly number[];
  readonly #views: Elements[] = [];
  #fault: FailedError | null = null;
  /** The image that lies in the module's memory. */
  #decoded: Rgb8 | null = null;

  /**
   * Load a program.
   *
   * @param bytes the file
   * @param name what to call it in an error
   * @throws ProgramRefusal the module refuses it
   * @throws FailedError there is no memory for the module, or it is at fault itself
   */
  constructor(module: WebAssembly.Module, bytes: Uint8Array, name = 'the program') {
    this.#name = name;
    this.#module = module;
    this.#size = bytes.length;
    this.#instance = this.#guard(() => new Instance(module));
    const state = this.#load(bytes);
    this.#loadedBytes = this.memoryBytes;
    const { exports } = this.#instance;
    this.usesImage = state.uses_image !== 0;
    this.inputs = Array.from({ length: state.input_count }, (_, index) => this.#find(exports.find_input(index)));
    this.outputs = Array.from({ length: state.output_count }, (_, index) => this.#find(exports.find_output(index)));
    this.#all = [...this.outputs.keys()];
  }

  /** Bytes of the module's memory. */
  get memoryBytes(): number {
    return this.#instance.memoryBytes;
  }

  /**
   * Decode an image file where the program will read it.
   *
   * @param contract a bundle's, as of `Decoder.decode`
   * @returns the image; its `data` lie in the module's memory until the next call. A run of it copies nothing
   * @throws DecodeRefusal the image file is refused
   * @throws FailedError the module is at fault itself
   */
  decode(bytes: Uint8Array, contract: string = CONTRACT): Rgb8 {
    this.#decoded = this.#decode(findDecodeFunction(contract), bytes);
    return this.#decoded;
  }

  /** Refuse a file by its first bytes, as `Decoder` does. @throws DecodeRefusal | FailedError */
  judgeStart(start: Uint8Array): void {
    this.#decode('judge_start', start);
  }

  /**
   * Run the program.
   *
   * @param image for a program that reads one: what `decode` gave last, other decoded pixels, or an image file's bytes
   * @param inputs the elements of each input, in order
   * @param wanted which outputs to give, by their positions
   * @returns the elements of each of these, copied; the others do not leave the module's memory
   * @throws DecodeRefusal the image file is refused
   * @throws ProgramRefusal the image is missing, or an index in the data lies outside its axis
   * @throws FailedError the inputs do not fit, or the module is at fault itself
   */
  run(
    image: Rgb8 | Uint8Array | null,
    inputs: readonly Elements[] = [],
    wanted: readonly number[] = this.#all,
  ): Elements[] {
    if (this.#fault !== null) throw this.#fault;
    try {
      if (this.usesImage && image !== null && image !== this.#decoded) this.#setImage(image);
      this.#setInputs(inputs);
      this.#check(this.#guard(() => this.#instance.exports.run_program(0)));
      return wanted.map((index) => this.#viewOutput(index).slice());
    } finally {
      this.#shrink();
    }
  }

  #decode(name: ImageFunction, bytes: Uint8Array): Rgb8 {
    if (this.#fault !== null) throw this.#fault;
    this.#decoded = null;
    let result: Rgb8 | DecodeRefusal;
    try {
      result = this.#instance.call(name, bytes);
    } catch (error) {
      this.#fault = createDecoderFault(error);
      throw this.#fault;
    }
    if (!(result instanceof DecodeRefusal)) return result;
    this.#shrink();
    throw result;
  }

  #load(bytes: Uint8Array): State {
    this.#room = this.#instance.reserve('reserve_program', bytes.length);
    if (this.#room === 0) throw new ProgramRefusal('out-of-memory', 'file', 0, this.#name);
    const { exports } = this.#instance;
    this.#instance.bytes.set(bytes, this.#room);
    const state = this.#guard(() => exports.load_program(bytes.length));
    this.#check(state);
    return this.#instance.readRecord(state >>> 0, PROGRAM_STATE);
  }

  /** Load the program again, from its own memory, after an image that took far more: memory never shrinks. */
  #shrink(): void {
    if (this.#fault !== null || this.memoryBytes <= this.#loadedBytes + MAX_KEPT_BYTES) return;
    const bytes = new Uint8Array(this.#instance.exports.memory.buffer, this.#room, this.#size);
    this.#decoded = null;
    this.#instance = this.#guard(() => new Instance(this.#module));
    this.#load(bytes);
  }

  #setImage(image: Rgb8 | Uint8Array): void {
    this.#decoded = null;
    const result = this.#guard(() => {
      if (image instanceof Uint8Array) return this.#instance.call('decode_image', image);
      return this.#instance.call('take_pixels', image.data, [image.width, image.height]);
    });
    if (result instanceof DecodeRefusal) throw result;
  }

  #setInputs(inputs: readonly Elements[]): void {
    if (inputs.length === 0 && this.inputs.length === 0) return;
    const fits = (place: Place, given: Elements | undefined) =>
      given?.length === place.elements && given.BYTES_PER_ELEMENT === this.#view(place).BYTES_PER_ELEMENT;
    if (inputs.length !== this.inputs.length || !this.inputs.every((place, index) => fits(place, inputs[index]))) {
      const describe = (arrays: readonly { length: number }[]) => arrays.map(({ length }) => length).join(', ') || 'none';
      throw new FailedError(
        `Expected for ${this.#name} arrays of ${describe(this.inputs.map(({ elements }) => ({ length: elements })))} ` +
          `elements; received ${describe(inputs)}. Give one array of its type for each input, in order.`,
      );
    }
    this.inputs.forEach((place, index) => {
      const given = inputs[index] as Elements;
      const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
      this.#instance.bytes.set(bytes, place.address);
    });
  }

  /** The elements of an input or output, in the module's memory as it lies now. */
  #view(place: Place): Elements {
    const Constructor = ELEMENTS[place.type];
    if (Constructor === undefined) throw new FailedError(`Expected a known type of elements; received ${place.type}.`);
    return new Constructor(this.#instance.exports.memory.buffer, place.address, place.elements);
  }

  /** The elements of an output; the array is kept for as long as the memory lies where it does. */
  #viewOutput(index: number): Elements {
    const kept = this.#views[index];
    if (kept?.buffer === this.#instance.exports.memory.buffer) return kept;
    const view = this.#view(this.#findOutput(index));
    this.#views[index] = view;
    return view;
  }

  #findOutput(index: number): Place {
    const place = this.outputs[index];
    if (place !== undefined) return place;
    throw new FailedError(
      `Expected an output of ${this.#name} (it has ${this.outputs.length}); received the position ${index}. Ask for another.`,
    );
  }

  #find(record: number): Place {
    const at = record >>> 0;
    const { address, type, rank, elements } = this.#instance.readRecord(at, VALUE_PLACE);
    const dims = this.#instance.readRecord(at + 4 * VALUE_PLACE.length, AXES);
    return { address, type, elements, shape: Object.values(dims).slice(0, rank) };
  }

  /** Refuse by a `program_state`, whose first word is the code. */
  #check(at: number): void {
    const code = PROGRAM_CODES[this.#instance.readWord(at >>> 0)];
    if (code === 'ok') return;
    const state = this.#instance.readRecord(at >>> 0, PROGRAM_STATE);
    if (code === undefined) throw new FailedError(`Expected a known code of webparity.wasm; received ${state.code}.`);
    throw new ProgramRefusal(code, PROGRAM_PARTS[state.part] ?? 'part', state.position, this.#name);
  }

  /** After a trap, the instance may be in any state, and is not used again. */
  #guard<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      this.#fault = new FailedError(
        `Expected webparity.wasm to run ${this.#name}; it stopped (${describeError(error)}). ` +
          'Open it again; where it stops again, use another runtime.',
      );
      throw this.#fault;
    }
  }
}
