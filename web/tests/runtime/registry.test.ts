import { describe, expect, test } from 'vitest';
import { FailedError, UnavailableError } from '../../src/runtime/errors.ts';
import type { Artifact } from '../../src/runtime/manifest/manifest.gen.ts';
import { chooseBackend, register } from '../../src/runtime/choose-backend.ts';
import { RUNTIMES } from '../../src/runtime/registry.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { isModule, listFolders } from '../support/modules.ts';

const makeRuntime = (name: string): Runtime => ({
  name,
  title: name,
  targets: { onnx: name },
  backends: { browser: ['wasm'], node: [] },
  order: 0,
  open: () => Promise.reject(new Error('not opened here')),
});

const makeArtifact = (target: string): Artifact => ({
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

test('every file of the folder is a runtime of the same name', () => {
  const folder = listFolders('src/runtime/backends').get('src/runtime/backends') ?? [];
  const files = folder.filter(isModule).map((file) => file.replace(/\.ts$/, ''));
  expect(files).toContain('tfjs');
  expect([...RUNTIMES.keys()].sort()).toEqual(files.sort());
});

test('every runtime states its targets and has a backend somewhere', () => {
  for (const { targets, backends } of RUNTIMES.values()) {
    expect(Object.keys(targets).length).toBeGreaterThan(0);
    expect([...backends.browser, ...backends.node].length).toBeGreaterThan(0);
  }
});

test('two modules of one name are refused', () => {
  expect(() => register({ './a.ts': makeRuntime('x'), './b.ts': makeRuntime('x') })).toThrow(/second for x \(\.\/b\.ts\)/);
});

describe('choosing', () => {
  const names = { runtime: 'tfjs', backend: 'wasm' };

  test('finds runtime and backend', () => {
    const choice = chooseBackend(RUNTIMES, 'browser', names, makeArtifact('tfjs-graph'));
    expect(choice).toMatchObject({ runtime: { name: 'tfjs' }, backend: 'wasm' });
  });

  test.each([
    ['node', 'tfjs', 'webgl'],
    ['node', 'onnxruntime-web', 'wasm'],
    ['browser', 'onnxruntime-node', 'cpu'],
    ['browser', 'tfjs', 'webgpu'],
  ] as const)('in %s, %s:%s is unavailable', (platform, name, backend) => {
    const attempt = () => chooseBackend(RUNTIMES, platform, { runtime: name, backend }, makeArtifact('tfjs-graph'));
    expect(attempt).toThrow(UnavailableError);
  });

  test('an artifact of another target is refused', () => {
    expect(() => chooseBackend(RUNTIMES, 'browser', names, makeArtifact('onnx'))).toThrow(FailedError);
  });
});
