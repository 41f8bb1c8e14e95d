import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { fileReader, createNodePlatform } from '../../src/harness/platform-node.ts';
import { UnavailableError } from '../../src/runtime/errors.ts';
import { MissingFile } from '../../src/runtime/files/reader.ts';

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
  const load = createNodePlatform().external('a-runtime-that-nobody-has');
  await expect(load).rejects.toThrow(UnavailableError);
  await expect(load).rejects.toThrow(/npm install a-runtime-that-nobody-has/);
});

test('a file of the build is found by its path', () => {
  expect(createNodePlatform().locate(pathToFileURL('/build of/node/a.wasm').href)).toBe(path.resolve('/build of/node/a.wasm'));
});
