/** Sort class indices by falling probability, and in label order on ties, so that the first is the argmax. */
export function rankClasses(probabilities: Float32Array): number[] {
  return [...probabilities.keys()].sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b);
}
