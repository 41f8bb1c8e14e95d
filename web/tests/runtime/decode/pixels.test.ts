import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compositeOverWhite, replaceKeyByWhite, applyOrientation, blendWithWhite } from '../../../src/runtime/decode/pixels.ts';

test('compositing rounds to the nearest', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), (colour, alpha) => {
      expect(Math.abs(blendWithWhite(colour, alpha) - ((colour * alpha) / 255 + 255 - alpha))).toBeLessThanOrEqual(0.5);
    }),
  );
});

test('16-bit samples and alpha keep their high byte', () => {
  expect([...compositeOverWhite(Uint16Array.of(0x12ff, 0x3400, 0xffff, 0xffff, 0, 0, 0, 0x00ff), 8)]).toEqual([
    0x12, 0x34, 0xff, 255, 255, 255,
  ]);
});

test('only the exact key turns white', () => {
  const rgb = Uint8Array.of(1, 2, 3, 1, 2, 4);
  replaceKeyByWhite(rgb, rgb, 3, [1, 2, 3]);
  expect([...rgb]).toEqual([255, 255, 255, 1, 2, 4]);
});

test('each orientation undone by its inverse gives the image back', () => {
  const inverse = [1, 2, 3, 4, 5, 8, 7, 6];
  const rgb = Uint8Array.from({ length: 2 * 5 * 3 }, (_, i) => i);
  for (let orientation = 1; orientation <= 8; orientation++) {
    const turned = applyOrientation(rgb, 5, 2, orientation);
    const back = applyOrientation(turned.data, turned.width, turned.height, inverse[orientation - 1] as number);
    expect(back).toEqual({ width: 5, height: 2, data: rgb });
  }
});
