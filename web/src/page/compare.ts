/** The self-check's arithmetic: how far this device's answers stand from Python's. */
import type { Predicted, Refused } from '../harness/protocol.ts';
import { argmax } from '../runtime/argmax.ts';
import { decodeFloat32 } from '../runtime/float32.ts';
import type { GoldenImage, Tolerance } from '../runtime/manifest.gen.ts';

/** One golden image compared. Differences are absolute; `scores` is over the range of the reference's scores. */
export interface Difference {
  identical: boolean;
  flipped: boolean;
  probabilities: number;
  scores: number;
}

export interface Summary {
  images: number;
  identical: number;
  flips: number;
  probabilities: number;
  scores: number;
  pass: boolean;
}

/** An image that was refused or gave other counts of values counts as infinitely far. */
export function compareGolden(golden: GoldenImage, result: Predicted | Refused): Difference {
  if ('refused' in result) {
    const infinite = Number.POSITIVE_INFINITY;
    return { identical: false, flipped: true, probabilities: infinite, scores: infinite };
  }
  const probabilities = decodeFloat32(result.probabilities);
  const reference = decodeFloat32(golden.scores);
  const scores = result.scores === undefined ? null : decodeFloat32(result.scores);
  return {
    identical: result.rgb8 === golden.rgb8 && result.width === golden.width && result.height === golden.height,
    flipped: argmax(probabilities) !== golden.label,
    probabilities: maxAbs(decodeFloat32(golden.probabilities), probabilities),
    scores: scores === null ? 0 : maxAbs(reference, scores) / range(reference),
  };
}

/** The worst of all images, and whether it stays within the limits. Nothing compared is no pass. */
export function summarise(differences: readonly Difference[], limits: Tolerance): Summary {
  const images = differences.length;
  const identical = differences.filter((difference) => difference.identical).length;
  const flips = differences.filter((difference) => difference.flipped).length;
  const probabilities = differences.reduce((largest, difference) => Math.max(largest, difference.probabilities), 0);
  const scores = differences.reduce((largest, difference) => Math.max(largest, difference.scores), 0);
  const pass =
    images > 0 &&
    identical === images &&
    flips === 0 &&
    probabilities <= limits.probabilities &&
    scores <= limits.scores;
  return { images, identical, flips, probabilities, scores, pass };
}

/** The row of the tolerance table a backend is held to. */
export function deviceClass(backend: string): 'cpu' | 'gpu' {
  return backend === 'webgl' || backend === 'webgpu' ? 'gpu' : 'cpu';
}

function maxAbs(reference: Float32Array, actual: Float32Array): number {
  if (reference.length !== actual.length) return Number.POSITIVE_INFINITY;
  return reference.reduce((largest, value, index) => {
    const difference = Math.abs(value - (actual[index] ?? Number.NaN));
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }, 0);
}

/** Largest minus smallest; 1 when all are equal, so that a difference stays a difference. */
function range(values: Float32Array): number {
  const spread = values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
  return spread > 0 ? spread : 1;
}
