import { readBigEndian } from '../bytes.ts';
import { DecodeRefusal } from '../refusal.ts';
import { Adler32 } from './checksums.ts';

/** Adam7: first column, first row, column step, row step. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const LAST_FILTER = 4;

/** One pass of an interlaced image: its rows, and bytes a row with the filter byte. */
interface Pass {
  rows: number;
  stride: number;
}

function listPasses(width: number, height: number, bits: number, interlaced: boolean): Pass[] {
  const sizes = interlaced
    ? PASSES.map(([x, y, dx, dy]) => [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)] as const)
    : [[width, height] as const];
  return sizes.filter(([w, h]) => w > 0 && h > 0).map(([w, h]) => ({ rows: h, stride: 1 + Math.ceil((w * bits) / 8) }));
}

/**
 * Inflate the image data, and check them against the header.
 *
 * @param packed all IDAT bodies, joined
 * @param bits bits a pixel
 * @throws DecodeRefusal `corrupt`: not one whole zlib stream of exactly the image's size, or an unknown filter
 */
export async function checkImageData(
  packed: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  bits: number,
  interlaced: boolean,
): Promise<void> {
  const rows = new RowChecker(listPasses(width, height, bits, interlaced));
  const adler = new Adler32();
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  try {
    for (const reader = inflated.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      rows.take(value);
      adler.update(value);
    }
  } catch (error) {
    if (error instanceof DecodeRefusal) throw error;
    throw new DecodeRefusal('corrupt', 'a PNG whose image data cannot be inflated');
  }
  rows.finish();
  // Not every engine refuses bytes after the stream; with such bytes the checksum is not at the end.
  if (packed.length < 4 || adler.value !== readBigEndian(packed, packed.length - 4, 4)) {
    throw new DecodeRefusal('corrupt', 'a PNG whose image data are too short or too long');
  }
}

/** Counts the inflated bytes, and checks the filter byte of each row. */
class RowChecker {
  readonly #passes: Pass[];
  /** Bytes until the next filter byte. */
  #gap = 0;
  #left: number;
  #pass = 0;
  #row = 0;

  constructor(found: Pass[]) {
    this.#passes = found;
    this.#left = found.reduce((sum, { rows, stride }) => sum + rows * stride, 0);
  }

  take(bytes: Uint8Array): void {
    this.#left -= bytes.length;
    if (this.#left < 0) throw new DecodeRefusal('corrupt', 'a PNG whose image data are too short or too long');
    let at = this.#gap;
    while (at < bytes.length) {
      if ((bytes[at] as number) > LAST_FILTER) throw new DecodeRefusal('corrupt', 'a PNG with an unknown filter');
      const { rows, stride } = this.#passes[this.#pass] as Pass;
      at += stride;
      if (++this.#row === rows) {
        this.#row = 0;
        this.#pass++;
      }
    }
    this.#gap = at - bytes.length;
  }

  finish(): void {
    if (this.#left > 0) throw new DecodeRefusal('corrupt', 'a PNG whose image data are too short or too long');
  }
}
