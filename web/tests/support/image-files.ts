/** Small image files for the decoder's tests, and the WebAssembly decoders to read them with. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import encode, { init } from '@jsquash/jpeg/encode.js';
import type { Codecs } from '../../src/runtime/decode/types.ts';
import { readAsset } from './assets.ts';
import { encodePng } from './png.ts';

export const WIDTH = 45;
export const HEIGHT = 31;

const modules = createRequire(import.meta.url);

function loadModule(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(modules.resolve(path)));
}

export const codecs: Codecs = {
  native: null,
  loadWasm: (url) => WebAssembly.compile(readAsset(url)),
};

/** Waves in three colours, WIDTH * HEIGHT * 3 bytes. */
export function drawScene(): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    return 128 + 100 * Math.sin(x / (4 + (i % 3)) + y / 5);
  });
}

export function createPngFile(): Uint8Array {
  return encodePng(WIDTH, HEIGHT, drawScene());
}

/** The scene as MozJPEG writes it. */
export async function createJpegFile(progressive: boolean): Promise<Uint8Array> {
  // Its types forget that a module may be given first.
  await init(loadModule('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm') as object);
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
  drawScene().forEach((value, i) => {
    data[Math.floor(i / 3) * 4 + (i % 3)] = value;
  });
  const image = { data, width: WIDTH, height: HEIGHT, colorSpace: 'srgb' } as ImageData;
  return new Uint8Array(await encode(image, { quality: 85, progressive, baseline: !progressive }));
}

/** A file with one segment behind its start marker. */
export function insertSegment(jpeg: Uint8Array, marker: number, body: Uint8Array): Uint8Array {
  const length = body.length + 2;
  return Uint8Array.of(0xff, 0xd8, 0xff, marker, length >> 8, length & 255, ...body, ...jpeg.subarray(2));
}
