import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOX, findBounds, centreStrokes, findCentreOfMass, FIELD, fitBox, PEN, type Stroke } from '../../../src/page/draw/geometry.ts';

const coordinate = fc.double({ min: 0, max: FIELD, noNaN: true });
const strokes = fc.array(fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 4,
});
const measureSide = (drawn: readonly Stroke[]) => {
  const box = findBounds(drawn);
  return box === null ? 0 : Math.max(box.width, box.height);
};
const sizeable = strokes.filter((drawn) => measureSide(drawn) > 1);
const move = (drawn: readonly Stroke[], scale: number, dx: number, dy: number) =>
  drawn.map((stroke) => stroke.map(({ x, y }) => ({ x: x * scale + dx, y: y * scale + dy })));

describe('fitting', () => {
  test('the longer side of the ink fills the box', () => {
    fc.assert(
      fc.property(sizeable, (drawn) => {
        expect(measureSide(fitBox(drawn)) + PEN).toBeCloseTo(BOX, 6);
      }),
    );
  });

  test('the box stands in the middle', () => {
    fc.assert(
      fc.property(strokes, (drawn) => {
        const box = findBounds(fitBox(drawn));
        expect(box).not.toBeNull();
        expect((box?.left ?? 0) + (box?.width ?? 0) / 2).toBeCloseTo(FIELD / 2, 6);
        expect((box?.top ?? 0) + (box?.height ?? 0) / 2).toBeCloseTo(FIELD / 2, 6);
      }),
    );
  });

  test('where and how large something was drawn does not matter', () => {
    const shift = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(sizeable, fc.double({ min: 0.3, max: 3, noNaN: true }), shift, shift, (drawn, scale, dx, dy) => {
        const here = fitBox(drawn).flat();
        fitBox(move(drawn, scale, dx, dy))
          .flat()
          .forEach(({ x, y }, index) => {
            expect(x).toBeCloseTo(here[index]?.x ?? Number.NaN, 4);
            expect(y).toBeCloseTo(here[index]?.y ?? Number.NaN, 4);
          });
      }),
    );
  });

  test('a dot goes to the middle', () => {
    expect(fitBox([[{ x: 3, y: 200 }]])).toEqual([[{ x: FIELD / 2, y: FIELD / 2 }]]);
  });

  test.each([Number.MIN_VALUE, 1e-300, 1e-9, 0.01])('a stroke of %d pixels is a dot', (size) => {
    const [[first, second] = []] = fitBox([[{ x: 0, y: 200 }, { x: size, y: 200 }]]);
    expect(first?.x).toBeCloseTo(FIELD / 2, 1);
    expect(second?.x).toBeCloseTo(FIELD / 2, 1);
    expect(second?.y).toBe(FIELD / 2);
  });

  test('nothing stays nothing', () => {
    expect(fitBox([])).toEqual([]);
    expect(centreStrokes([], { x: 0, y: 0 })).toEqual([]);
  });
});

describe('the centre of mass', () => {
  const field = (width: number, height: number, ink: Record<number, number>) => {
    const rgba = new Uint8ClampedArray(width * height * 4);
    for (const [index, value] of Object.entries(ink)) rgba[Number(index) * 4] = value;
    return findCentreOfMass(rgba, width, height);
  };

  test('lies between equal pixels, nearer to a heavier one', () => {
    expect(field(4, 1, { 0: 100, 2: 100 })).toEqual({ x: 1.5, y: 0.5 });
    expect(field(4, 1, { 0: 50, 2: 150 })).toEqual({ x: 2, y: 0.5 });
    expect(field(1, 3, { 2: 9 })).toEqual({ x: 0.5, y: 2.5 });
  });

  test('of a black field is its middle', () => {
    expect(field(6, 4, {})).toEqual({ x: 3, y: 2 });
  });
});

describe('centring', () => {
  test('moves the mass to the middle', () => {
    const [[first] = []] = centreStrokes([[{ x: 120, y: 140 }]], { x: 130, y: 150 });
    expect(first).toEqual({ x: 130, y: 130 });
  });

  test('keeps the ink in the field, wherever its mass lies', () => {
    fc.assert(
      fc.property(sizeable, coordinate, coordinate, (drawn, x, y) => {
        for (const point of centreStrokes(fitBox(drawn), { x, y }).flat()) {
          for (const value of [point.x, point.y]) {
            expect(value).toBeGreaterThanOrEqual(PEN / 2 - 1e-6);
            expect(value).toBeLessThanOrEqual(FIELD - PEN / 2 + 1e-6);
          }
        }
      }),
    );
  });
});
