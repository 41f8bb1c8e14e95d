import type { ModelOutput, Tolerance } from '../manifest/manifest.gen.ts';
import type { NumberTap } from '../taps.ts';

/** A number of an answer as visitors see it. */
export interface ShownNumber {
  /** The label, or the value's name. */
  name: string;
  text: string;
  /** Length of its bar, 0 to 1; null for a number without one. */
  share: number | null;
  /** A mark on the bar, 0 to 1: a threshold. */
  mark?: number;
  /** It is, or belongs to, the answer. */
  best: boolean;
}

/** An answer as visitors see it. */
export interface ShownAnswer {
  /** The label or labels, or the value. */
  headline: string;
  /** How sure it is, or what the value is; may be empty. */
  detail: string;
  /** Every number, in the order in which they are shown. */
  numbers: ShownNumber[];
  /** What the numbers are, as the name of their list. */
  title: string;
}

/** What is particular to one kind of output; `OutputKind` in core/outputs/output_kind.py has the same. */
export interface OutputKind {
  readonly name: NonNullable<ModelOutput['kind']>;
  /** What the numbers are, in words that follow "Expected …". */
  readonly title: string;
  /** The tap that is shown, and that the labels follow from. */
  readonly answer: NumberTap;
  /** The taps but `pixels`, the answer first. */
  readonly numbers: readonly NumberTap[];
  /** The stage of a report that compares labels: one an image, or a set of them; null without labels. */
  readonly labels: 'top1' | 'labels' | null;
  /** The setting of a manifest's `output` that it has, and others have not. */
  readonly setting: 'rule' | 'thresholds' | 'units' | null;
  /** What a page's model is, and a word for its labels: "An image classifier of 3 classes". */
  readonly model: string;
  readonly noun: readonly [one: string, many: string];
  /** Count the numbers of an image in each of `numbers`. */
  count(output: ModelOutput, labels: number): number;
  /** Describe what is wrong with one image's answer, or return null. */
  findFault(row: Float32Array): string | null;
  /** The indices of the labels of an answer. */
  decide(row: Float32Array, output: ModelOutput): number[];
  /** How far an answer is from another label. */
  computeMargin(row: Float32Array, output: ModelOutput): number;
  /** Widen limits to what float32 can hold; `rounding` is that of the device's scores. */
  widen(limits: Tolerance, rounding: number, rows: readonly Float32Array[]): Tolerance;
}

/** Describe an answer for visitors; a function beside each kind, since workers have no use for it. */
export type ShowAnswer = (row: Float32Array, output: ModelOutput, labels: readonly string[]) => ShownAnswer;

/** Describe NaN and infinity among numbers, or return null. */
export function findUnsound(row: Float32Array): string | null {
  if (row.length === 0) return 'none';
  return row.every(Number.isFinite) ? null : 'NaN or infinity';
}

/** Sort indices by falling number, and by index on ties, so that the first is the argmax. */
export function rank(numbers: ArrayLike<number>): number[] {
  return Array.from(numbers, (_, index) => index).sort(
    (a, b) => (numbers[b] ?? 0) - (numbers[a] ?? 0) || a - b,
  );
}

/** Compute the lead of the largest number over the second; a single one leads by itself. */
export function computeLead(row: ArrayLike<number>): number {
  const [first = 0, second = 0] = Array.from(row).sort((a, b) => b - a);
  return first - second;
}
