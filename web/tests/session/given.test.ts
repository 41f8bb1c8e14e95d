import { beforeEach, expect, test } from 'vitest';
import { sha256Hex } from '../../src/runtime/digest.ts';
import { parseManifest } from '../../src/runtime/manifest/parse.ts';
import { RUNTIMES } from '../../src/runtime/registry.ts';
import type { Given, Prediction } from '../../src/session/protocol.ts';
import { Session } from '../../src/session/session.ts';
import { WASM } from '../support/decoder.ts';
import { createMemoryReader, SITE } from '../support/memory-reader.ts';
import { encodePng } from '../support/png.ts';
import { createTestPlatform } from '../support/test-platform.ts';
import { createProgramBundle } from '../support/tiny-program.ts';

const ENTRY = 'models/tiny/model.bin';
const PIXELS = Uint8Array.from({ length: 5 * 4 * 3 }, (_, index) => index * 4);
const IMAGE = new Uint8Array(encodePng(5, 4, PIXELS));
const OPEN = { site: SITE, runtime: 'webparity', backend: 'wasm', artifact: 'wasm-float32' } as const;

let reader: ReturnType<typeof createMemoryReader>;
let session: Session;
let given: Given;

beforeEach(async () => {
  const files = createProgramBundle();
  reader = createMemoryReader(files);
  session = new Session({ ...createTestPlatform(files), reader }, RUNTIMES);
  given = {
    manifest: parseManifest(files.get('manifest.json') as Uint8Array),
    module: await WebAssembly.compile(WASM),
    files: new Map([[ENTRY, files.get(ENTRY) as Uint8Array]]),
  };
});

async function answer(digests?: boolean): Promise<Prediction> {
  const { results } = await session.run({ images: [IMAGE], taps: ['scores', 'pixels'], ...(digests === undefined ? {} : { digests }) });
  return results[0] as Prediction;
}

test('what came with the call is not read again, and the answers are the same', async () => {
  await session.open(OPEN);
  const { ms: _, decode_ms: __, ...expected } = await answer();
  expect(reader.log.map((location) => location.slice(SITE.length))).toEqual(
    expect.arrayContaining(['manifest.json', ENTRY, 'wasm/webparity.wasm']),
  );
  await session.close();
  reader.log.length = 0;
  await session.open({ ...OPEN, given });
  expect(await answer()).toMatchObject(expected);
  // Its digest is the version, which a manifest without the page does not list.
  expect(reader.log).toEqual([`${SITE}wasm/webparity.wasm`]);
});

test('a file that came with the call is checked, and read from the site the next time', async () => {
  const [path = '', bytes = new Uint8Array()] = [...given.files][0] ?? [];
  given.files.set(path, bytes.map((byte, index) => (index === 70 ? byte ^ 1 : byte)));
  expect(await session.call('open', { ...OPEN, given })).toMatchObject({ error: { kind: 'integrity', files: [ENTRY] } });
  given.files.clear();
  expect(await session.call('open', { ...OPEN, given })).toMatchObject({ result: { runtime: 'webparity' } });
});

test('the digest of the pixels is left out where it is not asked for', async () => {
  await session.open({ ...OPEN, given });
  expect((await answer(false)).rgb8).toBe('');
  expect((await answer()).rgb8).toBe(sha256Hex(PIXELS));
});

test('a refused image between two others changes nothing', async () => {
  await session.open({ ...OPEN, given });
  const images = [IMAGE, IMAGE.slice(0, 45), new File([IMAGE], 'a.png'), new File(['text'], 'a.txt')];
  const { results } = await session.run({ images, taps: [] });
  expect(results).toMatchObject([{ width: 5 }, { refused: 'truncated' }, { width: 5 }, { refused: 'format' }]);
  expect((results[2] as Prediction).probabilities).toBe((results[0] as Prediction).probabilities);
});
