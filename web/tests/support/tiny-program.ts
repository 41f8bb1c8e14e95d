/** A program written by hand: an image is resized, multiplied with a matrix, and its scores are made probabilities. */
import { sha256Hex } from '../../src/runtime/digest.ts';
import { createTinyBundle, GAIN, LABELS } from './tiny-bundle.ts';

const [RESIZE_IMAGE, DENSE, SOFTMAX] = [1, 11, 16];
const [FLOAT, CONSTANT, MEMORY, NONE] = [1, 0, 1, 0xffffffff];
const LANES = 8;
const ENTRY = 'models/tiny/model.bin';

const makeZeros = (length: number) => Array.from({ length }, () => 0);

/** Zeros that fill a part of the file to a multiple of 16 bytes. */
const pad = (words: number[]) => [...words, ...makeZeros((4 - (words.length % 4)) % 4)];

const makeValue = (storage: number, offset: number, dims: number[]) => [
  FLOAT | (dims.length << 8) | (storage << 16) | ((storage === CONSTANT ? FLOAT : 0) << 24),
  storage === CONSTANT ? 0 : offset,
  0,
  ...Array.from({ length: 8 }, (_, axis) => dims[axis] ?? 0),
  ...makeZeros(5),
];

const makeInstruction = (opcode: number, operands: number[]) => [opcode | ((operands.length + 1) << 16), ...operands];

/** The program that looks at channel c for class c, of an image resized to one pixel; `outputs` are ids of values. */
export function createProgram(outputs = [3, 2, 0]): Uint8Array {
  const weights = new Float32Array(3 * LANES);
  for (const channel of [0, 1, 2]) weights[channel * LANES + channel] = GAIN;
  const values = [
    ...makeValue(MEMORY, 0, [1, 1, 1, 3]),
    ...makeValue(CONSTANT, 0, [1, 3, LANES]),
    ...makeValue(MEMORY, 16, [1, 3]),
    ...makeValue(MEMORY, 32, [1, 3]),
  ];
  const code = [
    ...makeInstruction(RESIZE_IMAGE, [0, 0, 0]),
    ...makeInstruction(DENSE, [2, 0, 1, NONE, NONE, 1, 3, LABELS.length, 0, 0, 0]),
    ...makeInstruction(SOFTMAX, [3, 2, LABELS.length, 0]),
  ];
  const constants = [...new Uint32Array(weights.buffer)];
  const body = [...values, ...pad(outputs), ...pad(code), ...constants];
  const counts = [4, 3, code.length, 0, outputs.length, 4 * constants.length, 0, 48];
  const header = [0x50425057, 1, 64 + 4 * body.length, ...counts, ...makeZeros(5)];
  return new Uint8Array(Uint32Array.from([...header, ...body]).buffer);
}

/** The tiny bundle with a program as a second artifact. */
export function createProgramBundle(program = createProgram()): Map<string, Uint8Array> {
  const files = createTinyBundle((manifest) => {
    manifest.files[ENTRY] = { sha256: sha256Hex(program), bytes: program.length };
    const [graph] = manifest.artifacts;
    if (graph === undefined) throw new Error('Expected an artifact.');
    const own = { id: 'wasm-float32', target: 'wasm', entry: ENTRY, files: [ENTRY], bytes: program.length };
    manifest.artifacts.push({ ...graph, ...own });
  });
  return files.set(ENTRY, program);
}
