import { DecodeRefusal } from '../refusal.ts';
import { createAmplitudeRefusal, checkBlock, MAX_COEFFICIENT } from './amplitude.ts';
import { BitReader, createCodeRefusal, countUnitsOfIntervals, requireTable } from './bit-reader.ts';
import { type HuffmanTable, MAX_AC_SIZE, MAX_DC_SIZE } from './huffman.ts';
import { type ComponentLayout, layOutComponents, countUnitsOfScan, countUnits } from './layout.ts';
import type { Jpeg, Scan } from './types.ts';

const MAX_SHIFT = 13;
const ALL_RUNS = 15;

/** One component: its coefficients in zigzag order, block by block, and how many bits of each are unknown (-1: all). */
interface Plane {
  values: Int16Array;
  unknown: Int8Array;
}

/** A band of coefficients that a scan carries. */
interface Band {
  first: number;
  last: number;
  low: number;
  table: HuffmanTable;
}

/**
 * Read all scans of a progressive frame to their end, and check them.
 *
 * @throws DecodeRefusal `corrupt`, or `truncated` where scans are missing
 */
export function checkProgressiveScans(jpeg: Jpeg): void {
  const [across, down] = countUnits(jpeg);
  const planes = jpeg.components.map((c) => ({
    values: new Int16Array(64 * across * c.h * down * c.v),
    unknown: new Int8Array(64).fill(-1),
  }));
  for (const scan of jpeg.scans) {
    checkScanOrder(scan, planes);
    checkScan(jpeg, scan, planes);
  }
  if (planes.some(({ unknown }) => unknown.some((bits) => bits !== 0))) {
    throw new DecodeRefusal('truncated', 'a progressive JPEG with scans missing');
  }
  for (const [index, { values }] of planes.entries()) {
    const divisors = jpeg.quantisation.get(index) as Uint16Array;
    for (let from = 0; from < values.length; from += 64) checkBlock(values, from, divisors);
  }
}

/** Check that a scan continues the scans before it, and note the bits that it adds. */
function checkScanOrder({ first, last, high, low, components }: Scan, planes: Plane[]): void {
  const plain = first === 0 ? last === 0 : first <= last && last < 64 && components.length === 1;
  if (!plain || low > MAX_SHIFT || (high !== 0 && high !== low + 1)) {
    throw new DecodeRefusal('corrupt', 'a progressive JPEG with an impossible scan header');
  }
  for (const { index } of components) {
    const { unknown } = planes[index] as Plane;
    const band = unknown.subarray(first, last + 1);
    if ((first > 0 && (unknown[0] as number) < 0) || band.some((bits) => bits !== (high || -1))) {
      throw new DecodeRefusal('corrupt', 'a progressive JPEG with scans out of order');
    }
    band.fill(low);
  }
}

function checkScan(jpeg: Jpeg, scan: Scan, planes: Plane[]): void {
  const counts = countUnitsOfIntervals(scan, countUnitsOfScan(jpeg, scan));
  const found = layOutComponents(jpeg, scan);
  // A component alone is read block by block, without the padding to whole units.
  const across = found.length > 1 ? countUnits(jpeg)[0] : 0;
  let unit = 0;
  for (const [i, units] of counts.entries()) {
    const bits = new BitReader(scan.parts[i] as Uint8Array);
    if (scan.first === 0) readDcInterval(bits, scan, planes, found, unit, units, across);
    else readAcInterval(bits, scan, planes, found[0] as ComponentLayout, unit, units);
    bits.finish();
    unit += units;
  }
}

/** Find the place in its component's plane where block `n` of a unit begins. */
function locateBlock({ columns, stride, h, v }: ComponentLayout, unit: number, across: number, n: number): number {
  if (across === 0) return (Math.floor(unit / columns) * stride + (unit % columns)) * 64;
  const row = Math.floor(unit / across) * v + Math.floor(n / h);
  return (row * stride + (unit % across) * h + (n % h)) * 64;
}

function readDcInterval(
  bits: BitReader,
  scan: Scan,
  planes: Plane[],
  found: ComponentLayout[],
  from: number,
  units: number,
  across: number,
): void {
  const sums = new Int32Array(planes.length);
  for (let unit = from; unit < from + units; unit++) {
    for (const [place, member] of found.entries()) {
      const { values } = planes[member.index] as Plane;
      for (let n = 0; n < member.h * member.v; n++) {
        const at = locateBlock(member, unit, across, n);
        if (scan.high > 0) {
          values[at] = (values[at] as number) | (bits.take(1) << scan.low);
          continue;
        }
        const size = bits.readSymbol(requireTable(scan.components[place]?.dc));
        if (size > MAX_DC_SIZE) throw createCodeRefusal();
        const sum = (sums[member.index] as number) + bits.readSigned(size);
        if (Math.abs(sum) * 2 ** scan.low > MAX_COEFFICIENT) throw createAmplitudeRefusal();
        sums[member.index] = sum;
        values[at] = sum << scan.low;
      }
    }
    bits.check();
  }
}

function readAcInterval(
  bits: BitReader,
  scan: Scan,
  planes: Plane[],
  member: ComponentLayout,
  from: number,
  units: number,
): void {
  const { values } = planes[member.index] as Plane;
  const { first, last, low } = scan;
  const band: Band = { first, last, low, table: requireTable(scan.components[0]?.ac) };
  const read = scan.high > 0 ? readRefinement : readFirstPass;
  let skip = 0;
  for (let unit = from; unit < from + units; unit++) {
    skip = read(bits, band, values, locateBlock(member, unit, 0, 0), skip);
    bits.check();
  }
  if (skip > 0) throw new DecodeRefusal('corrupt', 'a JPEG with a run beyond its last block');
}

/** Read a block's band for the first time; `skip` blocks have no values, returned for the next block. */
function readFirstPass(
  bits: BitReader,
  { first, last, low, table }: Band,
  values: Int16Array,
  at: number,
  skip: number,
): number {
  if (skip > 0) return skip - 1;
  for (let k = first; k <= last; k++) {
    const symbol = bits.readSymbol(table);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size === 0 && run < ALL_RUNS) return (1 << run) - 1 + bits.take(run);
    k += run;
    if (size === 0) continue;
    if (k > last || size > MAX_AC_SIZE) throw createCodeRefusal();
    const value = bits.readSigned(size);
    if (Math.abs(value) * 2 ** low > MAX_COEFFICIENT) throw createAmplitudeRefusal();
    values[at + k] = value << low;
  }
  return 0;
}

/** Read one more bit of a block's band, and the values that appear with it. */
function readRefinement(
  bits: BitReader,
  { first, last, low, table }: Band,
  values: Int16Array,
  at: number,
  skip: number,
): number {
  const stop = at + last;
  let k = at + first;
  let left = skip;
  while (k <= stop && left === 0) {
    const symbol = bits.readSymbol(table);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size > 1) throw createCodeRefusal();
    if (size === 0 && run < ALL_RUNS) {
      left = (1 << run) + bits.take(run);
      break;
    }
    const value = size === 0 ? 0 : bits.take(1) === 1 ? 1 << low : -1 << low;
    k = refineKnownValues(bits, values, k, stop, run, 1 << low);
    if (value !== 0) {
      if (k > stop) throw createCodeRefusal();
      values[k] = value;
    }
    k++;
  }
  if (left === 0) return 0;
  refineKnownValues(bits, values, k, stop, 64, 1 << low);
  return left - 1;
}

/** Refine the known values from `k` on until `run` unknown ones are passed; the place of the next unknown one. */
function refineKnownValues(
  bits: BitReader,
  values: Int16Array,
  k: number,
  stop: number,
  run: number,
  one: number,
): number {
  let left = run;
  for (let i = k; i <= stop; i++) {
    const known = values[i] as number;
    if (known !== 0) {
      if (bits.take(1) === 1) values[i] = known + (known > 0 ? one : -one);
    } else if (left-- === 0) {
      return i;
    }
  }
  return stop + 1;
}
