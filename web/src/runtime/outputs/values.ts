import { formatNumber } from './format.ts';
import { findUnsound, type OutputKind, type ShowAnswer } from './output-kind.ts';

/** No label: measured numbers, with names and units. */
export const values: OutputKind = {
  name: 'values',
  title: 'finite values',
  answer: 'values',
  numbers: ['values'],
  labels: null,
  model: 'A measurement',
  setting: 'units',
  noun: ['value', 'values'],
  count: (_, labels) => labels,
  findFault: findUnsound,
  decide: () => [],
  computeMargin: () => Number.POSITIVE_INFINITY,
  widen: (limits) => limits,
};

/** Describe an answer for visitors. */
export const showValues: ShowAnswer = (row, { units = [] }, labels) => {
  const numbers = labels.map((name, index) => {
    const text = `${formatNumber(row[index] ?? Number.NaN)} ${units[index] ?? ''}`.trim();
    return { name, text, share: null, best: true };
  });
  const [first, ...others] = numbers;
  return {
    headline: others.length === 0 ? (first?.text ?? '') : numbers.map(({ text }) => text).join(', '),
    detail: numbers.map(({ name }) => name).join(', '),
    title: 'Measured values',
    numbers,
  };
};
