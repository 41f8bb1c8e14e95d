import type { Codecs, Rgb8 } from '../runtime/decode/types.ts';

const PROBE_SIDE = 32;
const MAX_AREA = 1 << 24; // Safari's largest canvas; larger images go to the WebAssembly decoders

/**
 * Find the browser's own decoder; null if canvases cannot be read back exactly, because privacy modes add noise.
 *
 * It may be given only opaque images of formats that `decode/native-support.ts` lists.
 */
export function findNativeDecoder(): Codecs['native'] {
  return canReadBack() ? decodeNatively : null;
}

async function decodeNatively(bytes: Uint8Array, mime: string): Promise<Rgb8> {
  const blob = new Blob([bytes.slice()], { type: mime });
  const bitmap = await createImageBitmap(blob, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  try {
    const { width, height } = bitmap;
    if (width * height > MAX_AREA)
      throw new RangeError(`Expected at most ${MAX_AREA} pixels; received ${width * height}.`);
    const context = createContext2d(width, height);
    if (context === null) throw new Error('Expected a 2D canvas; this browser gives none.');
    context.drawImage(bitmap, 0, 0);
    const rgba = context.getImageData(0, 0, width, height).data;
    return { width, height, data: dropAlpha(rgba), decoder: 'native' };
  } finally {
    bitmap.close();
  }
}

function dropAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

function createContext2d(width: number, height: number): OffscreenCanvasRenderingContext2D | null {
  // `willReadFrequently` keeps the canvas in main memory, out of the GPU's reach.
  return new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
}

/** Whether a pattern of all grey levels can be drawn on a canvas and read back exactly. */
function canReadBack(): boolean {
  if (typeof createImageBitmap !== 'function' || typeof OffscreenCanvas !== 'function') return false;
  const context = createContext2d(PROBE_SIDE, PROBE_SIDE);
  if (context === null) return false;
  const pattern = new ImageData(PROBE_SIDE, PROBE_SIDE);
  pattern.data.forEach((_, index, data) => {
    data[index] = index % 4 === 3 ? 255 : (index * 7) % 256;
  });
  context.putImageData(pattern, 0, 0);
  const read = context.getImageData(0, 0, PROBE_SIDE, PROBE_SIDE).data;
  return read.every((value, index) => value === pattern.data[index]);
}
