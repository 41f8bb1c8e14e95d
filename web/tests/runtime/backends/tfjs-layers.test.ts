import { describe, expect, test } from 'vitest';
import { runtime } from '../../../src/runtime/backends/tfjs.ts';
import { FailedError } from '../../../src/runtime/errors.ts';
import { openBundle } from '../../../src/runtime/files/bundle.ts';
import { findArtifact } from '../../../src/runtime/manifest/parse.ts';
import type { BackendName, Model } from '../../../src/runtime/runtime.ts';
import { SITE } from '../../support/memory-reader.ts';
import { createTestPlatform, refuseModule } from '../../support/test-platform.ts';
import { createTinyLayers } from '../../support/tiny-layers.ts';

async function open(files: Map<string, Uint8Array>, backend: BackendName, format: 'graph' | 'layers'): Promise<Model> {
  const platform = createTestPlatform(files);
  const bundle = await openBundle(platform.reader, SITE);
  return runtime.open({ bundle, artifact: findArtifact(bundle.manifest, `tfjs-${format}-float32`), backend, platform, module: refuseModule });
}

const IMAGE = {
  width: 7,
  height: 5,
  data: Uint8Array.from({ length: 105 }, (_, index) => (index * 37) % 256),
};

describe.each(['cpu', 'wasm'] as const)('%s', (backend) => {
  test('layers give what the graph gives, tap by tap', async () => {
    const graph = await (await open(createTinyLayers(), backend, 'graph')).run(IMAGE, ['scores', 'pixels']);
    const layers = await (await open(createTinyLayers(), backend, 'layers')).run(IMAGE, ['scores', 'pixels']);
    expect(layers.pixels).toEqual(graph.pixels);
    layers.scores?.forEach((score, index) => {
      expect(score).toBeCloseTo(graph.scores?.[index] ?? Number.NaN, 5);
    });
    expect(layers.probabilities?.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  test('no tensor is left behind, whichever taps are asked for', async () => {
    const model = await open(createTinyLayers(), backend, 'layers');
    const before = model.tensors();
    await model.run(IMAGE, []);
    await model.run(IMAGE, ['scores', 'pixels']);
    expect(model.tensors()).toBe(before);
  });

  test('closing frees the weights and the graph within', async () => {
    const first = await open(createTinyLayers(), backend, 'layers');
    const opened = first.tensors();
    await first.close();
    expect(first.tensors()).toBeLessThan(opened);
  });
});

test('a layer that TF.js does not have is named', async () => {
  const files = createTinyLayers((modelJson) => {
    const [, , dense] = modelJson.modelTopology.config.layers;
    if (dense !== undefined) dense.class_name = 'NoSuchLayer';
  });
  await expect(open(files, 'cpu', 'layers')).rejects.toThrow(/NoSuchLayer/);
  await expect(open(files, 'cpu', 'layers')).rejects.toThrow(FailedError);
});

test('the graph must be among the files', async () => {
  const files = createTinyLayers((modelJson) => {
    const [, front] = modelJson.modelTopology.config.layers;
    if (front !== undefined) Object.assign(front.config, { graph: 'other.json' });
  });
  await expect(open(files, 'cpu', 'layers')).rejects.toThrow(/other\.json/);
});
