import { AnswerDigest } from '../../runtime/answer-bits.ts';
import { FailedError } from '../../runtime/errors.ts';
import type { Manifest, Tolerance } from '../../runtime/manifest/manifest.gen.ts';
import type { OutputKind } from '../../runtime/outputs/output-kind.ts';
import { findOutput } from '../../runtime/outputs/registry.ts';
import type { Tap } from '../../runtime/taps.ts';
import type { OpenResult } from '../../session/protocol.ts';
import { byId, h, forceLeftToRight } from '../dom.ts';
import { formatCount, formatMilliseconds, formatScientific } from '../format.ts';
import { describeRun, hasSameBits } from '../model/choices.ts';
import type { ModelRunner } from '../model/model-runner.ts';
import { resolveSitePath } from '../site.ts';
import { compareGolden, type Difference, findLimits, type Summary, summarize } from './compare.ts';

const SHOWN_DIGITS = 12;
const HEADS = ['Compared with Python', 'Largest difference', 'Limit'];
const HEADS_OF_BITS = ['Compared with Python', 'This device', 'Expected'];

/** Run the golden set as the page runs images, and show the differences from Python's answers. */
export async function runSelfCheck(manifest: Manifest, runner: ModelRunner): Promise<void> {
  const started = performance.now();
  const opened = await runner.start();
  const limits = findLimits(manifest, runner.choice.artifact, opened.backend);
  if (limits === undefined) {
    throw new FailedError(
      'Expected tolerances in manifest.json; received none for this backend. Export the bundle again.',
    );
  }
  const differences: (Difference | null)[] = [];
  const expected = hasSameBits(runner.choice) ? (runner.choice.artifact.golden_bits ?? null) : null;
  const bits = expected === null ? null : new AnswerDigest();
  const { kind } = findOutput(manifest);
  const taps: Tap[] = bits === null ? [...kind.numbers] : [...kind.numbers, 'pixels'];
  showProgress(0, manifest.golden.length);
  for (const golden of manifest.golden) {
    const answer = await runner.run(resolveSitePath(golden.file), taps, true);
    if (!('refused' in answer)) bits?.add(answer);
    differences.push(compareGolden(golden, answer, limits.margin, manifest));
    showProgress(differences.length, manifest.golden.length);
  }
  const received = bits?.finish() ?? null;
  const summary = summarize(manifest.golden, differences, limits, received === null ? null : received === expected);
  const rows = listRows(summary, limits, kind);
  const same: Row = ['SHA-256 of all answers', shorten(received), shorten(expected), received === expected];
  // Same bits are one comparison; where they differ, the others say how far.
  const shown = received === null ? rows : summary.pass ? [same] : [same, ...rows];
  const heads = shown.length === 1 ? HEADS_OF_BITS : HEADS;
  showSummary(summary, heads, shown, opened, performance.now() - started);
}

/** Remove the result of the last check. */
export function clearCheck(): void {
  byId('check-progress', HTMLElement).hidden = true;
  byId('check-result', HTMLElement).hidden = true;
  byId('check-status', HTMLElement).textContent = '';
}

function showProgress(done: number, all: number): void {
  const bar = byId('check-bar', HTMLProgressElement);
  bar.max = all;
  bar.value = done;
  byId('check-count', HTMLElement).replaceChildren(forceLeftToRight(`${done} of ${formatCount(all, 'image')}`));
  byId('check-progress', HTMLElement).hidden = false;
}

/** One comparison: its name, this device's value, what it may be, and whether it is. */
type Row = readonly [name: string, value: string, limit: string, pass: boolean];

/** The first digits of a digest, as `webparity verify` shows them. */
const shorten = (digest: string | null) => `${(digest ?? '').slice(0, SHOWN_DIGITS)}…`;

function listRows(summary: Summary, limits: Tolerance, kind: OutputKind): Row[] {
  const { identical, images, probabilities, scores, flips } = summary;
  const drift = (name: string, value: number, limit: number): Row => [
    name,
    formatScientific(value),
    formatScientific(limit),
    value <= limit,
  ];
  const measured = kind.numbers.includes('scores') ? 'Scores' : 'Values';
  return [
    ['Decoded pixels', `${identical} of ${images} identical`, 'all', identical === images],
    ...(kind.numbers.includes('probabilities')
      ? [drift('Probabilities', probabilities, limits.probabilities)]
      : []),
    drift(`${measured}, of their range`, scores, limits.scores),
    ...(kind.labels === null ? [] : [['Other labels', String(flips), '0', flips === 0] satisfies Row]),
  ];
}

function nameVerdict({ pass, sameBits }: Summary): string {
  if (sameBits === false) return 'Other bits';
  if (!pass) return 'Outside tolerance';
  return sameBits === true ? 'The same bits' : 'Within tolerance';
}

function showSummary(
  summary: Summary,
  heads: readonly string[],
  rows: readonly Row[],
  opened: OpenResult,
  ms: number,
): void {
  const verdict = nameVerdict(summary);
  const head = h('tr', '', ...heads.map(createColumnHead));
  const body = rows.map(([name, value, limit, pass]) => {
    const title = h('th', '', name);
    title.scope = 'row';
    const cells = [pass ? value : `${value} ✕`, limit].map((text) => h('td', '', forceLeftToRight(text)));
    cells.forEach((cell, index) => {
      cell.dataset['head'] = heads[index + 1] ?? '';
    });
    return h('tr', pass ? '' : 'bad', title, ...cells);
  });
  const box = byId('check-result', HTMLElement);
  box.replaceChildren(
    h('p', summary.pass ? 'verdict pass' : 'verdict fail', h('span', 'mark', summary.pass ? '✓' : '✕'), verdict),
    h('table', '', h('thead', '', head), h('tbody', '', ...body)),
    h('p', 'note', forceLeftToRight(`${describeRun(opened)}; ${formatMilliseconds(ms)}.`)),
  );
  box.querySelector('.mark')?.setAttribute('aria-hidden', 'true');
  box.hidden = false;
  byId('check-progress', HTMLElement).hidden = true;
  byId('check-status', HTMLElement).textContent =
    `${verdict}: ${summary.identical} of ${summary.images} images decoded identically, ${formatCount(summary.flips, 'other label')}.`;
}

function createColumnHead(text: string): HTMLElement {
  const cell = h('th', '', text);
  cell.scope = 'col';
  return cell;
}
