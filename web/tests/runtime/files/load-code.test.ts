import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256Hex } from '../../../src/runtime/digest.ts';
import { FailedError, IntegrityError } from '../../../src/runtime/errors.ts';
import { type Bundle, openBundle } from '../../../src/runtime/files/bundle.ts';
import { loadCode } from '../../../src/runtime/files/load-code.ts';
import { STALL_MS } from '../../../src/runtime/files/timeout.ts';
import type { Manifest } from '../../../src/runtime/manifest/manifest.gen.ts';
import { createMemoryReader, SITE } from '../../support/memory-reader.ts';
import { createTinyBundle } from '../../support/tiny-bundle.ts';

const CODE = new TextEncoder().encode('export const answer = 42;');
let files: Map<string, Uint8Array>;
let bundle: Bundle;

beforeEach(async () => {
  files = createTinyBundle((manifest: Manifest) => {
    manifest.files['assets/graph-1.js'] = { sha256: sha256Hex(CODE), bytes: CODE.length };
  });
  files.set('assets/graph-1.js', CODE);
  bundle = await openBundle(createMemoryReader(files), SITE);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => vi.useRealTimers());

test('code that loads is given, and nothing else is read', async () => {
  files.delete('assets/graph-1.js');
  expect(await loadCode(bundle, async () => 42)).toBe(42);
});

test('a file that is missing or altered is named', async () => {
  files.delete('assets/graph-1.js');
  await expect(loadCode(bundle, () => Promise.reject(new TypeError('import failed')))).rejects.toThrow(IntegrityError);
  files.set('assets/graph-1.js', CODE.slice(1));
  await expect(loadCode(bundle, () => Promise.reject(new SyntaxError('end of input')))).rejects.toThrow(
    /assets\/graph-1\.js \(24 bytes instead of 25\)/,
  );
});

test('where every file is right, what the browser says is told', async () => {
  const loaded = loadCode(bundle, () => Promise.reject(new TypeError('blocked by policy')));
  await expect(loaded).rejects.toThrow(FailedError);
  await expect(loaded).rejects.toThrow(/blocked by policy/);
});

test('code that is slow but comes is waited for', async () => {
  const loaded = loadCode(bundle, () => new Promise((resolve) => setTimeout(resolve, 1.5 * STALL_MS, 42)));
  await vi.advanceTimersByTimeAsync(2 * STALL_MS);
  expect(await loaded).toBe(42);
});

test('code that never comes ends in a sentence', async () => {
  vi.stubGlobal('crypto', {}); // its digests take time that no set clock tells
  const loaded = expect(loadCode(bundle, () => new Promise(() => undefined))).rejects.toThrow(/nothing came for 15 s/);
  await vi.advanceTimersByTimeAsync(2 * STALL_MS);
  await loaded;
});
