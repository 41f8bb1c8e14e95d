/** Outputs of a model: numbers [C], of which a model has some, and `pixels` [h * w * c] in grey levels. */
export type Tap = 'probabilities' | 'values' | 'scores' | 'pixels';

/** An output of numbers. */
export type NumberTap = Exclude<Tap, 'pixels'>;

/** The order of a program's outputs and of an answer's bytes, as `core/taps.py` has it. */
export const ANSWER_ORDER: readonly Tap[] = ['probabilities', 'values', 'scores', 'pixels'];
