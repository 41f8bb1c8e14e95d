import type { ModelOutput } from '../manifest/manifest.gen.ts';
import { SUM_TOLERANCE } from '../probabilities.ts';
import { formatPercent } from './format.ts';
import { widenSigmoids } from './limits.ts';
import { findUnsound, type OutputKind, rank, type ShowAnswer } from './output-kind.ts';

const findThreshold = ({ thresholds = [] }: ModelOutput, index: number) => thresholds[index] ?? Number.NaN;

/** Any number of labels: each whose own probability is at least its threshold. */
export const multilabel: OutputKind = {
  name: 'multilabel',
  title: 'a probability from 0 to 1 for each label',
  answer: 'probabilities',
  numbers: ['probabilities', 'scores'],
  labels: 'labels',
  model: 'An image classifier that gives any number',
  setting: 'thresholds',
  noun: ['label', 'labels'],
  count: (_, labels) => labels,
  findFault(row) {
    const wrong = [...row].find((value) => value < -SUM_TOLERANCE || value > 1 + SUM_TOLERANCE);
    return findUnsound(row) ?? (wrong === undefined ? null : `a value of ${wrong}`);
  },
  decide(row, output) {
    if (!row.every(Number.isFinite)) return [-1];
    return [...row.keys()].filter((index) => (row[index] ?? 0) >= findThreshold(output, index));
  },
  computeMargin: (row, output) =>
    row.reduce((least, value, index) => Math.min(least, Math.abs(value - findThreshold(output, index))), Infinity),
  widen: widenSigmoids,
};

/** Describe an answer for visitors. */
export const showMultilabel: ShowAnswer = (row, output, labels) => {
  const present = multilabel.decide(row, output);
  return {
    headline: rank(row)
      .filter((index) => present.includes(index))
      .map((index) => labels[index] ?? '')
      .join(', ') || 'No label',
    detail: `${present.length} of ${labels.length} labels`,
    title: 'Probability of each label by itself',
    numbers: rank(row).map((index) => {
      const share = row[index] ?? 0;
      return {
        name: labels[index] ?? '',
        text: formatPercent(share),
        share,
        mark: findThreshold(output, index),
        best: present.includes(index),
      };
    }),
  };
};
