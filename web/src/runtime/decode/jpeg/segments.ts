import { readBigEndian } from '../bytes.ts';
import { checkSize, DecodeRefusal } from '../refusal.ts';
import type { HuffmanTable } from './huffman.ts';
import type { Component, Frame, ScanComponent } from './types.ts';

const MAX_BLOCKS_IN_UNIT = 10;

/** Read a DQT segment, and add its quantisation tables to `tables`. @throws DecodeRefusal `corrupt` */
export function readQuantisationTables(body: Uint8Array, tables: Map<number, Uint16Array>): void {
  let at = 0;
  while (at < body.length) {
    const wide = (body[at] as number) >> 4;
    const number = (body[at] as number) & 15;
    const size = 64 * (1 + wide);
    if (wide > 1 || number > 3 || at + 1 + size > body.length) {
      throw new DecodeRefusal('corrupt', 'a JPEG with a malformed quantisation table');
    }
    const from = at + 1;
    const values = Uint16Array.from({ length: 64 }, (_, i) => readBigEndian(body, from + i * (1 + wide), 1 + wide));
    if (values.includes(0)) throw new DecodeRefusal('corrupt', 'a JPEG with a zero in a quantisation table');
    tables.set(number, values);
    at += 1 + size;
  }
}

/** Read a frame header. @throws DecodeRefusal `corrupt`, `unsupported`, `cmyk` or `too-large` */
export function readFrame(body: Uint8Array): Frame {
  const count = body[5] ?? 0;
  if (body.length < 6 || body.length !== 6 + 3 * count) {
    throw new DecodeRefusal('corrupt', 'a JPEG with a malformed frame header');
  }
  const precision = body[0] as number;
  const height = readBigEndian(body, 1, 2);
  const width = readBigEndian(body, 3, 2);
  if (precision !== 8 || height === 0) {
    throw new DecodeRefusal('unsupported', `a JPEG of ${precision} bits a sample and ${height} lines`);
  }
  if (width === 0 || count === 0) throw new DecodeRefusal('corrupt', 'a JPEG without pixels');
  checkSize(width, height);
  if (count === 4) throw new DecodeRefusal('cmyk', 'a JPEG of four components');
  if (count !== 1 && count !== 3) throw new DecodeRefusal('unsupported', `a JPEG of ${count} components`);
  const components = Array.from({ length: count }, (_, i): Component => {
    const [id, sampling, tq] = [...body.subarray(6 + 3 * i, 9 + 3 * i)] as [number, number, number];
    return { id, h: sampling >> 4, v: sampling & 15, tq };
  });
  checkComponents(components);
  return { width, height, components };
}

function checkComponents(components: Component[]): void {
  if (new Set(components.map((c) => c.id)).size < components.length) {
    throw new DecodeRefusal('corrupt', 'a JPEG whose components share an identifier');
  }
  if (components.some(({ h, v, tq }) => h < 1 || h > 4 || v < 1 || v > 4 || tq > 3)) {
    throw new DecodeRefusal('corrupt', 'a JPEG with impossible sampling factors');
  }
  const h = Math.max(...components.map((c) => c.h));
  const v = Math.max(...components.map((c) => c.v));
  if (components.length > 1 && components.some((c) => h % c.h > 0 || v % c.v > 0)) {
    throw new DecodeRefusal('unsupported', 'a JPEG with fractional sampling factors');
  }
  // 4:4:0: how its rows are interpolated changed between versions of libjpeg-turbo.
  if (components.some((c) => c.h === h && c.v * 2 === v)) {
    throw new DecodeRefusal('unsupported', 'a JPEG with colour at half height and full width (4:4:0)');
  }
}

/** Read the components of a scan header. @throws DecodeRefusal `corrupt` */
export function readScanComponents(
  body: Uint8Array,
  components: Component[],
  dc: Map<number, HuffmanTable>,
  ac: Map<number, HuffmanTable>,
): ScanComponent[] {
  const count = body[0] ?? 0;
  if (count < 1 || count > components.length || body.length !== 4 + 2 * count) {
    throw new DecodeRefusal('corrupt', 'a JPEG with a malformed scan header');
  }
  const chosen: ScanComponent[] = [];
  for (let i = 1; i < 1 + 2 * count; i += 2) {
    const index = components.findIndex((c) => c.id === body[i]);
    const component = components[index];
    const tables = body[i + 1] as number;
    if (component === undefined || index <= (chosen.at(-1)?.index ?? -1)) {
      throw new DecodeRefusal('corrupt', 'a JPEG scan of unknown or disordered components');
    }
    chosen.push({ index, component, dc: dc.get(tables >> 4), ac: ac.get(tables & 15) });
  }
  const blocks = chosen.reduce((sum, { component: c }) => sum + c.h * c.v, 0);
  if (count > 1 && blocks > MAX_BLOCKS_IN_UNIT) {
    throw new DecodeRefusal('corrupt', 'a JPEG with too many blocks in a unit');
  }
  return chosen;
}
