import { describe, expect, test } from 'vitest';
import cases from '../../../tests/shared/parity-cases.json'; // read by tests/core/verification/test_parity_cases.py too
import { compareGolden, findDeviceClass, findLimits, summarize } from '../../src/page/self-check/compare.ts';
import { computeScoreSpan, scaleRounding } from '../../src/page/self-check/tolerance.ts';
import { argmax } from '../../src/runtime/argmax.ts';
import { decodeFloat32, encodeFloat32 } from '../../src/runtime/float32.ts';
import type { Artifact, GoldenImage, Manifest } from '../../src/runtime/manifest/manifest.gen.ts';
import { OUTPUT_KINDS } from '../../src/runtime/outputs/registry.ts';
import { findProbabilityFault } from '../../src/runtime/probabilities.ts';
import { CODES, CONTRACT, MAX_PIXELS, MAX_SIDE, type RefusalCode } from '../../src/runtime/wasm/bindings.ts';
import { DecodeRefusal } from '../../src/runtime/wasm/refusal.ts';
import type { Prediction } from '../../src/session/protocol.ts';

const decodeRows = (values: number[][]) => values.map((row) => Float32Array.from(row));
const encodeFloats = (values: number[]) => encodeFloat32(Float32Array.from(values));
const makeDevice = (name: string) => (name === 'gpu' ? 'gpu' : 'cpu');

test.each(cases.spans)('span: $name', ({ scores, probabilities, span }) => {
  expect(computeScoreSpan(decodeRows(scores), decodeRows(probabilities)) / span).toBeCloseTo(1, 6);
});

test.each(cases.limits)('limits: $name', ({ rounding, device: name, probabilities, expected }) => {
  const table = cases.tolerances.cpu;
  const scaled = scaleRounding(rounding, makeDevice(name));
  const limits = OUTPUT_KINDS.probabilities.widen(table, scaled, decodeRows(probabilities));
  expect(limits.probabilities / expected.probabilities).toBeCloseTo(1, 9);
  expect(limits.margin).toBeCloseTo(expected.margin, 12);
  expect(limits).toMatchObject({ pixels: table.pixels, scores: table.scores });
});

test.each(Object.entries(cases.devices))('device of "%s"', (backend, expected) => {
  expect(findDeviceClass(backend)).toBe(expected);
});

test.each(cases.labels)('label of $probabilities', ({ probabilities, label }) => {
  expect(argmax(Float32Array.from(probabilities))).toBe(label);
});

test.each(cases.float32)('float32 $values', ({ base64, values }) => {
  expect([...decodeFloat32(base64)]).toEqual(values);
  expect(encodeFloat32(Float32Array.from(values))).toBe(base64);
});

test.each(cases.probabilities)('probabilities $values', ({ values, sound }) => {
  expect(findProbabilityFault(Float32Array.from(values)) === null).toBe(sound);
});

test('the contract has the same limits and codes', () => {
  const { name, max_pixels, max_side } = cases.contract;
  expect([CONTRACT, MAX_PIXELS, MAX_SIDE]).toEqual([name, max_pixels, max_side]);
  expect(['ok', ...Object.keys(cases.contract.refusals)].sort()).toEqual([...CODES].sort());
});

test.each(Object.entries(cases.contract.refusals))('refusal %s in words', (code, [rule, fix]) => {
  expect(new DecodeRefusal(code as RefusalCode, 'something').message).toBe(
    `Expected ${rule}; received something. ${fix}`,
  );
});

// Python adds the file's name, which a page does not tell.
test.each(cases.contract.advice)('$received', ({ code, received, message }) => {
  expect(new DecodeRefusal(code as RefusalCode, received).message).toBe(message.replace(' (photo)', ''));
});

describe('verdicts', () => {
  test.each(cases.verdicts)('$name', ({ device: name, scores, probabilities, ran, scale, rounding, pass }) => {
    const golden: GoldenImage = {
      file: 'golden/a.png',
      title: 'a',
      width: 1,
      height: 1,
      rgb8: 'alike',
      label: argmax(Float32Array.from(probabilities)),
      scores: encodeFloats(scores),
      probabilities: encodeFloats(probabilities),
    };
    const answer: Prediction = {
      width: 1,
      height: 1,
      rgb8: ran.decoded ?? 'alike',
      decode_ms: 1,
      ms: 1,
      probabilities: encodeFloats(ran.probabilities),
      scores: encodeFloats(ran.scores),
    };
    const manifest = {
      golden: [golden],
      tolerances: cases.tolerances,
      score_scale: scale ?? null,
      score_rounding: rounding ?? 0,
    } as unknown as Manifest;
    const limits = findLimits(manifest, { precision: 'float32' } as Artifact, name === 'gpu' ? 'webgl' : 'wasm');
    if (limits === undefined) throw new Error('no limits');
    const summary = summarize([golden], [compareGolden(golden, answer, limits.margin)], limits);
    expect(summary.pass).toBe(pass);
  });
});
