import type { OpenResult } from '../harness/protocol.ts';
import { FailedError } from '../runtime/errors.ts';
import type { Manifest, Tolerance } from '../runtime/manifest.gen.ts';
import { ranOn } from './choices.ts';
import { compareGolden, type Difference, limitsOf, type Summary, summarise } from './compare.ts';
import { byId, h, leftToRight } from './dom.ts';
import { address, type Engine } from './engine.ts';
import { count, milliseconds, scientific } from './format.ts';

const HEADS = ['Compared with Python', 'Largest difference', 'Limit'];

/** Run the whole golden set through the page's own path and show how far it stands from Python. */
export async function selfCheck(manifest: Manifest, engine: Engine): Promise<void> {
  const started = performance.now();
  const opened = await engine.start();
  const limits = limitsOf(manifest, engine.choice.artifact, opened.backend);
  if (limits === undefined) {
    throw new FailedError(
      'Expected tolerances in manifest.json; received none for this backend. Export the bundle again.',
    );
  }
  const differences: (Difference | null)[] = [];
  showProgress(0, manifest.golden.length);
  for (const golden of manifest.golden) {
    differences.push(compareGolden(golden, await engine.run(address(golden.file), ['scores']), limits.margin));
    showProgress(differences.length, manifest.golden.length);
  }
  const summary = summarise(manifest.golden, differences, limits);
  showSummary(summary, limits, opened, performance.now() - started);
}

/** Make room for a new check. */
export function clearCheck(): void {
  byId('check-progress', HTMLElement).hidden = true;
  byId('check-result', HTMLElement).hidden = true;
  byId('check-status', HTMLElement).textContent = '';
}

function showProgress(done: number, all: number): void {
  const bar = byId('check-bar', HTMLProgressElement);
  bar.max = all;
  bar.value = done;
  byId('check-count', HTMLElement).replaceChildren(leftToRight(`${done} of ${count(all, 'image')}`));
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
      scientific(summary.probabilities),
      scientific(limits.probabilities),
      summary.probabilities <= limits.probabilities,
    ],
    ['Scores, of their range', scientific(summary.scores), scientific(limits.scores), summary.scores <= limits.scores],
    ['Other labels', String(summary.flips), '0', summary.flips === 0],
  ];
  const head = h('tr', '', ...HEADS.map(columnHead));
  const body = rows.map(([name, value, limit, pass]) => {
    const title = h('th', '', name);
    title.scope = 'row';
    const cells = [pass ? value : `${value} ✕`, limit].map((text) => h('td', '', leftToRight(text)));
    cells.forEach((cell, index) => {
      cell.dataset['head'] = HEADS[index + 1] ?? '';
    });
    return h('tr', pass ? '' : 'bad', title, ...cells);
  });
  const box = byId('check-result', HTMLElement);
  box.replaceChildren(
    h('p', summary.pass ? 'verdict pass' : 'verdict fail', h('span', 'mark', summary.pass ? '✓' : '✕'), verdict),
    h('table', '', h('thead', '', head), h('tbody', '', ...body)),
    h('p', 'note', leftToRight(`${ranOn(opened)}; ${milliseconds(ms)}.`)),
  );
  box.querySelector('.mark')?.setAttribute('aria-hidden', 'true');
  box.hidden = false;
  byId('check-progress', HTMLElement).hidden = true;
  byId('check-status', HTMLElement).textContent =
    `${verdict}: ${summary.identical} of ${summary.images} images decoded identically, ${count(summary.flips, 'other label')}.`;
}

function columnHead(text: string): HTMLElement {
  const cell = h('th', '', text);
  cell.scope = 'col';
  return cell;
}
