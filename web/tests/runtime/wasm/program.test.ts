import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FailedError } from '../../../src/runtime/errors.ts';
import { PROGRAM_CODES, type ProgramCode } from '../../../src/runtime/wasm/bindings.ts';
import type { Elements } from '../../../src/runtime/wasm/elements.ts';
import { Program } from '../../../src/runtime/wasm/program.ts';
import { ProgramRefusal } from '../../../src/runtime/wasm/program-refusal.ts';
import { DecodeRefusal } from '../../../src/runtime/wasm/refusal.ts';
import cases from '../../../../tests/shared/program-cases.json';
import { createDecoder, findImage, WASM } from '../../support/decoder.ts';

const decodeBytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const encodeBytes = ({ buffer, byteOffset, byteLength }: Elements) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await WebAssembly.compile(WASM);
});

function refuse(run: () => unknown): ProgramRefusal {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ProgramRefusal);
    return error as ProgramRefusal;
  }
  throw new Error('Expected a refusal.');
}

const image = { ...cases.image, data: decodeBytes(cases.image.rgb8) };
const toInputs = (inputs: readonly string[]) => inputs.map((input) => new Float32Array(decodeBytes(input).buffer));

describe('programs of every instruction give the bytes that Python has', () => {
  test.each(cases.programs)('$name', ({ base64, inputs, outputs }) => {
    const program = new Program(module, decodeBytes(base64));
    const run = () => program.run(image, toInputs(inputs)).map(encodeBytes);
    expect(run()).toEqual(outputs);
    const size = program.memoryBytes;
    expect(run()).toEqual(outputs);
    expect(program.memoryBytes).toBe(size);
  });
});

test.each(cases.refused)('$code in the words that Python has', ({ base64, code, message }) => {
  const refusal = refuse(() => new Program(module, decodeBytes(base64), 'p'));
  expect({ code: refusal.code, message: refusal.message }).toEqual({ code, message });
});

test('every code has words', () => {
  const messages = PROGRAM_CODES.slice(1).map((code) => new ProgramRefusal(code as ProgramCode, 'file', 0, 'p').message);
  for (const message of messages) expect(message).toMatch(/^Expected .*; received .* \(p\)\. .*\.$/);
});

const findProgram = (name: string) => {
  const found = cases.programs.find((program) => program.name === name);
  if (found === undefined) throw new Error(`Expected a program ${name}.`);
  return found;
};

describe('a program that reads an image', () => {
  const { base64, inputs } = findProgram('convolutions');
  const open = () => new Program(module, decodeBytes(base64), 'p');

  test('says so, and refuses to run without one', () => {
    const program = open();
    expect(program.usesImage).toBe(true);
    expect(refuse(() => program.run(null, toInputs(inputs)))).toMatchObject({
      code: 'image',
      message: expect.stringMatching(/^Expected a decoded image .* received none \(instruction 0 of p\)\./),
    });
  });

  test('takes the bytes of a file, too', async () => {
    const file = findImage('PNG');
    const program = open();
    const pixels = await createDecoder().decode(file);
    expect(program.run(file, toInputs(inputs))).toEqual(open().run(pixels, toInputs(inputs)));
    expect(() => program.run(file.subarray(0, 40), toInputs(inputs))).toThrow(DecodeRefusal);
  });

  test('gives the memory of a huge image back', () => {
    const program = open();
    const [size, before] = [program.memoryBytes, program.run(image, toInputs(inputs))];
    const side = 9600;
    program.run({ width: side, height: side, data: new Uint8Array(side * side * 3) }, toInputs(inputs));
    expect(program.memoryBytes).toBe(size);
    expect(program.run(image, toInputs(inputs))).toEqual(before);
  });

  test('refuses pixels that are not as many as width and height say', () => {
    expect(() => open().run({ ...image, width: image.width + 1 }, toInputs(inputs))).toThrow(DecodeRefusal);
  });
});

test('inputs that do not fit are refused', () => {
  const { base64 } = findProgram('reduction');
  const program = new Program(module, decodeBytes(base64), 'p');
  expect(program.inputs).toMatchObject([{ shape: [2, 3, 4], type: 1, elements: 24 }]);
  for (const inputs of [[], [new Float32Array(23)], [new Float64Array(24)], [new Float32Array(24), new Float32Array(1)]]) {
    expect(() => program.run(null, inputs)).toThrow(FailedError);
  }
});

test('the words are those of Python', () => {
  const source = readFileSync(path.join(import.meta.dirname, '../../../../core/program/refusal.py'), 'utf8');
  for (const code of PROGRAM_CODES.slice(1)) {
    const { message } = new ProgramRefusal(code as ProgramCode, 'file', 0, 'p');
    const [, rule = '', received = '', fix = ''] = /^Expected (.*); received (.*) \(p\)\. (.*)$/.exec(message) ?? [];
    for (const words of [rule, received, fix]) expect(source).toContain(words);
  }
});
