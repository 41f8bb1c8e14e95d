/**
 * The amplitude rule: a JPEG is refused if the samples of a block lie too far from mid-gray for decoders to agree.
 *
 * Samples of an 8-bit image lie within 128 levels of mid-gray, apart from quantisation noise. One wrong bit in the
 * image data can shift a brightness by thousands, and no decoder notices: table-driven decoders wrap around, vectorised ones
 * saturate. Beyond 500 levels the data are corrupt. All of this is integer arithmetic, the same in Python.
 */
import { DecodeRefusal } from '../refusal.ts';

const LIMIT = 500;
export const MAX_COEFFICIENT = 8 * 512;
/** Each basis function is at most 1/8 (DC) or 1/4, so a block under this weighted sum of magnitudes is within LIMIT. */
const SAFE_SUM = 8 * LIMIT;
const SCALE = 4096;
/** cos(n pi / 16) / 2 in 4096ths. */
const HALF_COSINES = [2048, 2009, 1892, 1703, 1448, 1138, 784, 400];
const CONSTANT = 1448;
const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);

function computeHalfCosine(n: number): number {
  const folded = Math.min(n % 32, 32 - (n % 32));
  if (folded === 8) return 0;
  return folded < 8 ? (HALF_COSINES[folded] as number) : -(HALF_COSINES[16 - folded] as number);
}

/** [frequency * 8 + position]: the inverse DCT of one axis. Doubles, whose integers are exact to 2^53. */
const BASIS = Float64Array.from({ length: 64 }, (_, i) =>
  i < 8 ? CONSTANT : computeHalfCosine((2 * (i & 7) + 1) * (i >> 3)),
);

/**
 * Refuse a block whose samples would lie further than LIMIT from mid-gray.
 *
 * @param values an array that holds the block's 64 quantised coefficients in zigzag order
 * @param from where they begin
 * @param divisors 64, in zigzag order
 * @throws DecodeRefusal `corrupt`
 */
export function checkBlock(values: Int32Array | Int16Array, from: number, divisors: Uint16Array): void {
  let weighted = 0;
  let largest = 0;
  for (let k = 0; k < 64; k++) {
    const magnitude = Math.abs((values[from + k] as number) * (divisors[k] as number));
    weighted += k === 0 ? magnitude : 2 * magnitude;
    if (magnitude > largest) largest = magnitude;
  }
  if (largest > MAX_COEFFICIENT) throw createAmplitudeRefusal();
  if (weighted > SAFE_SUM) checkSamples(values, from, divisors);
}

function checkSamples(values: Int32Array | Int16Array, from: number, divisors: Uint16Array): void {
  const square = new Float64Array(64);
  for (let k = 0; k < 64; k++) {
    square[ZIGZAG[k] as number] = (values[from + k] as number) * (divisors[k] as number);
  }
  const half = new Float64Array(64);
  for (let i = 0; i < 64; i++) {
    let sum = 0;
    for (let u = 0; u < 8; u++) sum += (square[(i & 56) + u] as number) * (BASIS[u * 8 + (i & 7)] as number);
    half[i] = sum;
  }
  for (let i = 0; i < 64; i++) {
    let sum = 0;
    for (let v = 0; v < 8; v++) sum += (half[v * 8 + (i & 7)] as number) * (BASIS[v * 8 + (i >> 3)] as number);
    if (Math.abs(sum) > LIMIT * SCALE * SCALE) throw createAmplitudeRefusal();
  }
}

/** Create the error for image data that no encoder writes. */
export function createAmplitudeRefusal(): DecodeRefusal {
  return new DecodeRefusal('corrupt', 'a JPEG whose image data go beyond any 8-bit image');
}
