import { readFile } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateManifestSchema } from '../../../scripts/manifest-schema.mjs';
import { FailedError } from '../../../src/runtime/errors.ts';
import { encodeFloat32 } from '../../../src/runtime/float32.ts';
import { sha256Hex } from '../../../src/runtime/digest.ts';
import { writeCanonicalJson, readKnownManifest } from '../../../src/runtime/manifest/json-document.ts';
import type { GoldenImage, Manifest } from '../../../src/runtime/manifest/manifest.gen.ts';
import { parseManifest } from '../../../src/runtime/manifest/parse.ts';
import { parseStrictJson } from '../../../src/runtime/manifest/strict-json.ts';
import { findProbabilityFault } from '../../../src/runtime/probabilities.ts';
import { createTinyBundle } from '../../support/tiny-bundle.ts';

const encodeManifest = (change?: (manifest: Manifest) => void) => createTinyBundle(change).get('manifest.json') ?? new Uint8Array();
const encodeFloats = (...values: number[]) => encodeFloat32(Float32Array.from(values));

const GOLDEN: GoldenImage = {
  file: 'models/tiny/model.json',
  title: 'one',
  width: 2,
  height: 3,
  rgb8: '0'.repeat(64),
  label: 1,
  scores: encodeFloats(0, 2, 1),
  probabilities: encodeFloats(0.25, 0.5, 0.25),
};

test('the generated rules are those of the schema', async () => {
  const written = await readFile(new URL('../../../src/runtime/manifest/manifest-schema.gen.ts', import.meta.url), 'utf8');
  expect(written, 'run `npm run types`').toBe(await generateManifestSchema());
});

describe('keys that appear twice', () => {
  test.each(['{"a":1,"a":1}', '[{"b":{"c":"}","c":2}}]', '{"a":"\\"{","\\u0061":[]}'])('%s', (text) => {
    expect(() => parseStrictJson(text)).toThrow(/appears twice/);
  });

  test.each(['{"a":{"a":1},"b":[{"a":1},{"a":2}]}', '["a","a",{"a":":"}]', '{"__proto__":1,"constructor":2}'])(
    '%s has none',
    (text) => {
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    },
  );
});

test('a manifest with golden images is read', () => {
  expect(parseManifest(encodeManifest((manifest) => manifest.golden.push(GOLDEN))).golden).toEqual([GOLDEN]);
});

test.each<[string, (manifest: Manifest) => unknown, RegExp]>([
  ['an unknown key', (m) => Object.assign(m, { more: 1 }), /unknown key "more" in manifest/],
  ['one deep down', (m) => Object.assign(m.preprocessing, { more: 1 }), /unknown key "more" in manifest.preprocessing/],
  ['another type', (m) => Object.assign(m, { name: 3 }), /3 as manifest.name/],
  ['another name', (m) => Object.assign(m.preprocessing, { channels: 'cmyk' }), /"cmyk" as manifest.preprocessing/],
  ['a fraction', (m) => Object.assign(m.preprocessing, { height: 1.5 }), /1.5 as/],
  ['a short digest', (m) => Object.assign(Object.values(m.files)[0] ?? {}, { sha256: '00' }), /"00" as/],
  ['a negative size', (m) => Object.assign(Object.values(m.files)[0] ?? {}, { bytes: -1 }), /-1 as/],
  ['a label twice', (m) => (m.labels[1] = 'red'), /label "red" twice/],
  ['an empty label', (m) => (m.labels[1] = ' '), /empty label/],
  ['an artifact twice', (m) => m.artifacts.push(...m.artifacts), /artifact id .* twice/],
  ['an unlisted file', (m) => (m.files = {}), /no digest of the file/],
  ['another golden label', (m) => m.golden.push({ ...GOLDEN, label: 0 }), /most probable class is 1/],
  ['too few scores', (m) => m.golden.push({ ...GOLDEN, scores: encodeFloats(1) }), /one per label/],
  ['no base64', (m) => m.golden.push({ ...GOLDEN, scores: '?' }), /one per label/],
  ['another sum', (m) => m.golden.push({ ...GOLDEN, probabilities: encodeFloats(0.5, 0.6, 0.5) }), /a sum of 1.6/],
  ['no width', (m) => m.golden.push({ ...GOLDEN, width: 0 }), /size of 0 x 3/],
])('%s is refused', (_, change, said) => {
  expect(() => parseManifest(encodeManifest((manifest) => void change(manifest)))).toThrow(said);
});

describe('the digest', () => {
  const text = encodeManifest();
  const digest = sha256Hex(new TextEncoder().encode(writeCanonicalJson(JSON.parse(new TextDecoder().decode(text)))));

  test('is that of the value, however it is written', async () => {
    const spaced = JSON.stringify(JSON.parse(new TextDecoder().decode(text)), null, 3);
    expect(parseManifest(new TextEncoder().encode(spaced), digest).name).toBe('tiny');
    await expect(readKnownManifest(new TextEncoder().encode(spaced), digest)).resolves.toMatchObject({ name: 'tiny' });
  });

  test.each([[parseManifest], [readKnownManifest]])('of another manifest is refused by %o', async (read) => {
    const other = encodeManifest((manifest) => (manifest.labels[0] = 'crimson'));
    await expect(async () => read(other, digest)).rejects.toThrow(/of another export.*upload the whole site again/);
    await expect(async () => read(text, '')).rejects.toThrow(/another export/);
  });
});

test('the canonical text is that of the package canonicalize', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(writeCanonicalJson(value)).toBe(canonicalize(value));
    }),
    { numRuns: 500 },
  );
});

test.each([[Infinity], ['\ud800'], ['a\udfff'], [{ '\ud83d': 1 }]])('%j has no canonical text', (value) => {
  expect(() => writeCanonicalJson([value])).toThrow(FailedError);
});

test('an escaped backslash before ud8 is text', () => {
  expect(writeCanonicalJson('\\ud800')).toBe(canonicalize('\\ud800'));
});

describe('probabilities', () => {
  test.each([
    [[0.25, 0.75], null],
    [[0, 0], /sum of 0/],
    [[13.5, -12.5], /from -12.5 to 13.5/],
    [[Number.NaN, 1], /NaN/],
    [[], /none/],
  ])('%j', (values, said) => {
    const given = Float32Array.from(values);
    if (said === null) {
      expect(findProbabilityFault(given)).toBeNull();
    } else {
      expect(findProbabilityFault(given)).toMatch(said);
    }
  });
});
