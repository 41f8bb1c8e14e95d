import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generateManifestTypes } from '../../../scripts/manifest-types.mjs';
import { FailedError } from '../../../src/runtime/errors.ts';
import type { Manifest } from '../../../src/runtime/manifest/manifest.gen.ts';
import { findArtifact, parseManifest } from '../../../src/runtime/manifest/parse.ts';
import { createTinyBundle } from '../../support/tiny-bundle.ts';

const encodeManifest = (change?: (manifest: Manifest) => void) => createTinyBundle(change).get('manifest.json') ?? new Uint8Array();

test('the generated types are those of the schema', async () => {
  const written = await readFile(new URL('../../../src/runtime/manifest/manifest.gen.ts', import.meta.url), 'utf8');
  expect(written, 'run `npm run types`').toBe(await generateManifestTypes());
});

test('a manifest is read', () => {
  expect(parseManifest(encodeManifest()).labels).toEqual(['red', 'green', 'blue']);
});

test.each(['rgb8/1', 'rgb8/2', 'luma8/2'] as const)('bundles of the contract %s are read', (contract) => {
  expect(parseManifest(encodeManifest((manifest) => Object.assign(manifest, { contract }))).contract).toBe(contract);
});

test.each([
  ['another format', (manifest: Manifest) => Object.assign(manifest, { format: 2 }), /format 1; received format 2/],
  ['another contract', (manifest: Manifest) => Object.assign(manifest, { contract: 'rgb8/3' }), /rgb8\/2 or luma8\/2 or rgb8\/1; received rgb8\/3/],
  ['no labels', (manifest: Manifest) => Object.assign(manifest, { labels: undefined }), /no manifest\.labels/],
])('%s is refused', (_, change, message) => {
  const read = () => parseManifest(encodeManifest(change));
  expect(read).toThrow(FailedError);
  expect(read).toThrow(message);
});

test.each(['<!doctype html>', '', '[1]', 'null', '{}'])('%j is no manifest', (text) => {
  expect(() => parseManifest(new TextEncoder().encode(text))).toThrow(FailedError);
});

test('an artifact that is not there is refused with those that are', () => {
  expect(() => findArtifact(parseManifest(encodeManifest()), 'onnx-float32')).toThrow(/\(tfjs-graph-float32\); received onnx/);
});
