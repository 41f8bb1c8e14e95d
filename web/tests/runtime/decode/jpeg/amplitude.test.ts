import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkBlock } from '../../../../src/runtime/decode/jpeg/amplitude.ts';
import { DecodeRefusal } from '../../../../src/runtime/decode/refusal.ts';

const ONES = new Uint16Array(64).fill(1);

function flat(level: number): Int32Array {
  const block = new Int32Array(64);
  block[0] = 8 * level;
  return block;
}

test('a flat block is refused beyond 500 levels from mid-gray', () => {
  for (const level of [0, 127, -128, 499, -499]) expect(() => checkBlock(flat(level), 0, ONES)).not.toThrow();
  for (const level of [503, -503, 512, 9000]) expect(() => checkBlock(flat(level), 0, ONES)).toThrow(DecodeRefusal);
});

test('divisors count', () => {
  expect(() =>
    checkBlock(
      flat(100),
      0,
      ONES.map(() => 4),
    ),
  ).not.toThrow();
  expect(() =>
    checkBlock(
      flat(100),
      0,
      ONES.map(() => 6),
    ),
  ).toThrow(DecodeRefusal);
});

test('the verdict is that of the inverse DCT in floating point', () => {
  const coefficients = fc.array(fc.tuple(fc.nat(63), fc.integer({ min: -1500, max: 1500 })), { maxLength: 12 });
  fc.assert(
    fc.property(coefficients, (chosen) => {
      const block = new Int32Array(64);
      for (const [k, value] of chosen) block[k] = value;
      const peak = largestSample(block);
      fc.pre(Math.abs(peak - 500) > 2);
      if (peak > 500) expect(() => checkBlock(block, 0, ONES)).toThrow(DecodeRefusal);
      else expect(() => checkBlock(block, 0, ONES)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});

/** Walks the zigzag by its rule rather than by a table. */
function largestSample(block: Int32Array): number {
  const order = Array.from({ length: 64 }, (_, i) => [i >> 3, i & 7] as [number, number]);
  order.sort(([v1, u1], [v2, u2]) => u1 + v1 - u2 - v2 || ((u1 + v1) % 2 === 0 ? v2 - v1 : v1 - v2));
  const scale = (n: number) => (n === 0 ? Math.SQRT1_2 : 1) / 2;
  let peak = 0;
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const sample = order.reduce((sum, [v, u], k) => {
        const cosines = Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
        return sum + (block[k] as number) * scale(u) * scale(v) * cosines;
      }, 0);
      peak = Math.max(peak, Math.abs(sample));
    }
  }
  return peak;
}
