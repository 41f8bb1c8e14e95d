import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EarlySite } from '../../../src/page/early/early-site.ts';
import { FailedError, IntegrityError } from '../../../src/runtime/errors.ts';
import { sha256Hex } from '../../../src/runtime/digest.ts';
import { writeCanonicalJson } from '../../../src/runtime/manifest/json-document.ts';
import type { Artifact } from '../../../src/runtime/manifest/manifest.gen.ts';
import { WASM } from '../../support/decoder.ts';
import { createProgramBundle } from '../../support/tiny-program.ts';

const SITE = 'https://example.org/deep/';
const ENTRY = 'models/tiny/model.bin';

let files: Map<string, Uint8Array>;
let digest: string;
let asked: [path: string, cache: string][];

beforeEach(() => {
  files = createProgramBundle();
  const bytes = files.get('manifest.json') as Uint8Array;
  digest = sha256Hex(new TextEncoder().encode(writeCanonicalJson(JSON.parse(new TextDecoder().decode(bytes)))));
  asked = [];
  vi.stubGlobal('fetch', async (location: string, { cache }: RequestInit) => {
    const path = location.startsWith(SITE) ? location.slice(SITE.length) : 'webparity.wasm';
    asked.push([path, String(cache)]);
    const found = path === 'webparity.wasm' ? WASM : files.get(path);
    return found === undefined ? new Response('', { status: 404 }) : new Response(found as Uint8Array<ArrayBuffer>);
  });
});

afterEach(() => vi.unstubAllGlobals());

async function findArtifact(site: EarlySite): Promise<[Awaited<ReturnType<EarlySite['openBundle']>>, Artifact]> {
  const bundle = await site.openBundle(digest);
  const artifact = bundle.manifest.artifacts.find(({ target }) => target === 'wasm');
  if (artifact === undefined) throw new Error('Expected a program.');
  return [bundle, artifact];
}

test('all is asked for at once, in the mode of the links, and taken once', async () => {
  const site = new EarlySite(SITE, [ENTRY]);
  expect(asked).toEqual([
    ['manifest.json', 'default'],
    [ENTRY, 'default'],
    ['webparity.wasm', 'default'],
  ]);
  const [bundle, artifact] = await findArtifact(site);
  const given = await site.collect(bundle, artifact);
  expect([...given.files]).toEqual([[ENTRY, files.get(ENTRY)]]);
  expect(given.module).toBeInstanceOf(WebAssembly.Module);
  expect(asked).toHaveLength(3);
  expect((await site.collect(bundle, artifact)).files.size).toBe(0);
});

test('a kept manifest of another export is looked up once more', async () => {
  const current = files.get('manifest.json') as Uint8Array;
  files.set('manifest.json', new TextEncoder().encode(new TextDecoder().decode(current).replace('"name"', '"nom": 1, "name"')));
  const site = new EarlySite(SITE, []);
  const opening = site.openBundle(digest);
  files.set('manifest.json', current);
  await expect(opening).resolves.toMatchObject({ manifest: { format: 1 } });
  expect(asked.filter(([path]) => path === 'manifest.json')).toEqual([
    ['manifest.json', 'default'],
    ['manifest.json', 'no-cache'],
  ]);
});

test('a manifest that stays another is refused, and one that is missing too', async () => {
  await expect(new EarlySite(SITE, []).openBundle('0'.repeat(64))).rejects.toThrow(IntegrityError);
  files.delete('manifest.json');
  await expect(new EarlySite(SITE, []).openBundle(digest)).rejects.toThrow(FailedError);
});

test('an altered or missing model is named', async () => {
  for (const bytes of [new Uint8Array(3), null]) {
    if (bytes === null) files.delete(ENTRY);
    else files.set(ENTRY, bytes);
    const site = new EarlySite(SITE, [ENTRY]);
    const [bundle, artifact] = await findArtifact(site);
    await expect(site.collect(bundle, artifact)).rejects.toThrow(ENTRY);
  }
});

test('the HTML may name no model, or one that is not chosen', async () => {
  const site = new EarlySite(SITE, ['models/other.bin']);
  const [bundle, artifact] = await findArtifact(site);
  expect((await site.collect(bundle, artifact)).files.size).toBe(0);
});
