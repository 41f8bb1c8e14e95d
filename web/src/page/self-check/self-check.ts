import { AnswerDigest } from '../../runtime/answer-bits.ts';
import { FailedError } from '../../runtime/errors.ts';
import type { Manifest, Tolerance } from '../../runtime/manifest/manifest.gen.ts';
import type { Tap } from '../../runtime/runtime.ts';
import type { OpenResult } from '../../session/protocol.ts';
import { byId, h, forceLeftToRight } from '../dom.ts';
import { formatCount, formatMilliseconds, formatScientific } from '../format.ts';
import { describeRun } from '../model/choices.ts';
import type { ModelRunner } from '../model/model-runner.ts';
import { resolveSitePath } from '../site.ts';
import { compareGolden, type Difference, findLimits, type Summary, summarize } from './compare.ts';

const HEADS = ['Compared with Python', 'Largest difference', 'Limit'];

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
  const expected = runner.choice.artifact.golden_bits ?? null;
  const bits = expected === null ? null : new AnswerDigest();
  const taps: Tap[] = bits === null ? ['scores'] : ['scores', 'pixels'];
  showProgress(0, manifest.golden.length);
  for (const golden of manifest.golden) {
    const answer = await runner.run(resolveSitePath(golden.file), taps);
    if (!('refused' in answer)) bits?.add(answer);
    differences.push(compareGolden(golden, answer, limits.margin));
    showProgress(differences.length, manifest.golden.length);
  }
  const summary = summarize(manifest.golden, differences, limits, bits === null ? null : bits.finish() === expected);
  showSummary(summary, limits, opened, performance.now() - started);
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

function showSummary(summary: Summary, limits: Tolerance, opened: OpenResult, ms: number): void {
  const verdict = summary.pass ? 'Within tolerance' : 'Outside tolerance';
  const rows: [string, string, string, boolean][] = [
    [
      'Decoded pixels',
      `${summary.identical} of ${summary.images} identical`,
      'all',
      summary.identical === summary.images,
    ],
    [
      'Probabilities',
      formatScientific(summary.probabilities),
      formatScientific(limits.probabilities),
      summary.probabilities <= limits.probabilities,
    ],
    [
      'Scores, of their range',
      formatScientific(summary.scores),
      formatScientific(limits.scores),
      summary.scores <= limits.scores,
    ],
    ['Other labels', String(summary.flips), '0', summary.flips === 0],
  ];
  if (summary.sameBits !== null) {
    rows.push(['Bits of all answers', summary.sameBits ? 'the same' : 'others', 'the same', summary.sameBits]);
  }
  const head = h('tr', '', ...HEADS.map(createColumnHead));
  const body = rows.map(([name, value, limit, pass]) => {
    const title = h('th', '', name);
    title.scope = 'row';
    const cells = [pass ? value : `${value} ✕`, limit].map((text) => h('td', '', forceLeftToRight(text)));
    cells.forEach((cell, index) => {
      cell.dataset['head'] = HEADS[index + 1] ?? '';
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
