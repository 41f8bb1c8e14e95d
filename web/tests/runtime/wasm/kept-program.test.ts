import { beforeAll, expect, test, vi } from 'vitest';
import { KeptProgram } from '../../../src/runtime/wasm/kept-program.ts';
import { Program } from '../../../src/runtime/wasm/program.ts';
import { DecodeRefusal } from '../../../src/runtime/wasm/refusal.ts';
import { WASM } from '../../support/decoder.ts';
import { encodePng } from '../../support/png.ts';
import { createProgram } from '../../support/tiny-program.ts';

const PIXELS = Uint8Array.from({ length: 7 * 3 * 3 }, (_, index) => index * 3);
const FILE = encodePng(7, 3, PIXELS);
const ALL = [0, 1, 2];
let module: WebAssembly.Module;

beforeAll(async () => {
  module = await WebAssembly.compile(WASM);
});

function keep() {
  const open = vi.fn(async () => new Program(module, createProgram()));
  return { open, kept: new KeptProgram(open) };
}

test('an image is decoded and run in one instance: its pixels lie in the memory that the program reads', async () => {
  const { open, kept } = keep();
  const image = await kept.decode(FILE);
  expect({ width: image.width, height: image.height, data: image.data.slice() }).toEqual({ width: 7, height: 3, data: PIXELS });
  expect(image.data.buffer.byteLength).toBeGreaterThan(image.data.byteLength);
  const values = await kept.run(image, ALL);
  expect(values).toEqual(new Program(module, createProgram()).run({ width: 7, height: 3, data: PIXELS }));
  expect(open).toHaveBeenCalledTimes(1);
});

test('a file is decoded by the contract that is asked for', async () => {
  const { kept } = keep();
  const { data } = await kept.decode(FILE, 'luma8/2');
  const gray = Array.from({ length: 21 }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0] = PIXELS.subarray(3 * pixel);
    return (19594 * red + 38468 * green + 7474 * blue) >> 16; // libpng's weights, which it does not round
  });
  expect([...data]).toEqual(gray.flatMap((level) => [level, level, level]));
});

test('pixels that were changed where they lie are what is run', async () => {
  const { kept } = keep();
  const image = await kept.decode(FILE);
  image.data.fill(9);
  const [, , pixels] = await kept.run(image, ALL);
  expect([...(pixels ?? [])]).toEqual([9, 9, 9]);
});

test('only the outputs that are wanted are given', async () => {
  const { kept } = keep();
  const image = await kept.decode(FILE);
  const all = await kept.run(image, ALL);
  expect(await kept.run(image, [2, 0])).toEqual([all[2], all[0]]);
  await expect(kept.run(image, [3])).rejects.toThrow(/it has 3/);
});

test('another image than the last one that was decoded is copied', async () => {
  const { kept } = keep();
  const image = await kept.decode(FILE);
  const copy = { ...image, data: image.data.slice() };
  const expected = await kept.run(image, ALL);
  await kept.decode(encodePng(1, 1, Uint8Array.of(1, 2, 3)));
  expect(await kept.run(copy, ALL)).toEqual(expected);
});

test('a refusal keeps the program, a fault loads it again', async () => {
  const { open, kept } = keep();
  const expected = await kept.run(await kept.decode(FILE), ALL);
  await expect(kept.decode(FILE.slice(0, 40))).rejects.toThrow(DecodeRefusal);
  await expect(kept.judgeStart(new TextEncoder().encode('text'))).rejects.toThrow(DecodeRefusal);
  expect(open).toHaveBeenCalledTimes(1);
  const loaded = await kept.load();
  vi.spyOn(loaded, 'decode').mockImplementation(() => {
    throw new Error('a trap');
  });
  await expect(kept.decode(FILE)).rejects.toThrow('a trap');
  expect(await kept.run(await kept.decode(FILE), ALL)).toEqual(expected);
  expect(open).toHaveBeenCalledTimes(2);
});
