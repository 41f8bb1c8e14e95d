import { describe, expect, test } from 'vitest';
import cases from '../../../../tests/shared/output-cases.json'; // read by tests/core/outputs/test_output_cases.py too
import parity from '../../../../tests/shared/parity-cases.json';
import type { ModelOutput } from '../../../src/runtime/manifest/manifest.gen.ts';
import { OUTPUT_KINDS, findOutput, hasSettings } from '../../../src/runtime/outputs/registry.ts';
import { describeAnswer } from '../../../src/runtime/outputs/show.ts';

const makeNames = (count: number) => Array.from({ length: count }, (_, index) => `label ${index}`);
const read = (output: object) => findOutput({ output: output as ModelOutput });

test('every kind has cases', () => {
  const named = cases.kinds.map(({ output }) => read(output).kind.name);
  expect([...new Set(named)].sort()).toEqual(Object.keys(OUTPUT_KINDS).sort());
});

describe.each(cases.kinds)('$name', ({ output: given, labels, row, decided, margin, sound }) => {
  const { kind, output } = read(given);
  const values = Float32Array.from(row);

  test('labels, margin and faults', () => {
    expect(hasSettings({ labels: makeNames(labels), output })).toBe(true);
    expect(kind.count(output, labels)).toBe(row.length);
    expect(kind.decide(values, output)).toEqual(decided);
    expect(kind.computeMargin(values, output)).toBe(margin ?? Number.POSITIVE_INFINITY);
    expect(kind.findFault(values) === null).toBe(sound);
    expect(kind.findFault(values.map(() => Number.NaN))).not.toBeNull();
  });

  test('it is shown with every number once, and the labels first', () => {
    const names = makeNames(labels);
    const shown = describeAnswer(values, { labels: names, output });
    expect(shown.numbers).toHaveLength(row.length);
    for (const index of decided) expect(shown.headline).toContain(`label ${index}`);
    const best = shown.numbers.filter((number) => number.best).length;
    if (kind.labels === 'labels') expect(best).toBe(decided.length);
    if (kind.labels === 'top1') expect(shown.numbers.findIndex((number) => number.best)).toBe(0);
    for (const { share } of shown.numbers) expect(share ?? 0).toBeLessThanOrEqual(sound ? 1 : 2);
  });
});

test('only probabilities are shown in percent', () => {
  const shown = (output: object, row: number[]) => JSON.stringify(describeAnswer(Float32Array.from(row), { labels: ['a', 'b'], output: output as ModelOutput }));
  expect(shown({}, [0.25, 0.75])).toContain('75.0 %');
  expect(shown({ kind: 'multilabel', thresholds: [0.5, 0.5] }, [0.25, 0.75])).toContain('75.0 %');
  expect(shown({ kind: 'scores', rule: 'argmax' }, [0.25, 0.75])).not.toContain('%');
  expect(shown({ kind: 'values', units: ['', ''] }, [0.25, 0.75])).not.toContain('%');
});

test.each(cases.contradictions)('$output for $labels labels is refused', ({ output: given, labels }) => {
  expect(hasSettings({ labels: makeNames(labels), output: given as ModelOutput })).toBe(false);
});

test.each(cases.limits)('$name', ({ output: given, rounding, rows, probabilities, margin }) => {
  const limits = read(given).kind.widen(parity.tolerances.cpu, rounding, rows.map((row) => Float32Array.from(row)));
  expect(limits.probabilities).toBeCloseTo(probabilities, 12);
  expect(limits.margin ?? 0).toBeCloseTo(margin, 12);
});
