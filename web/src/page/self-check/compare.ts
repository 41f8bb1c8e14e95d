/** The self-check's arithmetic, as `webparity verify` has it: how far this device's answers stand from Python's. */
import { argmax } from '../../runtime/argmax.ts';
import { decodeFloat32 } from '../../runtime/float32.ts';
import type { Artifact, GoldenImage, Manifest, Tolerance } from '../../runtime/manifest/manifest.gen.ts';
import { BACKENDS, type BackendName } from '../../runtime/runtime.ts';
import type { Prediction, RefusedImage } from '../../session/protocol.ts';
import { resolveLimits, computeScoreSpan } from './tolerance.ts';

/** What a backend is held to on the golden set; `scale` is what differences of scores are measured by. */
export interface Limits extends Tolerance {
  scale: number;
}

/** One golden image compared; the largest absolute differences. None are known of one that is `undecided`. */
export interface Difference {
  undecided?: boolean;
  flipped: boolean;
  probabilities: number;
  scores: number;
}

/** The golden set compared; `scores` is a share of the limits' scale. */
export interface Summary {
  images: number;
  identical: number;
  flips: number;
  probabilities: number;
  scores: number;
  pass: boolean;
}

/**
 * Compare one image. Another label counts as flipped unless Python's own first label leads by less than `margin`.
 * @returns null where it was not decoded to the reference's pixels, which no later stage is to blame for
 */
export function compareGolden(golden: GoldenImage, result: Prediction | RefusedImage, margin = 0): Difference | null {
  if ('refused' in result) return null;
  if (result.rgb8 !== golden.rgb8 || result.width !== golden.width || result.height !== golden.height) return null;
  if (golden.undecided === true) return { undecided: true, flipped: false, probabilities: 0, scores: 0 };
  const probabilities = decodeFloat32(result.probabilities);
  const scores = decodeFloat32(result.scores ?? '');
  const reference = decodeFloat32(golden.probabilities);
  return {
    flipped: argmax(probabilities) !== golden.label && !(computeLead(reference) < margin),
    probabilities: findLargestDifference(reference, probabilities),
    scores: findLargestDifference(decodeFloat32(golden.scores), scores),
  };
}

/** The worst of all images, and whether it stays within the limits. Nothing compared is no pass. */
export function summarise(
  golden: readonly GoldenImage[],
  differences: readonly (Difference | null)[],
  limits: Limits,
): Summary {
  const compared = differences.filter((difference) => difference !== null);
  const images = differences.length;
  const identical = compared.length;
  const flips = compared.filter((difference) => difference.flipped).length;
  const probabilities = compared.reduce((largest, difference) => Math.max(largest, difference.probabilities), 0);
  const scores = compared.reduce((largest, difference) => Math.max(largest, difference.scores), 0) / limits.scale;
  const within = probabilities <= limits.probabilities && scores <= limits.scores;
  const decided = compared.filter((difference) => difference.undecided !== true).length;
  const pass = decided > 0 && images === golden.length && identical === images && flips === 0 && within;
  return { images, identical, flips, probabilities, scores, pass };
}

/**
 * What a backend is held to: the manifest's table, or an artifact's own where its precision is reduced, and what float32
 * can hold of the model's scores. Manifests from before `score_scale` fall back on the golden set's own range.
 */
export function findLimits(manifest: Manifest, artifact: Artifact, backend: string): Limits | undefined {
  const own = artifact.precision === 'float32' ? null : artifact.tolerances;
  const device = findDeviceClass(backend);
  const limits = (own ?? manifest.tolerances)[device];
  if (limits === undefined) return undefined;
  const probabilities = manifest.golden.map((golden) => decodeFloat32(golden.probabilities));
  const scores = manifest.golden.map((golden) => decodeFloat32(golden.scores));
  const scale = Math.max(computeScoreSpan(scores, probabilities), manifest.score_scale ?? 0);
  return { ...resolveLimits(limits, manifest.score_rounding ?? 0, device, probabilities), scale };
}

/** Find the column of the tolerance table that a backend belongs to. */
export function findDeviceClass(backend: string): 'cpu' | 'gpu' {
  return Object.hasOwn(BACKENDS, backend) ? BACKENDS[backend as BackendName].device : 'cpu';
}

/** How far the first stands before the second. */
function computeLead(probabilities: Float32Array): number {
  const [first = 0, second = 0] = [...probabilities].sort((a, b) => b - a);
  return first - second;
}

/** Largest absolute difference; infinite where lengths differ or a value is no number. */
function findLargestDifference(reference: Float32Array, actual: Float32Array): number {
  if (reference.length !== actual.length) return Number.POSITIVE_INFINITY;
  return reference.reduce((largest, value, index) => {
    const difference = Math.abs(value - (actual[index] ?? Number.NaN));
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }, 0);
}
