import { expect, test } from 'vitest';
import { formatCount, formatMilliseconds, formatPercent, formatScientific } from '../../src/page/format.ts';

test.each([
  [0, '0.0 %'],
  [1, '100.0 %'],
  [0.5, '50.0 %'],
  [0.9876, '98.8 %'],
  [0.00001, '< 0.1 %'],
  [0.99999, '> 99.9 %'],
])('%d reads %s', (probability, text) => {
  expect(formatPercent(probability)).toBe(text);
});

test.each([
  [0, '0'],
  [1.26e-7, '1.3 × 10⁻⁷'],
  [5e-6, '5 × 10⁻⁶'],
  [12, '1.2 × 10¹'],
  [Number.POSITIVE_INFINITY, 'not a number'],
])('%d reads %s', (value, text) => {
  expect(formatScientific(value)).toBe(text);
});

test('times and counts', () => {
  expect([0.4, 12.4, 1234].map(formatMilliseconds)).toEqual(['0.4 ms', '12 ms', '1.2 s']);
  expect([formatCount(1, 'class', 'classes'), formatCount(1000, 'class', 'classes')]).toEqual(['1 class', '1,000 classes']);
});
