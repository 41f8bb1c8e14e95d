/**
 * The decode contract `rgb8/1`: one image file, the same pixels in every runtime, or the same refusal.
 *
 * A file is accepted or refused by its bytes alone, before a decoder reads it. The decoder gets a plain file without
 * metadata. Python has the same rules in `webparity.decode`.
 */
import { startsWith } from './bytes.ts';
import { readJpeg } from './jpeg/parser.ts';
import { checkProgressiveScans } from './jpeg/progressive.ts';
import { checkSequentialScans } from './jpeg/sequential.ts';
import { canDecodeNatively, type ImageFormat } from './native-support.ts';
import { dropAlpha, compositeOverWhite, replaceKeyByWhite, applyOrientation } from './pixels.ts';
import { GRAY, isPng, PALETTE, type Png, RGB, readPng } from './png/parser.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Codecs, Rgb8 } from './types.ts';
import { decodeJpegWithWasm, decodePngWithWasm } from './wasm-decoders.ts';

/**
 * Decode an image file by the contract.
 *
 * @param bytes the file: JPEG or PNG, told by its first bytes
 * @throws DecodeRefusal the contract refuses the file; `code` says why
 */
export async function decode(bytes: Uint8Array, codecs: Codecs): Promise<Rgb8> {
  if (bytes.length === 0) throw new DecodeRefusal('empty', '0 bytes');
  if (isPng(bytes)) return decodePng(await readPng(bytes), codecs);
  if (!startsWith(bytes, [0xff, 0xd8, 0xff])) throw new DecodeRefusal('format', 'another format');
  const jpeg = readJpeg(bytes);
  if (jpeg.progressive) checkProgressiveScans(jpeg);
  else checkSequentialScans(jpeg);
  const { width, height } = jpeg;
  const native = await tryNativeDecoder('jpeg', jpeg.plain, width, height, codecs);
  const rgb = native?.data ?? dropAlpha(await decodeJpegWithWasm(jpeg.plain, codecs));
  return { ...applyOrientation(rgb, width, height, jpeg.orientation), decoder: native === null ? 'wasm' : 'native' };
}

/** Decode a validated PNG file. */
async function decodePng(png: Png, codecs: Codecs): Promise<Rgb8> {
  const { width, height, depth, colourType, key, plain } = png;
  if (depth < 16 && (colourType === GRAY || colourType === RGB || colourType === PALETTE)) {
    const native = await tryNativeDecoder('png', plain, width, height, codecs);
    const data = native?.data ?? dropAlpha((await decodePngWithWasm(plain, 8, codecs)) as Uint8ClampedArray);
    if (key !== null) replaceKeyByWhite(data, data, 3, scaleKey(key, depth));
    return { width, height, data, decoder: native === null ? 'wasm' : 'native' };
  }
  const rgba = await decodePngWithWasm(plain, depth === 16 ? 16 : 8, codecs);
  const data = compositeOverWhite(rgba, depth === 16 ? 8 : 0);
  if (key !== null) replaceKeyByWhite(data, rgba, 4, scaleKey(key, depth));
  return { width, height, data, decoder: 'wasm' };
}

/** Scale a transparent colour to the decoded samples: three values, gray scaled to 8 bits. */
function scaleKey(key: number[], depth: number): number[] {
  const scale = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  return key.length === 3 ? key : Array.from({ length: 3 }, () => (key[0] as number) * scale);
}

/** Decode with the platform's own decoder, if it is exact. @returns null if it is not, or if it fails */
async function tryNativeDecoder(
  format: ImageFormat,
  plain: Uint8Array,
  width: number,
  height: number,
  { native }: Codecs,
): Promise<Rgb8 | null> {
  if (native === null || !canDecodeNatively(format)) return null;
  try {
    const decoded = await native(plain, `image/${format}`);
    return decoded.width === width && decoded.height === height ? decoded : null;
  } catch {
    return null; // out of canvas memory, say; the WebAssembly decoder remains
  }
}
