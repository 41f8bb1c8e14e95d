/** Formatting of answers for visitors. */

const PERCENT = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const NUMBER = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** Format a probability in percent; it is never rounded to 0 % or 100 %. */
export function formatPercent(probability: number): string {
  if (probability > 0 && probability < 0.0005) return '< 0.1 %';
  if (probability < 1 && probability > 0.9995) return '> 99.9 %';
  return `${PERCENT.format(probability * 100)} %`;
}

/** Format a number with four digits, with a minus sign that is as wide as a digit. */
export function formatNumber(value: number): string {
  return NUMBER.format(value).replace('-', '−');
}
