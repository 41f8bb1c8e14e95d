import { DecodeRefusal } from '../refusal.ts';
import type { HuffmanTable } from './huffman.ts';
import type { Scan } from './types.ts';

/** Reader of the bits of one restart interval. It reads zeros after the end; `check` and `finish` report that. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at = 0;

  /** @param part the interval's bytes as stored, zeros stuffed behind each FF */
  constructor(part: Uint8Array) {
    const bytes = new Uint8Array(part.length + 4);
    let length = 0;
    for (let i = 0; i < part.length; i++) {
      const byte = part[i] as number;
      bytes[length++] = byte;
      if (byte === 0xff) i++;
    }
    this.#bytes = bytes;
    this.#end = length * 8;
    bytes.fill(0, length);
  }

  /** Return the next 16 bits without consuming them. */
  peek(): number {
    const at = this.#at >> 3;
    const bytes = this.#bytes;
    const wide = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    return (wide >> (8 - (this.#at & 7))) & 0xffff;
  }

  /** Consume up to 16 bits. @returns them as an unsigned number */
  take(size: number): number {
    const value = this.peek() >> (16 - size);
    this.#at += size;
    return value;
  }

  /** Read a signed number of `size` bits in JPEG's encoding: numbers that begin with 0 are negative. */
  readSigned(size: number): number {
    if (size === 0) return 0;
    const value = this.take(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /** Read a Huffman symbol. @throws DecodeRefusal `corrupt`: the bits are no code */
  readSymbol(table: HuffmanTable): number {
    const entry = table[this.peek()] as number;
    if (entry === 0) throw createCodeRefusal();
    this.#at += entry >> 8;
    return entry & 255;
  }

  /** Check that no bit after the end was read. @throws DecodeRefusal `corrupt` */
  check(): void {
    if (this.#at > this.#end) throw new DecodeRefusal('corrupt', 'a JPEG whose image data end early');
  }

  /** Check that the interval was read to its last byte. @throws DecodeRefusal `corrupt` */
  finish(): void {
    this.check();
    if (this.#end - this.#at >= 8) throw new DecodeRefusal('corrupt', 'a JPEG with data left over in its image');
  }
}

/** Count the units in each restart interval of a scan. @throws DecodeRefusal `corrupt`: the count of intervals is wrong */
export function countUnitsOfIntervals(scan: Scan, units: number): number[] {
  const size = scan.interval || units;
  if (Math.ceil(units / size) !== scan.parts.length) {
    throw new DecodeRefusal('corrupt', 'a JPEG with restart markers missing or to spare');
  }
  return scan.parts.map((_, i) => Math.min(size, units - i * size));
}

/** Require the Huffman table of a scan's component. @throws DecodeRefusal `corrupt`: there is none */
export function requireTable(table: HuffmanTable | undefined): HuffmanTable {
  if (table === undefined) throw new DecodeRefusal('corrupt', 'a JPEG without its Huffman table');
  return table;
}

/** Create the error for bits that are no Huffman code. */
export function createCodeRefusal(): DecodeRefusal {
  return new DecodeRefusal('corrupt', 'a JPEG with an invalid code in its image data');
}
