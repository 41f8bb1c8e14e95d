/** Index of the largest value; the lowest index on ties. -1 for an empty list or when every value is NaN. */
export function argmax(values: ArrayLike<number>): number {
  let best = -1;
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (value > largest || (best === -1 && value === largest)) {
      best = index;
      largest = value;
    }
  }
  return best;
}
