import type { Jpeg, Scan } from './types.ts';

/** The block grid of one component in a scan. */
export interface ComponentLayout {
  /** The component's place in the frame. */
  index: number;
  /** Blocks a row in a scan of this component alone. */
  columns: number;
  /** Block rows in a scan of this component alone. */
  rows: number;
  /** Blocks a row including the padding to whole units. */
  stride: number;
  /** Its blocks across and down a unit of the scan; 1 in a scan of this component alone. */
  h: number;
  v: number;
}

/** Count the units (MCUs) of an interleaved scan, across and down. */
export function countUnits({ width, height, components }: Jpeg): [across: number, down: number] {
  const h = Math.max(...components.map((c) => c.h));
  const v = Math.max(...components.map((c) => c.v));
  return [Math.ceil(width / (8 * h)), Math.ceil(height / (8 * v))];
}

/** Compute the block grids of a scan's components. */
export function layOutComponents(jpeg: Jpeg, scan: Scan): ComponentLayout[] {
  const h = Math.max(...jpeg.components.map((c) => c.h));
  const v = Math.max(...jpeg.components.map((c) => c.v));
  const [across] = countUnits(jpeg);
  const alone = scan.components.length === 1;
  return scan.components.map(({ index, component: c }) => ({
    index,
    columns: Math.ceil((jpeg.width * c.h) / (8 * h)),
    rows: Math.ceil((jpeg.height * c.v) / (8 * v)),
    stride: across * c.h,
    h: alone ? 1 : c.h,
    v: alone ? 1 : c.v,
  }));
}

/** Count the units in a scan; in a scan of one component, its blocks. */
export function countUnitsOfScan(jpeg: Jpeg, scan: Scan): number {
  const [first, ...others] = layOutComponents(jpeg, scan);
  if (first !== undefined && others.length === 0) return first.columns * first.rows;
  const [across, down] = countUnits(jpeg);
  return across * down;
}
