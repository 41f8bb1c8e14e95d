// Runs a batch of programs: in a page by `runBatch`, in Node by `node run-programs.mjs MODULE BATCH ANSWERS`.
// A batch holds for each program: its length, the program, the count of its inputs, and each input behind its length.
// Answers hold for each program: 1 and the count of its outputs, each as type, rank, dims, length, bytes; or 0, the length of a
// text, and the text of the error. All numbers are 32 bits, little-endian.
import { describeError } from '../../src/runtime/errors.ts';
import { ELEMENTS } from '../../src/runtime/wasm/elements.ts';
import { Program } from '../../src/runtime/wasm/program.ts';

/**
 * Run the programs of a batch, each in an instance of its own.
 *
 * @param code the module's file
 * @returns the answers, in parts
 */
export async function runBatch(code: Uint8Array<ArrayBuffer>, batch: Uint8Array): Promise<Uint8Array<ArrayBuffer>[]> {
  const module = await WebAssembly.compile(code);
  const reader = new BatchReader(batch);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  while (!reader.isDone) {
    const program = reader.take();
    const inputs = Array.from({ length: reader.count() }, () => reader.take());
    parts.push(...answer(module, program, inputs));
  }
  return parts;
}

class BatchReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  count(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  /** Bytes behind their length, copied: elements must lie at a multiple of their size. */
  take(): Uint8Array<ArrayBuffer> {
    const size = this.count();
    this.#at += size;
    return this.#bytes.slice(this.#at - size, this.#at);
  }
}

function answer(module: WebAssembly.Module, bytes: Uint8Array, given: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
  try {
    const program = new Program(module, bytes);
    const inputs = program.inputs.map(({ type, elements }, index) => {
      const Constructor = ELEMENTS[type];
      const data = given[index];
      if (Constructor === undefined || data === undefined) throw new Error(`input ${index} of type ${type}`);
      return new Constructor(data.buffer, 0, elements);
    });
    const outputs = program.run(null, inputs);
    const parts = program.outputs.flatMap(({ type, shape }, index) => {
      const elements = outputs[index];
      if (elements === undefined) throw new Error(`no output ${index}`);
      const data = new Uint8Array(elements.buffer as ArrayBuffer, elements.byteOffset, elements.byteLength);
      return [encode(type, shape.length, ...shape, data.length), data];
    });
    return [encode(1, outputs.length), ...parts];
  } catch (error) {
    const text = new TextEncoder().encode(describeError(error));
    return [encode(0, text.length), text];
  }
}

function encode(...numbers: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}

if (typeof process !== 'undefined') {
  const { readFile, writeFile } = await import('node:fs/promises');
  const [module = '', batch = '', answers = ''] = process.argv.slice(2);
  const load = async (path: string) => new Uint8Array(await readFile(path));
  await writeFile(answers, Buffer.concat(await runBatch(await load(module), await load(batch))));
}
