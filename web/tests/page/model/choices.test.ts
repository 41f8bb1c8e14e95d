import { expect, test } from 'vitest';
import { describeRun, hasSameBits, listChoices } from '../../../src/page/model/choices.ts';
import { parseManifest } from '../../../src/runtime/manifest/parse.ts';
import { createTinyBundle } from '../../support/tiny-bundle.ts';

const manifest = parseManifest(createTinyBundle().get('manifest.json') ?? new Uint8Array());
const [tiny] = manifest.artifacts;
const makeArtifact = (target: string, precision: string) => ({
  ...(tiny ?? expect.unreachable()),
  id: `${target}-${precision}`,
  target,
  precision,
});

test('full-precision TensorFlow.js on WASM is the default, whatever the order of artifacts', () => {
  const artifacts = [makeArtifact('tfjs-graph', 'uint8'), makeArtifact('onnx', 'float32'), makeArtifact('tfjs-graph', 'float32')];
  const [first, ...rest] = listChoices({ ...manifest, artifacts });
  expect(first).toMatchObject({ runtime: 'tfjs', backend: 'wasm', artifact: { id: 'tfjs-graph-float32' } });
  expect(rest.map(({ title }) => title)).toContain('TensorFlow.js, WASM, uint8');
});

test('the module comes first where the bundle has a program for it', () => {
  const artifacts = [makeArtifact('onnx', 'float32'), makeArtifact('tfjs-graph', 'float32'), makeArtifact('wasm', 'float32')];
  const [first, second] = listChoices({ ...manifest, artifacts });
  expect(first).toMatchObject({ runtime: 'webparity', artifact: { id: 'wasm-float32' } });
  expect(second).toMatchObject({ runtime: 'tfjs' });
  expect([first, second].map((choice) => choice !== undefined && hasSameBits(choice))).toEqual([true, false]);
});

test('targets that browsers cannot run are left out', () => {
  expect(listChoices({ ...manifest, artifacts: [makeArtifact('coreml', 'float32')] })).toEqual([]);
});

test('what ran is named as its makers name it', () => {
  const opened = { runtime: 'tfjs', version: '4.22.0', backend: 'wasm', engine: null } as const;
  expect(describeRun(opened)).toBe('TensorFlow.js 4.22.0, wasm');
});
