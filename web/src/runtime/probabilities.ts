/** The same as `SUM_TOLERANCE` in core/models/probabilities.py. */
export const SUM_TOLERANCE = 1e-3;

/** Describe what is wrong with one image's probabilities, or return null: each lies in 0 to 1, and the sum is 1. */
export function findProbabilityFault(probabilities: Float32Array): string | null {
  if (probabilities.length === 0) return 'none';
  if (!probabilities.every(Number.isFinite)) return 'NaN or infinity';
  const least = probabilities.reduce((low, value) => Math.min(low, value), Infinity);
  const most = probabilities.reduce((high, value) => Math.max(high, value), -Infinity);
  if (least < -SUM_TOLERANCE || most > 1 + SUM_TOLERANCE) return `values from ${least} to ${most}`;
  const sum = probabilities.reduce((total, value) => total + value, 0);
  return Math.abs(sum - 1) > SUM_TOLERANCE ? `a sum of ${sum}` : null;
}
