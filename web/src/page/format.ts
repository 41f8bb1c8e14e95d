/** Formatting of numbers for visitors. */
export { formatPercent } from '../runtime/outputs/format.ts';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Format milliseconds with about two digits. */
export function formatMilliseconds(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Format a number in scientific notation: 1.2 × 10⁻⁷. */
export function formatScientific(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return 'not a number';
  const [mantissa = '', exponent = '0'] = value.toExponential(1).split('e');
  const digits = String(Math.abs(Number(exponent)));
  const raised = [...digits].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${mantissa.replace(/\.0$/, '')} × 10${Number(exponent) < 0 ? '⁻' : ''}${raised}`;
}

/** Format a count with its noun: 1 image, 3 images. */
export function formatCount(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;
}

/** Format a number of bytes in kB or MB of 1000. */
export function formatBytes(bytes: number): string {
  return bytes < 999_500 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
