import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argmax } from '../../src/runtime/argmax.ts';

test('the lowest index wins a tie', () => {
  expect(argmax([0.2, 0.4, 0.4])).toBe(1);
  expect(argmax([-0, 0])).toBe(0);
  expect(argmax([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(0);
});

test('nothing to compare gives -1', () => {
  expect(argmax([])).toBe(-1);
  expect(argmax([Number.NaN, Number.NaN])).toBe(-1);
});

test('NaN never wins', () => {
  expect(argmax([Number.NaN, -5, Number.NaN])).toBe(1);
});

test('it is the first index of the maximum', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1 }), (values) => {
      expect(argmax(values)).toBe(values.indexOf(Math.max(...values)));
    }),
  );
});
