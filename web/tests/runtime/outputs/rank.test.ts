import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argmax } from '../../../src/runtime/argmax.ts';
import { rank } from '../../../src/runtime/outputs/output-kind.ts';

const probabilities = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 2000 })
  .map((values) => Float32Array.from(values, (value) => value / 4));

test('every class once, falling, beginning with the argmax', () => {
  fc.assert(
    fc.property(probabilities, (values) => {
      const order = rank(values);
      expect([...order].sort((a, b) => a - b)).toEqual([...values.keys()]);
      expect(order[0]).toBe(argmax(values));
      const falling = order.map((index) => values[index] ?? Number.NaN);
      expect(falling).toEqual([...values].sort((a, b) => b - a));
    }),
  );
});

test('ties keep the order of the labels', () => {
  expect(rank(Float32Array.of(0.2, 0.4, 0.2, 0.4))).toEqual([1, 3, 0, 2]);
});
