import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { runtime } from '../../../src/runtime/backends/tfjs.ts';
import { IntegrityError, UnavailableError } from '../../../src/runtime/errors.ts';
import { openBundle } from '../../../src/runtime/files/bundle.ts';
import type { Manifest } from '../../../src/runtime/manifest/manifest.gen.ts';
import { findArtifact } from '../../../src/runtime/manifest/parse.ts';
import type { BackendName, Model } from '../../../src/runtime/runtime.ts';
import { SITE } from '../../support/memory-reader.ts';
import { createTestPlatform, refuseModule } from '../../support/test-platform.ts';
import { GAIN, createTinyBundle } from '../../support/tiny-bundle.ts';

async function open(files: Map<string, Uint8Array>, backend: BackendName): Promise<Model> {
  const platform = createTestPlatform(files);
  const bundle = await openBundle(platform.reader, SITE);
  return runtime.open({ bundle, artifact: findArtifact(bundle.manifest, 'tfjs-graph-float32'), backend, platform, module: refuseModule });
}

const makeImage = (width: number, height: number, colour: readonly number[]) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, index) => colour[index % 3] ?? 0),
});

describe.each(['cpu', 'wasm'] as const)('%s', (backend) => {
  let model: Model;
  beforeAll(async () => {
    model = await open(createTinyBundle(), backend);
  });

  test('scores are those of the graph, for every size and colour', async () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const side = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(side, side, fc.tuple(byte, byte, byte), async (width, height, colour) => {
        const { scores, probabilities } = await model.run(makeImage(width, height, colour), ['scores']);
        colour.forEach((value, index) => {
          expect(scores?.[index]).toBeCloseTo(value * GAIN, 4);
        });
        expect(probabilities?.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      }),
      { numRuns: 25 },
    );
  });

  test('only the taps asked for are given', async () => {
    expect(Object.keys(await model.run(makeImage(2, 2, [1, 2, 3]), []))).toEqual(['probabilities']);
    const { pixels } = await model.run(makeImage(5, 3, [10, 20, 30]), ['pixels']);
    expect([...(pixels ?? [])].slice(0, 3)).toEqual([10, 20, 30]);
    expect(pixels).toHaveLength(16 * 16 * 3);
  });

  test('no tensor is left behind', async () => {
    await model.run(makeImage(4, 4, [0, 0, 0]), ['scores']);
    const before = model.tensors();
    for (let time = 0; time < 5; time += 1) await model.run(makeImage(4, 4, [0, 0, 0]), ['scores', 'pixels']);
    expect(model.tensors()).toBe(before);
  });

  test('an altered shard stops the model before it is built', async () => {
    const files = createTinyBundle();
    files.set('models/tiny/shard-2.bin', new Uint8Array(47));
    await expect(open(files, backend)).rejects.toThrow(IntegrityError);
  });
});

test('a tap that the artifact lacks is named', async () => {
  const without = (manifest: Manifest) => {
    for (const artifact of manifest.artifacts) delete artifact.outputs['scores'];
  };
  const model = await open(createTinyBundle(without), 'cpu');
  await expect(model.run(makeImage(1, 1, [0, 0, 0]), ['scores'])).rejects.toThrow(/output scores/);
});

test('a shard that model.json names but the artifact does not is refused', async () => {
  const without = (manifest: Manifest) => {
    for (const artifact of manifest.artifacts) artifact.files = artifact.files.filter((path) => !path.includes('2'));
  };
  await expect(open(createTinyBundle(without), 'cpu')).rejects.toThrow(/shard-2\.bin among the artifact's files/);
});

test('a backend that is not there is never replaced by another', async () => {
  await expect(open(createTinyBundle(), 'webgpu')).rejects.toThrow(UnavailableError);
});
