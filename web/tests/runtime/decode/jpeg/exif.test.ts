import fc from 'fast-check';
import { expect, test } from 'vitest';
import cases from '../../../../../tests/shared/exif-cases.json'; // one table for both languages' parsers
import { isExif, readOrientation } from '../../../../src/runtime/decode/jpeg/exif.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

test.each(cases)('$name: $orientation', ({ segment, orientation: expected }) => {
  expect(isExif(bytes(segment))).toBe(true);
  expect(readOrientation(bytes(segment))).toBe(expected);
});

test('any bytes give an orientation', () => {
  const mark = fc.constantFrom('45786966000049492a00', '4578696600004d4d002a');
  fc.assert(
    fc.property(mark, fc.uint8Array({ maxLength: 200 }), (head, rest) => {
      const found = readOrientation(Uint8Array.of(...bytes(head), ...rest));
      expect(found).toBeGreaterThanOrEqual(1);
      expect(found).toBeLessThanOrEqual(8);
    }),
  );
});
