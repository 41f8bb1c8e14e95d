import { afterEach, expect, test, vi } from 'vitest';
import { computeSha256, sha256Hex } from '../../src/runtime/digest.ts';

test('SHA-256 of a known text', () => {
  expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

afterEach(() => vi.unstubAllGlobals());

test('the platform computes the same, and its absence changes nothing', async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index);
  expect(await computeSha256(bytes.subarray(3))).toBe(sha256Hex(bytes.subarray(3)));
  vi.stubGlobal('crypto', {});
  expect(await computeSha256(bytes.subarray(3))).toBe(sha256Hex(bytes.subarray(3)));
});
