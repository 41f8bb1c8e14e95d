import { DecodeRefusal } from '../refusal.ts';

export const MAX_DC_SIZE = 11;
export const MAX_AC_SIZE = 10;
const MAX_DC_SYMBOL = 15;

/** Lookup table over the next 16 bits: the code's length times 256 plus its symbol, or 0 where no code fits. */
export type HuffmanTable = Uint16Array;

/** Build a lookup table from code lengths and symbols. @throws DecodeRefusal `corrupt` */
function buildTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const table = new Uint16Array(1 << 16);
  let code = 0;
  let next = 0;
  let at = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] as number;
    code += count;
    // As in the standard: no code of all ones.
    if (count > 0 && code >= 1 << length) {
      throw new DecodeRefusal('corrupt', 'a JPEG with an impossible Huffman table');
    }
    for (let i = 0; i < count; i++) {
      const span = 1 << (16 - length);
      table.fill((length << 8) | (values[next++] as number), at, at + span);
      at += span;
    }
    code <<= 1;
  }
  return table;
}

/** Read a DHT segment, and add its tables to `dc` and `ac`. @throws DecodeRefusal `corrupt` */
export function readHuffmanTables(
  body: Uint8Array,
  dc: Map<number, HuffmanTable>,
  ac: Map<number, HuffmanTable>,
): void {
  let at = 0;
  while (at < body.length) {
    const tableClass = (body[at] as number) >> 4;
    const number = (body[at] as number) & 15;
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = body.subarray(at + 17, at + 17 + total);
    const whole = counts.length === 16 && total <= 256 && values.length === total;
    const tooLarge = tableClass === 0 && values.some((symbol) => symbol > MAX_DC_SYMBOL);
    if (tableClass > 1 || number > 3 || !whole || tooLarge) {
      throw new DecodeRefusal('corrupt', 'a JPEG with a malformed Huffman table');
    }
    (tableClass === 1 ? ac : dc).set(number, buildTable(counts, values));
    at += 17 + total;
  }
}
