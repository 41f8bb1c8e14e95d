import { describe, expect, test } from 'vitest';
import type { Runtime } from '../../../src/runtime/backends/backend.ts';
import { choose, RUNTIMES, register } from '../../../src/runtime/backends/registry.ts';
import { FailedError, UnavailableError } from '../../../src/runtime/errors.ts';
import type { Artifact } from '../../../src/runtime/manifest.gen.ts';

const runtime = (name: string): Runtime => ({
  name,
  targets: ['onnx'],
  backends: { browser: ['wasm'], node: [] },
  open: () => Promise.reject(new Error('not opened here')),
});

const artifact = (target: string): Artifact => ({
  id: `${target}-float32`,
  target,
  precision: 'float32',
  entry: 'm',
  files: ['m'],
  bytes: 1,
  ops: [],
  input: 'image',
  outputs: {},
});

test('every runtime of the folder is found', () => {
  expect([...RUNTIMES.keys()].sort()).toEqual(['onnxruntime-node', 'onnxruntime-web', 'tfjs']);
});

test('two modules of one name are refused', () => {
  expect(() => register({ './a.ts': runtime('x'), './b.ts': runtime('x') })).toThrow(/second for x \(\.\/b\.ts\)/);
});

describe('choosing', () => {
  const names = { runtime: 'tfjs', backend: 'wasm' };

  test('finds runtime and backend', () => {
    const choice = choose(RUNTIMES, 'browser', names, artifact('tfjs-graph'));
    expect(choice).toMatchObject({ runtime: { name: 'tfjs' }, backend: 'wasm' });
  });

  test.each([
    ['node', 'tfjs', 'webgl'],
    ['node', 'onnxruntime-web', 'wasm'],
    ['browser', 'onnxruntime-node', 'cpu'],
    ['browser', 'tfjs', 'webgpu'],
  ] as const)('in %s, %s:%s is unavailable', (platform, name, backend) => {
    const attempt = () => choose(RUNTIMES, platform, { runtime: name, backend }, artifact('tfjs-graph'));
    expect(attempt).toThrow(UnavailableError);
  });

  test('an artifact of another target is refused', () => {
    expect(() => choose(RUNTIMES, 'browser', names, artifact('onnx'))).toThrow(FailedError);
  });
});
