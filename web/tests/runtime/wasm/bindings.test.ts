import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  CODES,
  FUNCTIONS,
  MAX_PIXELS,
  MAX_PIXELS_OF_SMALL_FILE,
  MAX_RANK,
  MAX_SIDE,
  PROGRAM_CODES,
  PROGRAM_PARTS,
  PROGRAM_STATE,
  RESULT,
  SMALL_FILE,
  START_BYTES,
  VALUE_PLACE,
} from '../../../src/runtime/wasm/bindings.ts';
import { WASM } from '../../support/decoder.ts';
import { WEB } from '../../support/modules.ts';

const readHeader = (name: string) => readFileSync(path.join(WEB, '../wasm', name), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
const HOST = readHeader('webparity.h');
const IMAGE = readHeader('decode/image.h');
const PROGRAM = readHeader('program/program.h');
const FORMAT = readHeader('program/format.h');

/** The members of an enumeration as hosts name them, and the fields of a record. */
function findMembers(header: string, name: string, prefix: string): string[] {
  const [, body = ''] = new RegExp(`typedef enum \\{([^}]*)\\} ${name};`).exec(header) ?? [];
  const members = [...body.matchAll(new RegExp(`${prefix}_(\\w+)`, 'g'))];
  return members.map(([, member = '']) => member.toLowerCase().replaceAll('_', '-'));
}

function findFields(name: string): string[] {
  const [, body = ''] = new RegExp(`typedef struct \\{([^}]*)\\} ${name};`).exec(HOST) ?? [];
  return [...body.matchAll(/(\w+(?:\[MAX_RANK\])?)[,;]/g)].map(([, field = '']) => field);
}

/** The value of an integer constant: `1 << 20`, `(uint64_t)1 << 28`, `512`. */
function evaluate(expression: string): number {
  const [, base = '', shift = '0'] = /^(?:\(uint64_t\))?(\d+)(?: << (\d+))?$/.exec(expression.trim()) ?? [];
  return Number(base) * 2 ** Number(shift);
}

function findConstant(header: string, name: string): number {
  const [, value = ''] = new RegExp(`\\b${name}(?: =|\\)?) (\\(\\(uint64_t\\)[^)]*|[^,})]+)`).exec(header) ?? [];
  return evaluate(value.replace(/^\((?=\(uint64_t\))/, ''));
}

test('the codes and parts of programs are those of the header, in their order', () => {
  expect([...PROGRAM_CODES]).toEqual(findMembers(PROGRAM, 'program_code', 'PROGRAM'));
  expect([...PROGRAM_PARTS]).toEqual(findMembers(PROGRAM, 'program_part', 'PART'));
});

test('the records of programs have the fields of the header, one word each', () => {
  expect([...PROGRAM_STATE]).toEqual(findFields('program_state'));
  expect([...VALUE_PLACE, 'dims[MAX_RANK]']).toEqual(findFields('value_place'));
  expect(FORMAT).toContain(`MAX_RANK = ${MAX_RANK},`);
});

test('the codes are those of decode_code, in their order', () => {
  const names = findMembers(IMAGE, 'decode_code', 'DECODE');
  expect(names.length).toBeGreaterThan(8);
  expect([...CODES]).toEqual(names);
});

test('the record has the fields of decode_result, one word each', () => {
  const [, body = ''] = /typedef struct \{([^}]*)\} decode_result;/.exec(HOST) ?? [];
  const fields = body.split(';').flatMap((line) => {
    const [, names] = /^\s*(?:uint32_t|const uint8_t|const char)\s+\*?([\w, ]+)$/.exec(line) ?? [];
    return names?.split(', ') ?? [];
  });
  expect(body.split(';').filter((line) => line.trim() !== '')).toHaveLength(4);
  expect([...RESULT]).toEqual(fields);
});

test('the functions are those that the header exports, with one size each', () => {
  const exported = [...HOST.matchAll(/EXPORT\((\w+)\) [\w ]+\*\1\(size_t \w+\);/g)].map(([, name]) => name);
  expect([...HOST.matchAll(/^EXPORT\(/gm)]).toHaveLength(exported.length);
  expect([...FUNCTIONS]).toEqual(exported);
});

test('the module exports them and its memory, and imports nothing', () => {
  const module = new WebAssembly.Module(WASM);
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  expect(names.sort()).toEqual([...FUNCTIONS, 'memory'].sort());
  expect(WebAssembly.Module.imports(module)).toEqual([]);
});

test.each([
  ['START_BYTES', HOST, START_BYTES],
  ['MAX_SIDE', IMAGE, MAX_SIDE],
  ['SMALL_FILE', IMAGE, SMALL_FILE],
  ['MAX_PIXELS', IMAGE, MAX_PIXELS],
  ['MAX_PIXELS_OF_SMALL_FILE', IMAGE, MAX_PIXELS_OF_SMALL_FILE],
] as const)('%s', (name, header, value) => {
  expect(value).toBe(findConstant(header, name));
});
