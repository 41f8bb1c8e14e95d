import type { ProgramCode } from './bindings.ts';

const DAMAGED = 'The file is damaged: copy or export it again.';
const OTHER_TARGET = 'Use another target for this model: onnx or tfjs-graph.';
const OTHER_VERSION = 'Export the model with the version of webparity that runs it.';

/** The rule, what was received, and the fix; the same as in `core/program/refusal.py`. */
const WORDS: Record<ProgramCode, [rule: string, received: string, fix: string]> = {
  header: ['a program that webparity exported', 'another file', DAMAGED],
  'other-version': ['a program of format 1', 'another format', OTHER_VERSION],
  truncated: ['a program of the size that it states', 'another size', DAMAGED],
  opcode: ['instructions that this webparity.wasm has', 'another one', OTHER_VERSION],
  operand: ['operands that an instruction takes', 'others', DAMAGED],
  type: ['element types that fit', 'others', DAMAGED],
  shape: ['shapes and numbers that fit', 'others', DAMAGED],
  bounds: ["data inside the program's memory", 'data outside', DAMAGED],
  order: ['values that are written before they are read', 'one that is not', DAMAGED],
  overlap: ['values written beside those that are read', 'one that lies over another', DAMAGED],
  work: ['at most 2^38 multiply-adds an image', 'more', OTHER_TARGET],
  'out-of-memory': ['a program that runs in 1 GiB of memory', 'one that finds no room', OTHER_TARGET],
  index: ['indices inside their axis', 'one outside', OTHER_TARGET],
  image: ['a decoded image for the program to read', 'none', 'Give an image with the inputs.'],
};

/** Error for a program that the module refuses to load, or cannot run on what it was given. */
export class ProgramRefusal extends Error {
  readonly code: ProgramCode;

  /**
   * @param part what the refusal is about, such as `instruction`
   * @param position which of these, from 0
   * @param name the program's name
   */
  constructor(code: ProgramCode, part: string, position: number, name: string) {
    const [rule, received, fix] = WORDS[code];
    const place = part === 'file' ? name : `${part} ${position} of ${name}`;
    super(`Expected ${rule}; received ${received} (${place}). ${fix}`);
    this.name = 'ProgramRefusal';
    this.code = code;
  }
}
