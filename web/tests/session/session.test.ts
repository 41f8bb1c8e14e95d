import { beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256Hex } from '../../src/runtime/digest.ts';
import { decodeFloat32 } from '../../src/runtime/float32.ts';
import type { Manifest } from '../../src/runtime/manifest/manifest.gen.ts';
import type { Prediction } from '../../src/session/protocol.ts';
import { RUNTIMES } from '../../src/runtime/registry.ts';
import { Session } from '../../src/session/session.ts';
import { WASM as DECODER } from '../support/decoder.ts';
import { SITE } from '../support/memory-reader.ts';
import { encodePng } from '../support/png.ts';
import { createTestPlatform } from '../support/test-platform.ts';
import { GAIN, createTinyBundle } from '../support/tiny-bundle.ts';

const COLOUR = [200, 40, 90];
const PIXELS = Uint8Array.from({ length: 5 * 4 * 3 }, (_, index) => COLOUR[index % 3] ?? 0);
const IMAGE = encodePng(5, 4, PIXELS);
const OPEN = { site: SITE, runtime: 'tfjs', backend: 'cpu', artifact: 'tfjs-graph-float32' } as const;

let files: Map<string, Uint8Array>;
let session: Session;

beforeEach(() => {
  files = createTinyBundle();
  files.set('loose.png', IMAGE);
  session = new Session(createTestPlatform(files), RUNTIMES);
});

describe('open', () => {
  test('says what runs', async () => {
    const engine = { name: 'node', version: process.versions.node };
    expect(await session.open(OPEN)).toEqual({ runtime: 'tfjs', version: '4.22.0', backend: 'cpu', engine });
  });

  test.each([
    ['an altered model', { ...OPEN }, 'integrity'],
    ['a backend that is not there', { ...OPEN, backend: 'webgl' }, 'unavailable'],
    ['an artifact that is not there', { ...OPEN, artifact: 'other' }, 'failed'],
  ])('%s is reported by its kind', async (_, params, kind) => {
    if (kind === 'integrity') files.set('models/tiny/shard-1.bin', new Uint8Array(21));
    expect(await session.call('open', params)).toMatchObject({ error: { kind } });
  });
});

describe('run', () => {
  test('decodes, runs, and gives what the protocol names', async () => {
    await session.open(OPEN);
    const { results, leaked_tensors } = await session.run({ images: [`${SITE}loose.png`], taps: ['scores'] });
    const [result] = results as Prediction[];
    expect(result).toMatchObject({ width: 5, height: 4, rgb8: sha256Hex(PIXELS) });
    expect(result?.ms).toBeGreaterThan(0);
    expect(result).not.toHaveProperty('pixels');
    decodeFloat32(result?.scores ?? '').forEach((score, index) => {
      expect(score).toBeCloseTo((COLOUR[index] ?? Number.NaN) * GAIN, 4);
    });
    expect(decodeFloat32(result?.probabilities ?? '')).toHaveLength(3);
    expect(leaked_tensors).toBe(0);
  });

  test('a bundle of the luma is given gray, and one of RGB is not', async () => {
    const gray = Math.floor((19594 * 200 + 38468 * 40 + 7474 * 90) / 2 ** 16); // libpng's weights, which it does not round
    for (const [contract, level] of [['luma8/2', gray], ['rgb8/2', null]] as const) {
      files = createTinyBundle((manifest) => Object.assign(manifest, { contract }));
      session = new Session(createTestPlatform(files), RUNTIMES);
      await session.open(OPEN);
      const { results } = await session.run({ images: [IMAGE], taps: ['scores'] });
      const pixels = level === null ? PIXELS : new Uint8Array(PIXELS.length).fill(level);
      expect(results).toMatchObject([{ rgb8: sha256Hex(pixels) }]);
    }
  });

  test('the bytes of a file are as good as its location', async () => {
    await session.open(OPEN);
    const { results } = await session.run({ images: [IMAGE, `${SITE}loose.png`], taps: [] });
    const [first, second] = results as Prediction[];
    expect(first?.probabilities).toBe(second?.probabilities);
  });

  test('a refused image takes its place among the results', async () => {
    await session.open(OPEN);
    const { results } = await session.run({ images: [new Uint8Array(), IMAGE, IMAGE.slice(0, 45)], taps: [] });
    expect(results).toMatchObject([
      { refused: 'empty', message: expect.stringMatching(/^Expected/) },
      { width: 5 },
      { refused: 'truncated' },
    ]);
  });

  test('a library that fails is a device that failed, in our words', async () => {
    await session.open(OPEN);
    const fill = vi.spyOn(Float32Array, 'from').mockImplementation(() => {
      throw new Error('out of memory');
    });
    const reply = await session.call('run', { images: [IMAGE], taps: [] });
    fill.mockRestore();
    expect(reply).toMatchObject({
      error: { kind: 'failed', device: true, message: expect.stringMatching(/^Expected this device .*out of memory/) },
    });
    expect(await session.call('run', { images: [IMAGE], taps: [] })).toMatchObject({ result: { results: [{ width: 5 }] } });
  });

  test('before open it fails', async () => {
    expect(await session.call('run', { images: [], taps: [] })).toMatchObject({ error: { kind: 'failed' } });
  });

  test('labels and probabilities must be as many', async () => {
    const fewer = createTinyBundle((manifest: Manifest) => manifest.labels.pop());
    const other = new Session(createTestPlatform(fewer), RUNTIMES);
    await other.open(OPEN);
    await expect(other.run({ images: [IMAGE], taps: [] })).rejects.toThrow(/2 probabilities, one per label; received 3/);
  });

  test('an image listed in the manifest is checked like every other file', async () => {
    const listed = createTinyBundle((manifest: Manifest) => {
      manifest.files['golden/a.png'] = { sha256: sha256Hex(IMAGE), bytes: IMAGE.length };
    });
    listed.set('golden/a.png', IMAGE);
    const other = new Session(createTestPlatform(listed), RUNTIMES);
    await other.open(OPEN);
    const run = { images: [`${SITE}golden/a.png`], taps: [] };
    expect(await other.call('run', run)).toMatchObject({ result: { results: [{ width: 5 }] } });
    listed.set('golden/a.png', encodePng(5, 4, new Uint8Array(60)));
    expect(await other.call('run', run)).toMatchObject({ error: { kind: 'integrity', files: ['golden/a.png'] } });
  });
});

describe('files of a visitor', () => {
  test('are read when they are run', async () => {
    const { results } = await session.decode({ images: [new File([Uint8Array.from(IMAGE)], 'a.png')] });
    expect(results).toMatchObject([{ width: 5, height: 4, rgb8: sha256Hex(PIXELS) }]);
  });

  test('are refused by their first bytes before they are read whole', async () => {
    const film = new File(['\0\0\0\x18ftypmp42', new Uint8Array(5000)], 'film.mp4');
    const whole = vi.spyOn(film, 'arrayBuffer');
    const { results } = await session.decode({ images: [film] });
    expect(results).toMatchObject([{ refused: 'format', message: expect.stringMatching(/received a video\. Take/) }]);
    expect(whole).not.toHaveBeenCalled();
  });

  test('that are gone are named', async () => {
    const gone = new File([Uint8Array.from(IMAGE)], 'gone.png');
    vi.spyOn(gone, 'arrayBuffer').mockRejectedValue(new DOMException('not found'));
    await expect(session.decode({ images: [gone] })).rejects.toThrow(/read gone\.png; the browser could not \(not found\)/);
  });
});

describe('the decoder', () => {
  const WASM = 'wasm/webparity.wasm';

  test('is loaded beside the model', async () => {
    await session.open(OPEN);
    expect(files.has(WASM)).toBe(true);
  });

  test('is checked like every other file of the site', async () => {
    const listed = createTinyBundle((manifest: Manifest) => {
      manifest.files[WASM] = { sha256: '0'.repeat(64), bytes: DECODER.length };
    });
    const other = new Session(createTestPlatform(listed), RUNTIMES);
    await other.open(OPEN);
    const run = { images: [IMAGE], taps: [] };
    expect(await other.call('run', run)).toMatchObject({ error: { kind: 'integrity', files: [WASM] } });
  });
});

test('decode needs no bundle', async () => {
  const { results } = await session.decode({ images: [IMAGE] });
  expect(results).toMatchObject([{ width: 5, height: 4, rgb8: sha256Hex(PIXELS) }]);
});

test('calls are answered in their order', async () => {
  const replies = [
    session.call('open', OPEN),
    session.call('run', { images: [IMAGE], taps: [] }),
    session.call('close', {}),
    session.call('run', { images: [IMAGE], taps: [] }),
  ];
  expect((await Promise.all(replies)).map((reply) => Object.keys(reply)[0])).toEqual([
    'result',
    'result',
    'result',
    'error',
  ]);
});

test('a closed session opens again', async () => {
  await session.open(OPEN);
  await session.close();
  await session.open({ ...OPEN, backend: 'wasm' });
  const { results } = await session.run({ images: [IMAGE], taps: [] });
  expect(results).toMatchObject([{ width: 5 }]);
});

test('an unknown method is named', async () => {
  expect(await session.call('train' as 'open', {})).toMatchObject({ error: { message: /received train/ } });
});

test('a call under way gives signs of life from its own work', async () => {
  const opening: number[] = [];
  await session.call('open', OPEN, (answered) => opening.push(answered));
  expect(opening[0]).toBe(0);
  const running: number[] = [];
  const images = Array.from({ length: 40 }, () => IMAGE);
  await new Promise((resolve) => setTimeout(resolve, 600)); // until the next sign may go out
  await session.call('run', { images, taps: [] }, (answered) => running.push(answered));
  expect(running.length).toBeGreaterThan(0);
  expect(running).toEqual(running.toSorted((a, b) => a - b));
});
