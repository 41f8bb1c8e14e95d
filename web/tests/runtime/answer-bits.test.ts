import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { AnswerDigest } from '../../src/runtime/answer-bits.ts';
import { encodeFloat32 } from '../../src/runtime/float32.ts';

const encode = (...values: number[]) => encodeFloat32(Float32Array.from(values));

function digest(...answers: Parameters<AnswerDigest['add']>[0][]): string {
  const made = new AnswerDigest();
  for (const answer of answers) made.add(answer);
  return made.finish();
}

test('it is the SHA-256 of probabilities, scores and pixels, image by image', () => {
  const values = Float32Array.from([0.25, 0.75, -4, 4, 7, 1, 0, -0, 3, 9]);
  const first = { pixels: encode(7), scores: encode(-4, 4), probabilities: encode(0.25, 0.75) };
  const second = { probabilities: encode(1, 0), scores: encode(-0, 3), pixels: encode(9) };
  expect(digest(first, second)).toBe(createHash('sha256').update(values).digest('hex'));
});

test('the sign of a zero changes it', () => {
  expect(digest({ probabilities: encode(0) })).not.toBe(digest({ probabilities: encode(-0) }));
});
