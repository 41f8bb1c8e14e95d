import { describe, expect, test } from 'vitest';
import { FailedError, IntegrityError } from '../../../src/runtime/errors.ts';
import { openBundle } from '../../../src/runtime/files/bundle.ts';
import { createMemoryReader, SITE } from '../../support/memory-reader.ts';
import { createTinyBundle } from '../../support/tiny-bundle.ts';

const SHARD = 'models/tiny/shard-1.bin';
const MODEL = 'models/tiny/model.json';

async function createDamagedBundle(change: (files: Map<string, Uint8Array>) => void) {
  const files = createTinyBundle();
  change(files);
  return openBundle(createMemoryReader(files), SITE);
}

async function catchFailure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

test('whole files are handed out', async () => {
  const files = createTinyBundle();
  const bundle = await openBundle(createMemoryReader(files), SITE);
  expect((await bundle.readFiles([MODEL, SHARD])).get(SHARD)).toEqual(files.get(SHARD));
});

describe('damage is named', () => {
  test.each([
    ['one bit', (bytes: Uint8Array) => bytes.with(3, (bytes[3] ?? 0) ^ 1), /another SHA-256/],
    ['a truncated file', (bytes: Uint8Array) => bytes.slice(0, -1), /20 bytes instead of 21/],
    ['an empty file', () => new Uint8Array(), /0 bytes instead of 21/],
  ])('%s', async (_, change, message) => {
    const bundle = await createDamagedBundle((files) => files.set(SHARD, change(files.get(SHARD) ?? new Uint8Array())));
    const error = await catchFailure(bundle.readFiles([MODEL, SHARD]));
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ kind: 'integrity', files: [SHARD], message: expect.stringMatching(message) });
  });

  test('a missing file', async () => {
    const bundle = await createDamagedBundle((files) => files.delete(SHARD));
    expect(await catchFailure(bundle.readFiles([SHARD]))).toMatchObject({
      files: [SHARD],
      message: expect.stringMatching(/404/),
    });
  });

  test('a file that the manifest does not list', async () => {
    const bundle = await createDamagedBundle((files) => files.set('extra.bin', new Uint8Array(4)));
    expect(await catchFailure(bundle.readFiles(['extra.bin']))).toMatchObject({ files: ['extra.bin'] });
  });

  test('every one of several files', async () => {
    const bundle = await createDamagedBundle((files) => {
      files.delete(SHARD);
      files.set(MODEL, new Uint8Array(2));
    });
    expect(await catchFailure(bundle.readFiles([MODEL, SHARD]))).toMatchObject({ files: [MODEL, SHARD] });
  });

  test('names from Object.prototype are no entries', async () => {
    const bundle = await openBundle(createMemoryReader(createTinyBundle()), SITE);
    expect(await catchFailure(bundle.readFiles(['constructor']))).toBeInstanceOf(IntegrityError);
  });
});

describe('locations', () => {
  test('a listed file of the site is checked', async () => {
    const bundle = await createDamagedBundle((files) => files.set(SHARD, new Uint8Array(21)));
    expect(await catchFailure(bundle.readLocation(SITE + SHARD))).toBeInstanceOf(IntegrityError);
  });

  test('any other is read as it is', async () => {
    const bundle = await createDamagedBundle((files) => files.set('other.png', Uint8Array.of(1)));
    expect(await bundle.readLocation(`${SITE}other.png`)).toEqual(Uint8Array.of(1));
  });
});

test('a site without a manifest says so', async () => {
  const error = await catchFailure(openBundle(createMemoryReader(new Map()), SITE));
  expect(error).toBeInstanceOf(FailedError);
  expect(error).toMatchObject({ message: expect.stringMatching(/manifest\.json; the server answered 404/) });
});
