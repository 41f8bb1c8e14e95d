/**
 * The decode contract `rgb8/1`: one image file, the same pixels in every runtime, or the same refusal.
 *
 * The verdict is reached from the bytes alone, before any decoder is asked; the decoder sees a plain stream without
 * metadata. The same rules stand in Python, in `webparity.decode.contract`.
 */
import { startsWith } from './bytes.ts';
import { isProven, type Kind } from './engine.ts';
import { readJpeg } from './jpeg.ts';
import { dropAlpha, flatten, keyToWhite, orient } from './pixels.ts';
import { GRAY, isPng, PALETTE, type Png, RGB, readPng } from './png.ts';
import { proveProgressive } from './progressive.ts';
import { DecodeRefusal } from './refusal.ts';
import { proveSequential } from './sequential.ts';
import { wasmJpeg, wasmPng } from './wasm.ts';

export { DecodeRefusal, MAX_PIXELS, MAX_SIDE, type RefusalCode } from './refusal.ts';

/** Decoded pixels: `data` is RGB, H * W * 3 bytes, row by row. */
export interface Rgb8 {
  width: number;
  height: number;
  data: Uint8Array;
  decoder: 'native' | 'wasm';
}

/** The decoders a platform offers. */
export interface Codecs {
  loadWasm(name: 'jpeg' | 'png'): Promise<WebAssembly.Module>;
  native: ((bytes: Uint8Array, mime: string) => Promise<Rgb8>) | null;
}

/**
 * Decode an image file by the contract.
 *
 * @param bytes the file: JPEG or PNG, told by its first bytes
 * @throws DecodeRefusal the contract refuses the file; `code` says why
 */
export async function decode(bytes: Uint8Array, codecs: Codecs): Promise<Rgb8> {
  if (bytes.length === 0) throw new DecodeRefusal('empty', '0 bytes');
  if (isPng(bytes)) return pngPixels(await readPng(bytes), codecs);
  if (!startsWith(bytes, [0xff, 0xd8, 0xff])) throw new DecodeRefusal('format', 'another format');
  const jpeg = readJpeg(bytes);
  if (jpeg.progressive) proveProgressive(jpeg);
  else proveSequential(jpeg);
  const { width, height } = jpeg;
  const native = await natively('jpeg', jpeg.plain, width, height, codecs);
  const rgb = native?.data ?? dropAlpha(await wasmJpeg(jpeg.plain, codecs));
  return { ...orient(rgb, width, height, jpeg.orientation), decoder: native === null ? 'wasm' : 'native' };
}

async function pngPixels(png: Png, codecs: Codecs): Promise<Rgb8> {
  const { width, height, depth, kind, key, plain } = png;
  if (depth < 16 && (kind === GRAY || kind === RGB || kind === PALETTE)) {
    const native = await natively('png', plain, width, height, codecs);
    const data = native?.data ?? dropAlpha((await wasmPng(plain, 8, codecs)) as Uint8ClampedArray);
    if (key !== null) keyToWhite(data, data, 3, shown(key, depth));
    return { width, height, data, decoder: native === null ? 'wasm' : 'native' };
  }
  const rgba = await wasmPng(plain, depth === 16 ? 16 : 8, codecs);
  const data = flatten(rgba, depth === 16 ? 8 : 0);
  if (key !== null) keyToWhite(data, rgba, 4, shown(key, depth));
  return { width, height, data, decoder: 'wasm' };
}

/** A transparent colour as the decoded samples show it: three values, gray scaled to 8 bits. */
function shown(key: number[], depth: number): number[] {
  const scale = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  return key.length === 3 ? key : Array.from({ length: 3 }, () => (key[0] as number) * scale);
}

/** Ask the platform's decoder, where it is proven and gives an image of the right size. */
async function natively(
  kind: Kind,
  plain: Uint8Array,
  width: number,
  height: number,
  { native }: Codecs,
): Promise<Rgb8 | null> {
  if (native === null || !isProven(kind)) return null;
  try {
    const decoded = await native(plain, `image/${kind}`);
    return decoded.width === width && decoded.height === height ? decoded : null;
  } catch {
    return null; // out of canvas memory, say; the WebAssembly decoder remains
  }
}
