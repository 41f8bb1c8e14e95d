import { argmax } from '../argmax.ts';
import { findProbabilityFault } from '../probabilities.ts';
import { formatPercent } from './format.ts';
import { widenSoftmax } from './limits.ts';
import { computeLead, type OutputKind, rank, type ShowAnswer } from './output-kind.ts';

/** One label: the argmax of probabilities that sum to 1. */
export const probabilities: OutputKind = {
  name: 'probabilities',
  title: 'probabilities from 0 to 1 that sum to 1',
  answer: 'probabilities',
  numbers: ['probabilities', 'scores'],
  labels: 'top1',
  model: 'An image classifier',
  setting: null,
  noun: ['class', 'classes'],
  count: (_, labels) => labels,
  findFault: findProbabilityFault,
  decide: (row) => [argmax(row)],
  computeMargin: computeLead,
  widen: widenSoftmax,
};

/** Describe an answer for visitors. */
export const showProbabilities: ShowAnswer = (row, _, labels) => {
  const top = argmax(row);
  return {
    headline: labels[top] ?? '',
    detail: formatPercent(row[top] ?? 0),
    title: 'Probability of each class',
    numbers: rank(row).map((index) => {
      const share = row[index] ?? 0;
      return { name: labels[index] ?? '', text: formatPercent(share), share, best: index === top };
    }),
  };
};
