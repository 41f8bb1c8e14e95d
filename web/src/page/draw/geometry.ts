/** Placement of drawn digits as in MNIST, ten times as large: a 20 x 20 box in a 28 x 28 field, centred by mass. */

export interface Point {
  x: number;
  y: number;
}

export type Stroke = readonly Point[];

export const FIELD = 280;
export const BOX = 200;
export const PEN = 24;

/** Find the bounding box of the strokes' centre lines. @returns null if nothing was drawn */
export function findBounds(
  strokes: readonly Stroke[],
): { left: number; top: number; width: number; height: number } | null {
  const points = strokes.flat();
  if (points.length === 0) return null;
  const left = points.reduce((least, { x }) => Math.min(least, x), Number.POSITIVE_INFINITY);
  const top = points.reduce((least, { y }) => Math.min(least, y), Number.POSITIVE_INFINITY);
  const right = points.reduce((most, { x }) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  const bottom = points.reduce((most, { y }) => Math.max(most, y), Number.NEGATIVE_INFINITY);
  return { left, top, width: right - left, height: bottom - top };
}

/** Strokes smaller than this, in pixels, are a dot: scaling them up would magnify rounding, or overflow. */
const DOT = 0.01;

/**
 * Scale strokes so that the ink's longer side, pen included, fills the box, and put the box in the field's middle.
 * A dot has no size to scale and is only moved.
 */
export function fitBox(strokes: readonly Stroke[]): Stroke[] {
  const box = findBounds(strokes);
  if (box === null) return [];
  const side = Math.max(box.width, box.height);
  const scale = side > DOT ? (BOX - PEN) / side : 1;
  const x = FIELD / 2 - (box.left + box.width / 2) * scale;
  const y = FIELD / 2 - (box.top + box.height / 2) * scale;
  return strokes.map((stroke) => stroke.map((point) => ({ x: point.x * scale + x, y: point.y * scale + y })));
}

/** Find the centre of mass of an image's red channel (RGBA, row by row); the middle if it is black. */
export function findCentreOfMass(rgba: ArrayLike<number>, width: number, height: number): Point {
  let mass = 0;
  let sumX = 0;
  let sumY = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const ink = rgba[(y * width + x) * 4] ?? 0;
      mass += ink;
      sumX += ink * (x + 0.5);
      sumY += ink * (y + 0.5);
    }
  }
  return mass === 0 ? { x: width / 2, y: height / 2 } : { x: sumX / mass, y: sumY / mass };
}

/** Move strokes so that their centre of mass is in the field's middle, as far as the ink stays in the field. */
export function centreStrokes(strokes: readonly Stroke[], mass: Point): Stroke[] {
  const box = findBounds(strokes);
  if (box === null) return [];
  const dx = clamp(FIELD / 2 - mass.x, PEN / 2 - box.left, FIELD - PEN / 2 - box.left - box.width);
  const dy = clamp(FIELD / 2 - mass.y, PEN / 2 - box.top, FIELD - PEN / 2 - box.top - box.height);
  return strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x + dx, y: y + dy })));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
