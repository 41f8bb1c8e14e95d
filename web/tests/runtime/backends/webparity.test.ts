import { expect, test } from 'vitest';
import { runtime } from '../../../src/runtime/backends/webparity.ts';
import { sha256Hex } from '../../../src/runtime/digest.ts';
import { FailedError } from '../../../src/runtime/errors.ts';
import { openBundle } from '../../../src/runtime/files/bundle.ts';
import { findArtifact } from '../../../src/runtime/manifest/parse.ts';
import type { Model } from '../../../src/runtime/runtime.ts';
import { WASM } from '../../support/decoder.ts';
import { SITE } from '../../support/memory-reader.ts';
import { createTestPlatform } from '../../support/test-platform.ts';
import { GAIN } from '../../support/tiny-bundle.ts';
import { createProgram, createProgramBundle } from '../../support/tiny-program.ts';

async function open(program?: Uint8Array): Promise<Model> {
  const platform = createTestPlatform(createProgramBundle(program));
  const bundle = await openBundle(platform.reader, SITE);
  const module = () => WebAssembly.compile(WASM);
  return runtime.open({ bundle, artifact: findArtifact(bundle.manifest, 'wasm-float32'), backend: 'wasm', platform, module });
}

const COLOUR = [200, 40, 90];
const makeImage = (width: number, height: number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, index) => COLOUR[index % 3] ?? 0),
});

test('it answers images of every size with the taps that are asked for', async () => {
  const model = await open();
  for (const [width, height] of [[1, 1], [7, 5], [300, 200]] as const) {
    const { probabilities, scores, pixels } = await model.run(makeImage(width, height), ['scores', 'pixels']);
    COLOUR.forEach((value, index) => {
      expect(pixels?.[index]).toBeCloseTo(value, 4);
      expect(scores?.[index]).toBeCloseTo(value * GAIN, 5);
    });
    const exponents = COLOUR.map((value) => Math.exp(value * GAIN));
    const sum = exponents.reduce((total, value) => total + value, 0);
    expect(probabilities).toHaveLength(COLOUR.length);
    probabilities?.forEach((value, index) => {
      expect(value).toBeCloseTo((exponents[index] ?? Number.NaN) / sum, 6);
    });
  }
  expect(Object.keys(await model.run(makeImage(2, 2), []))).toEqual(['probabilities']);
});

test('its answers are arrays of their own', async () => {
  const model = await open();
  const first = await model.run(makeImage(3, 3), []);
  const kept = first.probabilities?.slice();
  await model.run({ width: 1, height: 1, data: Uint8Array.of(0, 0, 255) }, []);
  expect(first.probabilities).toEqual(kept);
});

test("its version is the start of the module's digest", async () => {
  expect((await open()).version).toBe(sha256Hex(WASM).slice(0, 12));
});

test('another file, or a program with other outputs, is refused', async () => {
  await expect(open(new Uint8Array(100))).rejects.toThrow('model.bin');
  await expect(open(createProgram([3, 2]))).rejects.toThrow(FailedError);
});
