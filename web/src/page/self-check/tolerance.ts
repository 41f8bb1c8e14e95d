/** What scores are measured by, as in `core/verification/`; shared cases test both. */

/** Rounding errors by device class, relative to a CPU's: the ratio of the limits of scores in the tolerance table. */
const ROUNDING_OF = { cpu: 1, gpu: 10 };

/**
 * Compute the span that differences of scores are divided by: their range over all images, or a quarter of their
 * largest magnitude if that is more. It is 1 for scores that are the probabilities, and for scores that are all 0.
 *
 * @param probabilities null for a model that has none
 */
export function computeScoreSpan(
  scores: readonly Float32Array[],
  probabilities: readonly Float32Array[] | null,
): number {
  const alike = probabilities !== null && scores.every((row, index) => areEqual(row, probabilities[index] ?? new Float32Array()));
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

/** Scale a rounding of scores on a CPU to that of a device. */
export function scaleRounding(rounding: number, device: 'cpu' | 'gpu'): number {
  return rounding * ROUNDING_OF[device];
}

function areEqual(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
