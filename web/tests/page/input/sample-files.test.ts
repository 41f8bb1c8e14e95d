import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EarlyFiles } from '../../../src/page/early/early-files.ts';
import { SampleFiles } from '../../../src/page/input/sample-files.ts';
import { sha256Hex } from '../../../src/runtime/digest.ts';
import { createBundle, type Bundle } from '../../../src/runtime/files/bundle.ts';
import { httpReader } from '../../../src/runtime/files/http-reader.ts';
import type { Manifest } from '../../../src/runtime/manifest/manifest.gen.ts';

const SITE = 'https://example.org/site/';
const PATH = 'golden/image-1.png';
const BYTES = Uint8Array.of(1, 2, 3);

let bundle: Bundle;
let kept: Uint8Array; // what the browser's cache gives
let asked: string[];

beforeEach(() => {
  const files = { [PATH]: { sha256: sha256Hex(BYTES), bytes: BYTES.length } };
  bundle = createBundle(httpReader, SITE, { files } as unknown as Manifest);
  kept = BYTES;
  asked = [];
  vi.stubGlobal('fetch', async (_: string, { cache }: RequestInit) => {
    asked.push(String(cache));
    return new Response((cache === 'default' ? kept : BYTES) as Uint8Array<ArrayBuffer>);
  });
});

afterEach(() => vi.unstubAllGlobals());

test('a sample is read once, from the browser’s copy', async () => {
  const samples = new SampleFiles(SITE, bundle, new EarlyFiles());
  expect(await samples.read(PATH)).toEqual(BYTES);
  expect(await samples.read(PATH)).toEqual(BYTES);
  expect(asked).toEqual(['default']);
});

test('a copy of an older site is asked for anew', async () => {
  kept = Uint8Array.of(1, 2, 4);
  expect(await new SampleFiles(SITE, bundle, new EarlyFiles()).read(PATH)).toEqual(BYTES);
  expect(asked).toEqual(['default', 'no-cache']);
});

test('a sample that the HTML names was asked for before', async () => {
  const early = new EarlyFiles();
  early.ask(`${SITE}${PATH}`);
  const samples = new SampleFiles(SITE, bundle, early);
  expect(await samples.read(PATH)).toEqual(BYTES);
  expect(asked).toEqual(['default']);
});

test('a sample that did not come is read again at the next click', async () => {
  const samples = new SampleFiles(SITE, bundle, new EarlyFiles());
  vi.stubGlobal('fetch', async () => new Response('', { status: 503 }));
  await expect(samples.read(PATH)).rejects.toThrow(/it answered 503/);
  vi.stubGlobal('fetch', async () => new Response(BYTES as Uint8Array<ArrayBuffer>));
  expect(await samples.read(PATH)).toEqual(BYTES);
});
