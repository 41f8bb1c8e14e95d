/** The WebAssembly decoders: MozJPEG and the Rust png library. */
import jpegUrl from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url';
import decodeJpeg, { init as initJpeg } from '@jsquash/jpeg/decode.js';
import initPng, { decode as decodePng, decode_rgba16 as decodePng16 } from '@jsquash/png/codec/pkg/squoosh_png.js';
import pngUrl from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?url';
import type { Codecs } from './types.ts';

let jpeg: Promise<void> | null = null;
let png: Promise<void> | null = null;

/** Decode a validated JPEG file to RGBA. */
export async function decodeJpegWithWasm(
  plain: Uint8Array<ArrayBuffer>,
  { loadWasm }: Codecs,
): Promise<Uint8ClampedArray> {
  jpeg ??= loadWasm(jpegUrl).then((module) => initJpeg(module));
  try {
    await jpeg;
    return (await decodeJpeg(plain.buffer)).data;
  } catch (error) {
    jpeg = null; // an instance that failed may be in any state
    throw error;
  }
}

/** Decode a validated PNG file to RGBA, 8 or 16 bits a sample. */
export async function decodePngWithWasm(
  plain: Uint8Array<ArrayBuffer>,
  depth: 8 | 16,
  { loadWasm }: Codecs,
): Promise<Uint8ClampedArray | Uint16Array> {
  png ??= loadWasm(pngUrl).then(async (module) => void (await initPng(module)));
  try {
    await png;
    return depth === 16 ? decodePng16(plain).data : decodePng(plain).data;
  } catch (error) {
    png = null;
    throw error;
  }
}
