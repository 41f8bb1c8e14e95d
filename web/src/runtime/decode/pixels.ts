/** Composite one sample over white: `(c * a + 255 * (255 - a) + 127) / 255`, rounded down. */
export function blendWithWhite(colour: number, alpha: number): number {
  return Math.floor((colour * alpha + 255 * (255 - alpha) + 127) / 255);
}

/** Convert opaque RGBA to RGB. */
export function dropAlpha(rgba: Uint8Array | Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}

/** Composite RGBA over white; alpha and colours are cut to 8 bits by `>> shift`. */
export function compositeOverWhite(rgba: ArrayLike<number>, shift: number): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = (rgba[from + 3] as number) >> shift;
    for (let c = 0; c < 3; c++) rgb[to + c] = blendWithWhite((rgba[from + c] as number) >> shift, alpha);
  }
  return rgb;
}

/** Make the pixels of one colour white. @param samples RGB or RGBA, `stride` values a pixel, at the depth of `key` */
export function replaceKeyByWhite(rgb: Uint8Array, samples: ArrayLike<number>, stride: number, key: number[]): void {
  const [r, g, b] = key as [number, number, number];
  for (let at = 0, to = 0; to < rgb.length; at += stride, to += 3) {
    if (samples[at] === r && samples[at + 1] === g && samples[at + 2] === b) rgb.fill(255, to, to + 3);
  }
}

/**
 * Apply the EXIF orientation to pixels.
 *
 * @param rgb H * W * 3 bytes as stored
 * @param orientation EXIF orientation, 1 to 8
 */
export function applyOrientation(
  rgb: Uint8Array,
  width: number,
  height: number,
  orientation: number,
): { width: number; height: number; data: Uint8Array } {
  if (orientation === 1) return { width, height, data: rgb };
  const turned = orientation >= 5;
  const [w, h] = turned ? [height, width] : [width, height];
  const flipX = [2, 3, 6, 7].includes(orientation);
  const flipY = [3, 4, 7, 8].includes(orientation);
  const data = new Uint8Array(rgb.length);
  for (let y = 0, to = 0; y < h; y++) {
    const row = flipY ? h - 1 - y : y;
    for (let x = 0; x < w; x++, to += 3) {
      const column = flipX ? w - 1 - x : x;
      const from = 3 * (turned ? column * width + row : row * width + column);
      data[to] = rgb[from] as number;
      data[to + 1] = rgb[from + 1] as number;
      data[to + 2] = rgb[from + 2] as number;
    }
  }
  return { width: w, height: h, data };
}
