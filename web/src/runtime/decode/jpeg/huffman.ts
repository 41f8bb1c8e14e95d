import { DecodeRefusal } from '../refusal.ts';

export const MAX_DC_SIZE = 11;
export const MAX_AC_SIZE = 10;
const MAX_DC_SYMBOL = 15;

/** For every 16-bit window of the stream: the code's length times 256 plus its symbol, 0 where no code begins so. */
export type HuffmanTable = Uint16Array;

/** @throws DecodeRefusal `corrupt` */
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

/** Read a DHT segment into the tables so far. @throws DecodeRefusal `corrupt` */
export function readHuffmanTables(body: Uint8Array, dc: Map<number, HuffmanTable>, ac: Map<number, HuffmanTable>): void {
  let at = 0;
  while (at < body.length) {
    const kind = (body[at] as number) >> 4;
    const number = (body[at] as number) & 15;
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = body.subarray(at + 17, at + 17 + total);
    const whole = counts.length === 16 && total <= 256 && values.length === total;
    if (kind > 1 || number > 3 || !whole || (kind === 0 && values.some((symbol) => symbol > MAX_DC_SYMBOL))) {
      throw new DecodeRefusal('corrupt', 'a JPEG with a malformed Huffman table');
    }
    (kind === 1 ? ac : dc).set(number, buildTable(counts, values));
    at += 17 + total;
  }
}
