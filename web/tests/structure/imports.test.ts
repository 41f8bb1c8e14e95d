import { describe, expect, test } from 'vitest';
import { findCircle, findForbiddenImports, type ImportGraph, listImports, readImportGraph } from '../support/modules.ts';

/** What each part of src/ may import beside itself. */
const ALLOWED = { runtime: [], session: ['runtime'], harness: ['runtime', 'session'], page: ['runtime', 'session'] };

const source = readImportGraph('src');
const makeGraph = (imports: Record<string, string[]>): ImportGraph => new Map(Object.entries(imports));

test('every module of src/ is in the graph, and so is what it imports', () => {
  expect(source.size).toBeGreaterThan(70);
  expect([...source.values()].flat().filter((module) => !source.has(module))).toEqual([]);
  // One import of each kind that the parser has to find.
  expect(source.get('src/runtime/registry.ts')).toContain('src/runtime/backends/tfjs.ts');
  expect(source.get('src/runtime/backends/tfjs.ts')).toContain('src/runtime/backends/tfjs/graph.ts');
  expect(source.get('src/session/client.ts')).toContain('src/session/worker-entry.ts');
  expect(source.get('src/runtime/platform.ts')).toContain('src/runtime/files/reader.ts');
});

test.each([
  ["import type { A } from './a.ts';", './a.ts'],
  ["import { type A } from '../a.ts';", '../a.ts'],
  ["import './a.ts';", './a.ts'],
  ["export type { A } from './a.ts';", './a.ts'],
  ["export * from './a.ts';", './a.ts'],
  ["const a = () => import('./a.ts');", './a.ts'],
  ["type A = import('./a.ts').A;", './a.ts'],
  ["new URL('./a.ts', import.meta.url);", './a.ts'],
  ["import.meta.glob(['./*.ts', './b.ts'], { eager: true });", './*.ts ./b.ts'],
  ["import { a } from 'package';", ''],
])('%s', (code, imports) => {
  expect(listImports(code).join(' ')).toBe(imports);
});

test('src/ has no import circle, types included', () => {
  expect(findCircle(source)).toBeNull();
});

test.each([
  ['of one', { a: ['a'] }, ['a', 'a']],
  ['of two', { a: ['b'], b: ['c', 'a'], c: [] }, ['a', 'b', 'a']],
  ['that the first module only leads to', { a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, ['b', 'c', 'd', 'b']],
])('a circle %s is found', (_, imports, circle) => {
  expect(findCircle(makeGraph(imports))).toEqual(circle);
});

test('two ways to one module are no circle', () => {
  expect(findCircle(makeGraph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toBeNull();
});

describe('directions', () => {
  test('runtime, session, harness and page import only what they may', () => {
    expect(new Set([...source.keys()].map((module) => module.split('/')[1]))).toEqual(new Set(Object.keys(ALLOWED)));
    expect(findForbiddenImports(source, ALLOWED)).toEqual([]);
  });

  test.each([
    ['page', 'harness'],
    ['session', 'page'],
    ['session', 'harness'],
    ['runtime', 'session'],
    ['harness', 'page'],
  ])('%s importing %s is found', (from, to) => {
    const imports = makeGraph({ [`src/${from}/a.ts`]: [`src/${to}/b.ts`, 'src/runtime/c.ts'] });
    expect(findForbiddenImports(imports, ALLOWED)).toEqual([`src/${from}/a.ts imports src/${to}/b.ts`]);
  });
});
