/** Parser of PNG chunks: header, palette, transparency and image data, and the plain file for a decoder. */
import { concatenateCopy } from '../../bytes.ts';
import { encodeAscii, readBigEndian, startsWith } from '../bytes.ts';
import { blendWithWhite } from '../pixels.ts';
import { checkSize, DecodeRefusal } from '../refusal.ts';
import { crc32 } from './checksums.ts';
import { checkImageData } from './image-data.ts';

export const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
export const [GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA] = [0, 2, 3, 4, 6] as const;
const DEPTHS = new Map([
  [GRAY as number, [1, 2, 4, 8, 16]],
  [RGB, [8, 16]],
  [PALETTE, [1, 2, 4, 8]],
  [GRAY_ALPHA, [8, 16]],
  [RGB_ALPHA, [8, 16]],
]);
const CHANNELS = new Map([
  [GRAY as number, 1],
  [RGB, 3],
  [PALETTE, 1],
  [GRAY_ALPHA, 2],
  [RGB_ALPHA, 4],
]);
const MAX_LENGTH = 2 ** 31 - 1;
const ANCILLARY = 0x20;

/** A parsed PNG file. */
export interface Png {
  width: number;
  height: number;
  /** Bits a sample: 1, 2, 4, 8 or 16. */
  depth: number;
  /** The colour type: 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha. */
  colourType: number;
  interlaced: boolean;
  /** The transparent colour at the file's depth, one value or three. */
  key: number[] | null;
  /** The file without any other chunk or transparency; a palette is already composited over white. */
  plain: Uint8Array<ArrayBuffer>;
}

/**
 * Parse a PNG file up to its IEND chunk, and validate its image data; what follows is ignored.
 *
 * @param data a file that begins with the PNG signature
 * @throws DecodeRefusal `truncated`, `corrupt`, `unsupported` or `too-large`
 */
export async function readPng(data: Uint8Array): Promise<Png> {
  const parser = new PngParser();
  let at = SIGNATURE.length;
  for (let name = ''; name !== 'IEND'; ) {
    if (at + 8 > data.length) throw new DecodeRefusal('truncated', 'a PNG without its end chunk');
    const length = readBigEndian(data, at, 4);
    name = String.fromCharCode(...data.subarray(at + 4, at + 8));
    if (length > MAX_LENGTH || !/^[A-Za-z]{4}$/.test(name)) {
      throw new DecodeRefusal('corrupt', 'a PNG with a malformed chunk');
    }
    const end = at + 8 + length;
    if (end + 4 > data.length) throw new DecodeRefusal('truncated', 'a PNG that ends within a chunk');
    if (crc32(data.subarray(at + 4, end)) !== readBigEndian(data, end, 4)) {
      throw new DecodeRefusal('corrupt', 'a PNG chunk with a wrong checksum');
    }
    if ((name === 'IHDR') !== (at === SIGNATURE.length)) {
      throw new DecodeRefusal('corrupt', 'a PNG with its header out of place');
    }
    parser.addChunk(name, data.subarray(at + 8, end));
    at = end + 4;
  }
  return parser.finish();
}

class PngParser {
  readonly #png = { width: 0, height: 0, depth: 0, colourType: 0, interlaced: false };
  #key: number[] | null = null;
  #palette: Uint8Array | null = null;
  #alpha: Uint8Array | null = null;
  #data: Uint8Array[] = [];
  #last = '';

  addChunk(name: string, body: Uint8Array): void {
    if (name === 'IHDR') this.#readHeader(body);
    else if (name === 'PLTE') this.#readPalette(body);
    else if (name === 'tRNS') this.#readTransparency(body);
    else if (name === 'IDAT') {
      if (this.#data.length > 0 && this.#last !== 'IDAT') {
        throw new DecodeRefusal('corrupt', 'a PNG with its image data torn apart');
      }
      this.#data.push(body);
    } else if (name === 'IEND') {
      if (body.length > 0) throw new DecodeRefusal('corrupt', 'a PNG with a malformed end chunk');
    } else if ((name.charCodeAt(0) & ANCILLARY) === 0) {
      throw new DecodeRefusal('unsupported', `a PNG with the unknown chunk ${name}`);
    }
    this.#last = name;
  }

  async finish(): Promise<Png> {
    const { width, height, depth, colourType, interlaced } = this.#png;
    if (this.#data.length === 0 || (colourType === PALETTE && this.#palette === null)) {
      throw new DecodeRefusal('corrupt', 'a PNG without image data or palette');
    }
    const packed = concatenateCopy(this.#data);
    await checkImageData(packed, width, height, depth * (CHANNELS.get(colourType) as number), interlaced);
    const header = new Uint8Array(13);
    new DataView(header.buffer).setUint32(0, width);
    new DataView(header.buffer).setUint32(4, height);
    header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
    const plain = concatenateCopy([
      Uint8Array.from(SIGNATURE),
      encodeChunk('IHDR', header),
      colourType === PALETTE ? encodeChunk('PLTE', this.#compositePalette(1 << depth)) : new Uint8Array(0),
      encodeChunk('IDAT', packed),
      encodeChunk('IEND', new Uint8Array(0)),
    ]);
    return { ...this.#png, key: this.#key, plain };
  }

  #readHeader(body: Uint8Array): void {
    if (body.length !== 13) throw new DecodeRefusal('corrupt', 'a PNG with a malformed header');
    const width = readBigEndian(body, 0, 4);
    const height = readBigEndian(body, 4, 4);
    const [depth, colourType, compression, filtering, interlace] = [...body.subarray(8)] as number[] as [
      number,
      number,
      number,
      number,
      number,
    ];
    const known = DEPTHS.get(colourType)?.includes(depth) && compression === 0 && filtering === 0 && interlace <= 1;
    if (!known || width < 1 || width > MAX_LENGTH || height < 1 || height > MAX_LENGTH) {
      throw new DecodeRefusal('corrupt', 'a PNG with an impossible header');
    }
    checkSize(width, height);
    Object.assign(this.#png, { width, height, depth, colourType, interlaced: interlace === 1 });
  }

  #readPalette(body: Uint8Array): void {
    const misplaced = this.#palette !== null || this.#data.length > 0 || this.#key !== null;
    const whole = body.length > 0 && body.length <= 768 && body.length % 3 === 0;
    if (misplaced || !whole || this.#png.colourType === GRAY || this.#png.colourType === GRAY_ALPHA) {
      throw new DecodeRefusal('corrupt', 'a PNG with a malformed or misplaced palette');
    }
    this.#palette = body;
  }

  #readTransparency(body: Uint8Array): void {
    const { colourType, depth } = this.#png;
    let good = body.length === (colourType === GRAY ? 2 : 6) && (colourType === GRAY || colourType === RGB);
    if (colourType === PALETTE) good = this.#palette !== null && body.length >= 1 && body.length <= 256;
    if (!good || this.#key !== null || this.#alpha !== null || this.#data.length > 0) {
      throw new DecodeRefusal('corrupt', 'a PNG with malformed or misplaced transparency');
    }
    if (colourType === PALETTE) {
      this.#alpha = body;
      return;
    }
    const mask = (1 << depth) - 1;
    this.#key = Array.from({ length: body.length / 2 }, (_, i) => readBigEndian(body, 2 * i, 2) & mask);
  }

  /** Composite the palette over white, and pad it with black. */
  #compositePalette(entries: number): Uint8Array {
    const table = new Uint8Array(3 * entries);
    table.set((this.#palette ?? table).subarray(0, table.length));
    return table.map((value, i) => blendWithWhite(value, this.#alpha?.[Math.floor(i / 3)] ?? 255));
  }
}

function encodeChunk(name: string, body: Uint8Array): Uint8Array {
  const written = new Uint8Array(12 + body.length);
  const view = new DataView(written.buffer);
  view.setUint32(0, body.length);
  written.set(encodeAscii(name), 4);
  written.set(body, 8);
  view.setUint32(8 + body.length, crc32(written.subarray(4, 8 + body.length)));
  return written;
}

/** Whether a file begins as a PNG. */
export function isPng(data: Uint8Array): boolean {
  return startsWith(data, SIGNATURE);
}
