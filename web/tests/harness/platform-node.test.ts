import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fileReader, nodePlatform } from '../../src/harness/platform-node.ts';
import { UnavailableError } from '../../src/runtime/errors.ts';
import { MissingFile } from '../../src/runtime/reader.ts';

test('files are read from their folder', async () => {
  const site = await mkdtemp(path.join(tmpdir(), 'site-'));
  await writeFile(path.join(site, 'a.bin'), Uint8Array.of(7));
  const location = fileReader.join(site, 'a.bin');
  expect(await fileReader.read(location)).toEqual(Uint8Array.of(7));
  expect(fileReader.relative(site, location)).toBe('a.bin');
  expect(fileReader.relative(site, path.dirname(site))).toBeNull();
  await expect(fileReader.read(fileReader.join(site, 'none'))).rejects.toThrow(MissingFile);
});

test('a package that is not installed is unavailable, with the command that installs it', async () => {
  const load = nodePlatform().external('a-runtime-that-nobody-has');
  await expect(load).rejects.toThrow(UnavailableError);
  await expect(load).rejects.toThrow(/npm install a-runtime-that-nobody-has/);
});

test('what the Node build does not ship is unavailable', () => {
  expect(() => nodePlatform().wasm('onnxruntime')).toThrow(UnavailableError);
});
