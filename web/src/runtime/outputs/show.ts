import type { Manifest } from '../manifest/manifest.gen.ts';
import { showMultilabel } from './multilabel.ts';
import type { OutputKind, ShowAnswer, ShownAnswer } from './output-kind.ts';
import { showProbabilities } from './probabilities.ts';
import { findOutput } from './registry.ts';
import { showScores } from './scores.ts';
import { showValues } from './values.ts';

const SHOW: Readonly<Record<OutputKind['name'], ShowAnswer>> = {
  probabilities: showProbabilities,
  scores: showScores,
  multilabel: showMultilabel,
  values: showValues,
};

/** Describe an answer for visitors. */
export function describeAnswer(row: Float32Array, manifest: Pick<Manifest, 'labels' | 'output'>): ShownAnswer {
  const { kind, output } = findOutput(manifest);
  return SHOW[kind.name](row, output, manifest.labels);
}
