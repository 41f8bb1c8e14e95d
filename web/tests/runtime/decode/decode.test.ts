import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { decode } from '../../../src/runtime/decode/decode.ts';
import { DecodeRefusal } from '../../../src/runtime/decode/refusal.ts';
import type { Codecs } from '../../../src/runtime/decode/types.ts';
import { codecs, HEIGHT, createJpegFile, createPngFile, drawScene, WIDTH, insertSegment } from '../../support/image-files.ts';

let files: Record<'jpeg' | 'progressive' | 'png', Uint8Array>;

beforeAll(async () => {
  files = { jpeg: await createJpegFile(false), progressive: await createJpegFile(true), png: createPngFile() };
});

async function refusal(bytes: Uint8Array, using: Codecs = codecs): Promise<DecodeRefusal> {
  const error = await decode(bytes, using).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DecodeRefusal);
  return error as DecodeRefusal;
}

test('a PNG gives its exact pixels', async () => {
  const decoded = await decode(files.png, codecs);
  expect(decoded).toEqual({ width: WIDTH, height: HEIGHT, data: drawScene(), decoder: 'wasm' });
});

test.each(['jpeg', 'progressive'] as const)('a %s gives pixels near those encoded', async (kind) => {
  const { data, width, height } = await decode(files[kind], codecs);
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
  const apart = drawScene().reduce((sum, value, i) => sum + Math.abs(value - (data[i] as number)), 0);
  expect(apart / data.length).toBeLessThan(12);
});

test('EXIF turns a JPEG, whatever else stands in it', async () => {
  const exif = Buffer.from('45786966000049492a0008000000010012010300010000000600000000000000', 'hex');
  const turned = await decode(insertSegment(files.jpeg, 0xe1, exif), codecs);
  const stored = await decode(files.jpeg, codecs);
  expect([turned.width, turned.height]).toEqual([HEIGHT, WIDTH]);
  // A quarter turn clockwise: the top left corner comes from the bottom left.
  expect([...turned.data.subarray(0, 3)]).toEqual([...stored.data.subarray(3 * WIDTH * (HEIGHT - 1)).subarray(0, 3)]);
});

test('appended bytes change nothing', async () => {
  for (const file of Object.values(files)) {
    const longer = Uint8Array.of(...file, 0, 1, 2, 0xff, 0xd8);
    expect(await decode(longer, codecs)).toEqual(await decode(file, codecs));
  }
});

describe('the native decoder', () => {
  const native = vi.fn<NonNullable<Codecs['native']>>();
  const black = { width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT * 3), decoder: 'native' as const };

  beforeEach(() => {
    native.mockReset().mockResolvedValue(black);
    vi.stubGlobal('navigator', { userAgent: 'Chrome/156.0' });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('is asked in a proven engine, for a stream without metadata', async () => {
    const tagged = insertSegment(files.jpeg, 0xe2, new Uint8Array(500));
    expect(await decode(tagged, { ...codecs, native })).toEqual(black);
    const [[plain, mime]] = native.mock.calls as [[Uint8Array, string]];
    expect(mime).toBe('image/jpeg');
    expect(plain.length).toBeLessThan(tagged.length - 500);
    expect(await decode(files.png, { ...codecs, native })).toEqual(black);
  });

  test('is not asked in an engine where it is not proven', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Firefox/153.0' });
    expect((await decode(files.jpeg, { ...codecs, native })).decoder).toBe('wasm');
    expect(native).not.toHaveBeenCalled();
  });

  test('is not asked about damaged files', async () => {
    expect((await refusal(files.jpeg.subarray(0, -2), { ...codecs, native })).code).toBe('truncated');
    expect(native).not.toHaveBeenCalled();
  });

  test.each([
    ['fails', () => native.mockRejectedValue(new Error('no canvas'))],
    ['gives another size', () => native.mockResolvedValue({ ...black, width: HEIGHT, height: WIDTH })],
  ])('WebAssembly steps in when it %s', async (_, arrange) => {
    arrange();
    expect(await decode(files.jpeg, { ...codecs, native })).toEqual(await decode(files.jpeg, codecs));
  });
});

test('refusals carry their code and say what to do', async () => {
  expect((await refusal(new Uint8Array())).code).toBe('empty');
  expect((await refusal(Uint8Array.from('GIF89a', (c) => c.charCodeAt(0)))).code).toBe('format');
  expect((await refusal(files.jpeg.subarray(0, -2))).code).toBe('truncated');
  const { code, message } = await refusal(Uint8Array.of(...files.jpeg.subarray(0, -60), 0, 0xff, 0xd9));
  expect(code).toBe('corrupt');
  expect(message).toMatch(/^Expected .*; received .*\. .*\.$/);
});

test.each(['jpeg', 'progressive', 'png'] as const)('every truncation of a %s is refused', async (kind) => {
  for (let length = 8; length < files[kind].length; length += 13) {
    expect((await refusal(files[kind].subarray(0, length))).code).toBe('truncated');
  }
});

test('damaged files are decoded or refused, and nothing else', async () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('jpeg', 'progressive', 'png'), damage, async (kind, changes) => {
      const bytes = files[kind].slice();
      for (const [at, value] of changes) bytes[2 + (at % (bytes.length - 2))] = value;
      const outcome = await decode(bytes, codecs).catch((error: unknown) => error);
      if (!(outcome instanceof DecodeRefusal)) expect(outcome).toHaveProperty('decoder', 'wasm');
    }),
    { numRuns: 200 },
  );
});

test('any bytes behind a signature are refused', async () => {
  const heads = [
    [0xff, 0xd8, 0xff],
    [0xff, 0xd8, 0xff, 0xc0],
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), async (head, rest) => {
      await refusal(Uint8Array.of(...head, ...rest));
    }),
  );
});
