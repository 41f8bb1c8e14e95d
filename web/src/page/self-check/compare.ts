/** The comparison of this device's answers with Python's, by the rules of `webparity verify`. */
import { decodeFloat32 } from '../../runtime/float32.ts';
import type { Artifact, GoldenImage, Manifest, Tolerance } from '../../runtime/manifest/manifest.gen.ts';
import { findOutput } from '../../runtime/outputs/registry.ts';
import { BACKENDS, type BackendName } from '../../runtime/runtime.ts';
import type { NumberTap } from '../../runtime/taps.ts';
import type { Prediction, RefusedImage } from '../../session/protocol.ts';
import { computeScoreSpan, scaleRounding } from './tolerance.ts';

/** The limits of a backend on the golden set; differences of scores are divided by `scale`. */
export interface Limits extends Tolerance {
  scale: number;
}

/**
 * The result of one golden image: largest absolute differences, which are 0 for an `undecided` one. `scores` is that of
 * what is measured by its span, which may be measured values; `probabilities` is 0 for a model that has none.
 */
export interface Difference {
  undecided?: boolean;
  flipped: boolean;
  probabilities: number;
  scores: number;
}

/** The result of the golden set; `scores` is divided by the limits' scale. `sameBits` is null where bits may differ. */
export interface Summary {
  images: number;
  identical: number;
  flips: number;
  probabilities: number;
  scores: number;
  sameBits: boolean | null;
  pass: boolean;
}

/**
 * Compare one image. Other labels count as flipped unless Python's own are nearer to others than `margin`.
 *
 * @param described what the model's numbers are
 * @returns null if it was not decoded to the reference's pixels, so that later stages cannot be compared
 */
export function compareGolden(
  golden: GoldenImage,
  result: Prediction | RefusedImage,
  margin = 0,
  described: Pick<Manifest, 'output'> = {},
): Difference | null {
  if ('refused' in result) return null;
  if (result.rgb8 !== golden.rgb8 || result.width !== golden.width || result.height !== golden.height) return null;
  if (golden.undecided === true) return { undecided: true, flipped: false, probabilities: 0, scores: 0 };
  const { kind, output } = findOutput(described);
  const expected = (tap: NumberTap) => decodeFloat32(golden[tap] ?? '');
  const received = (tap: NumberTap) => decodeFloat32(result[tap] ?? '');
  const differ = (tap: NumberTap) => findLargestDifference(expected(tap), received(tap));
  const reference = expected(kind.answer);
  const labels = golden.present ?? (typeof golden.label === 'number' ? [golden.label] : []);
  const same = kind.decide(received(kind.answer), output).join() === labels.join();
  return {
    flipped: !same && !(kind.computeMargin(reference, output) < margin),
    probabilities: kind.numbers.includes('probabilities') ? differ('probabilities') : 0,
    scores: differ(findMeasured(described)),
  };
}

/**
 * Find the largest differences, and whether they are within the limits. It fails if nothing was compared.
 *
 * @param sameBits whether all answers have the bits that the manifest keeps; null where it keeps none
 */
export function summarize(
  golden: readonly GoldenImage[],
  differences: readonly (Difference | null)[],
  limits: Limits,
  sameBits: boolean | null = null,
): Summary {
  const compared = differences.filter((difference) => difference !== null);
  const images = differences.length;
  const identical = compared.length;
  const flips = compared.filter((difference) => difference.flipped).length;
  const probabilities = compared.reduce((largest, difference) => Math.max(largest, difference.probabilities), 0);
  const scores = compared.reduce((largest, difference) => Math.max(largest, difference.scores), 0) / limits.scale;
  const within = probabilities <= limits.probabilities && scores <= limits.scores;
  const decided = compared.filter((difference) => difference.undecided !== true).length;
  const complete = decided > 0 && images === golden.length && identical === images;
  const pass = complete && flips === 0 && within && sameBits !== false;
  return { images, identical, flips, probabilities, scores, sameBits, pass };
}

/**
 * Find the limits of a backend: the manifest's table, or the artifact's own if its precision is reduced, widened to
 * what float32 can resolve. Manifests without `score_scale` use the span of the golden set's scores.
 */
export function findLimits(manifest: Manifest, artifact: Artifact, backend: string): Limits | undefined {
  const own = artifact.precision === 'float32' ? null : artifact.tolerances;
  const device = findDeviceClass(backend);
  const limits = (own ?? manifest.tolerances)[device];
  if (limits === undefined) return undefined;
  const { kind } = findOutput(manifest);
  const decode = (tap: NumberTap) => manifest.golden.map((golden) => decodeFloat32(golden[tap] ?? ''));
  const probabilities = kind.numbers.includes('probabilities') ? decode('probabilities') : null;
  const scale = Math.max(computeScoreSpan(decode(findMeasured(manifest)), probabilities), manifest.score_scale ?? 0);
  const rounding = scaleRounding(manifest.score_rounding ?? 0, device);
  return { ...kind.widen(limits, rounding, decode(kind.answer)), scale };
}

/** Find the column of the tolerance table that a backend belongs to. */
export function findDeviceClass(backend: string): 'cpu' | 'gpu' {
  return Object.hasOwn(BACKENDS, backend) ? BACKENDS[backend as BackendName].device : 'cpu';
}

/** Find the output whose differences are measured by its span: scores, or else the answer. */
export function findMeasured(described: Pick<Manifest, 'output'>): NumberTap {
  const { kind } = findOutput(described);
  return kind.numbers.includes('scores') ? 'scores' : kind.answer;
}

/** Find the largest absolute difference; infinite if lengths differ or a value is NaN. */
function findLargestDifference(reference: Float32Array, actual: Float32Array): number {
  if (reference.length !== actual.length) return Number.POSITIVE_INFINITY;
  return reference.reduce((largest, value, index) => {
    const difference = Math.abs(value - (actual[index] ?? Number.NaN));
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }, 0);
}
