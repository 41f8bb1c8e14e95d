import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sha256Hex } from '../../../src/runtime/digest.ts';
import { FailedError, UnavailableError } from '../../../src/runtime/errors.ts';
import { type Exports, START_BYTES } from '../../../src/runtime/wasm/bindings.ts';
import { Decoder, MAX_KEPT_BYTES } from '../../../src/runtime/wasm/decoder.ts';
import { DecodeRefusal } from '../../../src/runtime/wasm/refusal.ts';
import { createDecoder, findImage, IMAGES, WASM } from '../../support/decoder.ts';
import { createChunk, encodePng } from '../../support/png.ts';

const decoder = createDecoder();
const PNG = findImage('PNG');
const encode = (text: string) => new TextEncoder().encode(text);

afterEach(() => vi.restoreAllMocks());

async function refuse(bytes: Uint8Array): Promise<DecodeRefusal> {
  const error: unknown = await decoder.decode(bytes).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DecodeRefusal);
  return error as DecodeRefusal;
}

describe('files of every format', () => {
  test.each(IMAGES)('$name', async ({ bytes, width, height, rgb8 }) => {
    const { data, ...size } = await decoder.decode(bytes);
    expect({ ...size, rgb8: sha256Hex(data) }).toEqual({ width, height, rgb8 });
  });

  test.each(IMAGES)('$name, in gray', async ({ bytes, width, height, luma8 }) => {
    const { data, ...size } = await decoder.decode(bytes, 'luma8/2');
    expect({ ...size, luma8: sha256Hex(data) }).toEqual({ width, height, luma8 });
  });

  test.each(IMAGES)('$name, cut', async ({ bytes }) => {
    // In a third of the animation, its first frame is not whole.
    expect((await refuse(bytes.subarray(0, bytes.length / 3))).code).toBe('truncated');
  });
});

test('an image stays as it is when the next one is decoded', async () => {
  const first = await decoder.decode(PNG);
  const kept = first.data.slice();
  await decoder.decode(findImage('BMP'));
  expect(first.data).toEqual(kept);
  expect(first.data.buffer.byteLength).toBe(first.data.length);
});

test.each([
  ['nothing', '', 'empty', /received no bytes\. Save or download it again\.$/],
  ['an AVIF', '\0\0\0\x1cftypavif', 'format', /received an AVIF image\. Convert it to JPEG or PNG\.$/],
  ['a HEIC', '\0\0\0\x1cftypheic', 'format', /a HEIC photograph\. Convert it to JPEG; an iPhone .* Most Compatible\.$/],
  ['a web page', '<!DOCTYPE html>', 'format', /an HTML page, not the image itself\. Convert/],
] as const)('%s is refused in words', async (_, text, code, message) => {
  const refusal = await refuse(encode(text));
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(refusal.message).toMatch(/^Expected /);
});

/** A PNG file that ends behind its header. */
function createHeader(width: number, height: number): Uint8Array {
  const bytes = encodePng(1, 1, new Uint8Array(3));
  const header = bytes.slice(16, 29);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  return Uint8Array.of(...bytes.subarray(0, 8), ...createChunk('IHDR', header));
}

test.each([
  [16384, 1, 'truncated'],
  [16385, 1, 'too-large'],
  [1, 16385, 'too-large'],
  [16385, 16384, 'too-large'],
  [8192, 8192, 'truncated'],
  [8193, 8192, 'too-much-work'],
] as const)('%i x %i pixels: %s', async (width, height, code) => {
  expect((await refuse(createHeader(width, height))).code).toBe(code);
});

test('damaged files are decoded or refused, and nothing else', async () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...IMAGES), damage, async (image, changes) => {
      const bytes = image.bytes.slice();
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const outcome: unknown = await decoder.decode(bytes).catch((error: unknown) => error);
      if (!(outcome instanceof DecodeRefusal)) expect(outcome).toHaveProperty('data');
    }),
    { numRuns: 300 },
  );
});

describe('the first bytes', () => {
  test.each(IMAGES)('of a $name are enough', async ({ bytes }) => {
    await expect(decoder.judgeStart(bytes.subarray(0, START_BYTES))).resolves.toBeUndefined();
  });

  test('of a film refuse it', async () => {
    await expect(decoder.judgeStart(encode('\0\0\0\x18ftypmp42'))).rejects.toMatchObject({ code: 'format' });
  });
});

describe('instances', () => {
  /** Count the instances that are made. @param change changes the exports of the first */
  const watch = (change: Partial<Exports> = {}) => {
    const { Instance } = WebAssembly;
    let first = true;
    return vi.spyOn(WebAssembly, 'Instance').mockImplementation(function make(module) {
      const { exports } = new Instance(module);
      const given = first ? { ...exports, ...change } : exports;
      first = false;
      return { exports: given } as WebAssembly.Instance;
    });
  };

  test('one decodes many files, refused ones too', async () => {
    const own = createDecoder();
    const made = watch();
    for (const file of [PNG, PNG.subarray(0, 50), PNG]) await own.decode(file).catch(() => undefined);
    expect(made).toHaveBeenCalledTimes(1);
  });

  test('one whose memory has grown past the bound is replaced, and its pixels are not copied', async () => {
    const own = createDecoder();
    const made = watch();
    const file = new Uint8Array(MAX_KEPT_BYTES);
    file.set(PNG);
    const { data } = await own.decode(file);
    expect(data.buffer.byteLength).toBeGreaterThan(MAX_KEPT_BYTES);
    expect(data).toEqual((await own.decode(PNG)).data);
    await own.decode(PNG);
    expect(made).toHaveBeenCalledTimes(2);
  });

  test('a trap ends one, in words; the next file is decoded', async () => {
    const own = createDecoder();
    const trap = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    const made = watch({ decode_image: trap });
    const failed = own.decode(PNG);
    await expect(failed).rejects.toThrow(FailedError);
    await expect(failed).rejects.toThrow(/^Expected the decoder to .* it stopped \(unreachable\)\. Save the image again/);
    expect(await own.decode(PNG)).toMatchObject({ width: 45, height: 31 });
    expect(made).toHaveBeenCalledTimes(2);
  });

  test('no memory for the file is a refusal', async () => {
    const own = createDecoder();
    watch({ reserve_input: () => 0 });
    await expect(own.decode(PNG)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringMatching(/received a file of \d+ bytes\. Scale it down\.$/),
    });
  });
});

test('a module that could not be loaded is asked for again', async () => {
  const compile = vi.fn(() => WebAssembly.compile(WASM)).mockRejectedValueOnce(new UnavailableError('no network'));
  const own = new Decoder(compile);
  await expect(own.decode(PNG)).rejects.toThrow(/no network/);
  expect(await own.decode(PNG)).toMatchObject({ width: 45 });
  await own.decode(PNG);
  expect(compile).toHaveBeenCalledTimes(2);
});
