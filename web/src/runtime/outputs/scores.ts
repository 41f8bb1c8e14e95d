import { argmax } from '../argmax.ts';
import type { ModelOutput } from '../manifest/manifest.gen.ts';
import { formatNumber } from './format.ts';
import { computeLead, findUnsound, type OutputKind, rank, type ShowAnswer } from './output-kind.ts';

/** Whole votes of scores that are votes, with a confidence below 1/3 added. */
function countVotes(row: Float32Array, { rule }: ModelOutput): Float32Array {
  return rule === 'votes' ? row.map(Math.round) : row;
}

/** One label by the library's own rule, from scores that are no probabilities. */
export const scores: OutputKind = {
  name: 'scores',
  title: 'finite decision scores',
  answer: 'scores',
  numbers: ['scores'],
  labels: 'top1',
  model: 'An image classifier',
  setting: 'rule',
  noun: ['class', 'classes'],
  count: ({ rule }, labels) => (rule === 'sign' ? 1 : labels),
  findFault: findUnsound,
  decide(row, output) {
    if (!row.every(Number.isFinite)) return [-1];
    return [output.rule === 'sign' ? Number((row[0] ?? 0) > 0) : argmax(countVotes(row, output))];
  },
  computeMargin: (row, output) =>
    output.rule === 'sign' ? Math.abs(row[0] ?? 0) : computeLead(countVotes(row, output)),
  // Two scores that each change by r change a lead by 2 r; their own limit is measured by the span.
  widen: (limits, rounding) => ({ ...limits, margin: Math.max(limits.margin ?? 0, 2 * rounding) }),
};

/** Describe an answer for visitors. */
export const showScores: ShowAnswer = (row, output, labels) => {
  const [top = -1] = scores.decide(row, output);
  if (output.rule === 'sign') return showSign(row[0] ?? 0, labels, top);
  const least = row.reduce((low, value) => Math.min(low, value), Infinity);
  const span = row.reduce((high, value) => Math.max(high, value), -Infinity) - least;
  // By votes the winner may have the lower score: it stands first.
  const order = rank(row);
  const sorted = [top, ...order.filter((index) => index !== top)];
  return {
    headline: labels[top] ?? '',
    detail: `score ${formatNumber(row[top] ?? 0)}`,
    title: 'Score of each class, no probabilities',
    numbers: sorted.map((index) => {
      const score = row[index] ?? 0;
      const share = span > 0 ? (score - least) / span : 1;
      return { name: labels[index] ?? '', text: formatNumber(score), share, best: index === top };
    }),
  };
};

/** The score of the second of two labels, which is the answer where it is above 0. */
function showSign(score: number, labels: readonly string[], top: number) {
  return {
    headline: labels[top] ?? '',
    detail: '',
    title: `Score of ${labels[1] ?? ''}, which is the answer above 0; no probability`,
    numbers: [{ name: `score of ${labels[1] ?? ''}`, text: formatNumber(score), share: null, best: true }],
  };
}
