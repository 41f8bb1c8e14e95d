/** Limits widened by float32's resolution, as in `core/verification/tolerance.py`, which has the derivations. */
import type { Tolerance } from '../manifest/manifest.gen.ts';

/** Rounding error of softmax: probabilities that differ by less are tied. */
const SOFTMAX_ROUNDING = 4 * 2 ** -24;

/** Widen the limits of a softmax: scores that each change by r change p by at most 2 r p (1 - p), and a lead by r. */
export function widenSoftmax(limits: Tolerance, rounding: number, rows: readonly Float32Array[]): Tolerance {
  return widen(limits, rounding, rows, rounding + SOFTMAX_ROUNDING);
}

/** Widen the limits of independent sigmoids: a score that changes by r changes one by at most r / 4. */
export function widenSigmoids(limits: Tolerance, rounding: number, rows: readonly Float32Array[]): Tolerance {
  return widen(limits, rounding, rows, rounding / 4 + SOFTMAX_ROUNDING);
}

function widen(limits: Tolerance, rounding: number, rows: readonly Float32Array[], margin: number): Tolerance {
  if (rounding <= 0 || rows.length === 0) return limits;
  let openness = 0;
  for (const row of rows) for (const value of row) openness = Math.max(openness, value * (1 - value));
  return {
    ...limits,
    probabilities: Math.max(limits.probabilities, 2 * openness * rounding),
    margin: Math.max(limits.margin ?? 0, margin),
  };
}
