/** Limits widened by float32's resolution, as in `core/verification/tolerance.py`; shared cases test both. */
import type { Tolerance } from '../../runtime/manifest/manifest.gen.ts';

/** Rounding errors by device class, relative to a CPU's: the ratio of the limits of scores in the tolerance table. */
const ROUNDING_OF = { cpu: 1, gpu: 10 };
/** Rounding error of softmax: probabilities that differ by less are tied. */
const SOFTMAX_ROUNDING = 4 * 2 ** -24;

/**
 * Compute the span that differences of scores are divided by: their range over all images, or a quarter of their
 * largest magnitude if that is more. It is 1 for scores that are the probabilities, and for scores that are all 0.
 */
export function computeScoreSpan(scores: readonly Float32Array[], probabilities: readonly Float32Array[]): number {
  const alike = scores.every((row, index) => areEqual(row, probabilities[index] ?? new Float32Array()));
  if (alike) return 1;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const row of scores) {
    for (const value of row) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  const span = Math.max(most - least, Math.max(Math.abs(least), Math.abs(most)) / 4);
  return Number.isFinite(span) && span > 0 ? span : 1;
}

/**
 * Widen limits of probabilities to what float32 can resolve of the scores: scores that each change by r change a
 * probability p by at most 2 r p (1 - p), and its lead over another by at most r.
 */
export function resolveLimits(
  limits: Tolerance,
  rounding: number,
  device: 'cpu' | 'gpu',
  probabilities: readonly Float32Array[],
): Tolerance {
  if (rounding <= 0 || probabilities.length === 0) return limits;
  const moved = rounding * ROUNDING_OF[device];
  let openness = 0;
  for (const row of probabilities) for (const value of row) openness = Math.max(openness, value * (1 - value));
  return {
    ...limits,
    probabilities: Math.max(limits.probabilities, 2 * openness * moved),
    margin: Math.max(limits.margin ?? 0, moved + SOFTMAX_ROUNDING),
  };
}

function areEqual(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
