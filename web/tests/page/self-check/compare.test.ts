import { describe, expect, test } from 'vitest';
import { compareGolden, findDeviceClass, findLimits, summarize } from '../../../src/page/self-check/compare.ts';
import { encodeFloat32 } from '../../../src/runtime/float32.ts';
import type { Artifact, GoldenImage, Manifest } from '../../../src/runtime/manifest/manifest.gen.ts';
import type { Prediction } from '../../../src/session/protocol.ts';

const LIMITS = { pixels: 1e-3, scores: 5e-6, probabilities: 5e-6, scale: 8 };
const encodeFloats = (...values: number[]) => encodeFloat32(Float32Array.from(values));

const golden = {
  file: 'golden/a.png',
  title: 'a',
  width: 2,
  height: 3,
  rgb8: 'a'.repeat(64),
  label: 1,
  scores: encodeFloats(-4, 4),
  probabilities: encodeFloats(0.25, 0.75),
} satisfies GoldenImage;

const makeAnswer = (change: Partial<Prediction> = {}): Prediction => ({
  width: 2,
  height: 3,
  rgb8: golden.rgb8,
  decode_ms: 1,
  ms: 1,
  probabilities: golden.probabilities,
  scores: golden.scores,
  ...change,
});

const check = (...answers: Parameters<typeof compareGolden>[1][]) =>
  summarize(
    answers.map(() => golden),
    answers.map((given) => compareGolden(golden, given)),
    LIMITS,
  );

test('the same answers pass', () => {
  expect(check(makeAnswer(), makeAnswer())).toEqual({
    images: 2,
    identical: 2,
    flips: 0,
    probabilities: 0,
    scores: 0,
    sameBits: null,
    pass: true,
  });
});

test('other bits fail, however small the difference', () => {
  const [all, answers] = [[golden], [compareGolden(golden, makeAnswer())]];
  expect(summarize(all, answers, LIMITS, true)).toMatchObject({ sameBits: true, pass: true });
  expect(summarize(all, answers, LIMITS, false)).toMatchObject({ sameBits: false, pass: false });
});

test('nothing compared is no pass', () => {
  expect(check().pass).toBe(false);
});

test('an image that runtimes may answer either way is decoded, and not compared', () => {
  const either = { ...golden, undecided: true };
  const other = makeAnswer({ probabilities: encodeFloats(0.8, 0.2), scores: encodeFloats(9, 4) });
  const differences = [compareGolden(golden, makeAnswer()), compareGolden(either, other)];
  expect(summarize([golden, either], differences, LIMITS)).toMatchObject({ identical: 2, flips: 0, pass: true });
  expect(compareGolden(either, makeAnswer({ rgb8: 'b'.repeat(64) }))).toBeNull();
  expect(summarize([either], [compareGolden(either, other)], LIMITS).pass).toBe(false);
});

test('a check cut short is no pass', () => {
  expect(summarize([golden, golden], [compareGolden(golden, makeAnswer())], LIMITS).pass).toBe(false);
});

describe('what fails', () => {
  test('a probability beyond its limit', () => {
    const summary = check(makeAnswer(), makeAnswer({ probabilities: encodeFloats(0.25, 0.7501) }));
    expect(summary.probabilities).toBeCloseTo(1e-4, 6);
    expect(summary.pass).toBe(false);
  });

  test('scores beyond their limit, measured by their range', () => {
    const summary = check(makeAnswer({ scores: encodeFloats(-4, 4.0008) }));
    expect(summary.scores).toBeCloseTo(0.0008 / 8, 6);
    expect(summary.pass).toBe(false);
  });

  test('another label, however small the difference', () => {
    const tied = { ...golden, probabilities: encodeFloats(0.5, 0.5), label: 1 };
    expect(compareGolden(tied, makeAnswer({ probabilities: encodeFloats(0.5, 0.5) }))?.flipped).toBe(true);
    expect(check(makeAnswer({ probabilities: encodeFloats(0.8, 0.2) })).flips).toBe(1);
  });

  test.each([
    ['other pixels', makeAnswer({ rgb8: 'b'.repeat(64) })],
    ['another size', makeAnswer({ width: 3, height: 2 })],
    ['a refusal', { refused: 'corrupt', message: '' }],
  ])('%s', (_, given) => {
    expect(check(makeAnswer(), given)).toMatchObject({ images: 2, identical: 1, pass: false });
  });

  test.each([
    ['NaN', encodeFloats(Number.NaN, 0.75)],
    ['too few values', encodeFloats(0.25)],
    ['too many values', encodeFloats(0.25, 0.75, 0)],
  ])('%s', (_, probabilities) => {
    expect(check(makeAnswer({ probabilities }))).toMatchObject({ probabilities: Number.POSITIVE_INFINITY, pass: false });
  });
});

test('GPU backends are held to the GPU row', () => {
  expect(['cpu', 'wasm', 'webgl', 'webgpu'].map(findDeviceClass)).toEqual(['cpu', 'cpu', 'gpu', 'gpu']);
});

describe('reduced precision', () => {
  const { scale: _, ...table } = LIMITS;
  const own = { cpu: { ...table, probabilities: 0.1, margin: 0.2 } };
  const manifest = { golden: [golden], tolerances: { cpu: table } } as unknown as Manifest;
  const artifact = (precision: string) => ({ precision, tolerances: own }) as unknown as Artifact;

  test('is held to limits of its own, which float32 cannot have', () => {
    expect(findLimits(manifest, artifact('uint8'), 'wasm')).toEqual({ ...own.cpu, scale: 8 });
    expect(findLimits(manifest, artifact('float32'), 'wasm')).toEqual(LIMITS);
    expect(findLimits(manifest, { ...artifact('uint8'), tolerances: null }, 'wasm')).toEqual(LIMITS);
    expect(findLimits(manifest, artifact('uint8'), 'webgl')).toBeUndefined();
  });

  test('may turn a label only where the reference hardly leads', () => {
    const turned = makeAnswer({ probabilities: encodeFloats(0.6, 0.4) });
    expect(compareGolden(golden, turned, 0.4)?.flipped).toBe(true);
    expect(compareGolden(golden, turned, 0.6)?.flipped).toBe(false);
  });
});
