/** What float32 can hold of a model's scores: the twin of `core/verification/tolerance.py`, held to it by shared cases. */
import type { Tolerance } from '../../runtime/manifest/manifest.gen.ts';

/** A GPU's rounding stands to the CPU's as its limit of scores does in the tolerance table. */
const ROUNDING_OF = { cpu: 1, gpu: 10 };
/** Softmax itself rounds: probabilities that are equal but for this have no first one. */
const SOFTMAX_ROUNDING = 4 * 2 ** -24;

/**
 * What differences of scores are measured by: their range over all images, or a quarter of their size where they lie
 * close together far from 0. Scores that stand for themselves run from 0 to 1; scores that are all 0 count as they are.
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
 * Limits that ask no more of probabilities than float32 can hold of the scores behind them: scores that each move by r
 * move a probability p by at most 2 r p (1 - p), and its lead over another by at most r.
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
