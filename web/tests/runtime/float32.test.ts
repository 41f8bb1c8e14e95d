import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFloat32, encodeFloat32 } from '../../src/runtime/float32.ts';

test('every value survives, NaN and infinities too', () => {
  fc.assert(
    fc.property(fc.float32Array(), (values) => {
      expect(decodeFloat32(encodeFloat32(values))).toEqual(values);
    }),
  );
});

test('the bytes are little-endian', () => {
  expect(encodeFloat32(Float32Array.of(1))).toBe('AACAPw==');
});

test('large arrays pass', () => {
  const values = Float32Array.from({ length: 512 * 512 * 3 }, (_, index) => index);
  expect(decodeFloat32(encodeFloat32(values)).every((value, index) => value === index)).toBe(true);
});
