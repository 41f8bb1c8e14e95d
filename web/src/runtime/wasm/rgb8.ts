/** Decoded pixels: `data` is RGB, H * W * 3 bytes, row by row. */
export interface Rgb8 {
  width: number;
  height: number;
  data: Uint8Array;
}
