import { argmax } from '../../runtime/argmax.ts';
import { DeviceError } from '../../runtime/errors.ts';
import { decodeFloat32 } from '../../runtime/float32.ts';
import type { Manifest } from '../../runtime/manifest/manifest.gen.ts';
import type { OpenResult, Prediction } from '../../session/protocol.ts';
import { byId, h, isolateText, forceLeftToRight } from '../dom.ts';
import { formatMilliseconds, formatPercent } from '../format.ts';
import { describeRun } from '../model/choices.ts';
import { showLoading } from '../model/loading-indicator.ts';
import { paintNetworkInput } from './network-input.ts';
import { rankClasses } from './rank.ts';

const MOST_SHOWN = 10;
const LONG = 18; // letters that the headline has room for on one line

/** Show a prediction. @returns it as text for screen readers */
export function showAnswer(manifest: Manifest, opened: OpenResult, result: Prediction): string {
  const probabilities = decodeFloat32(result.probabilities);
  const top = argmax(probabilities);
  const label = manifest.labels[top];
  const share = probabilities[top];
  if (label === undefined || share === undefined || !probabilities.every(Number.isFinite)) {
    throw new DeviceError(
      'Expected a probability for every class; the backend gave values that are not numbers. Choose another backend.',
    );
  }
  byId('top-label', HTMLElement).replaceChildren(isolateText(label));
  byId('top-label', HTMLElement).classList.toggle('long', label.length > LONG);
  byId('top-share', HTMLElement).replaceChildren(forceLeftToRight(formatPercent(share)));
  paintNetworkInput(manifest.preprocessing, result.pixels);
  showBars(manifest.labels, probabilities, top);
  showFacts(opened, result);
  byId('pad-answer', HTMLElement).replaceChildren(isolateText(label), ', ', forceLeftToRight(formatPercent(share)));
  byId('empty', HTMLElement).hidden = true;
  byId('answer', HTMLElement).hidden = false;
  return `${label}, ${formatPercent(share)}`;
}

/** Scroll to the answer if it is outside the window. */
export function bringAnswerIntoView(): void {
  const smooth = matchMedia('(prefers-reduced-motion: no-preference)').matches;
  const target = document.querySelector('#answer:not([hidden]) .headline, #alert > p');
  target?.scrollIntoView({ block: 'nearest', behavior: smooth ? 'smooth' : 'auto' });
}

/** Mark the answer as out of date while the next one is computed. */
export function showPending(pending: boolean): void {
  byId('answer', HTMLElement).classList.toggle('pending', pending);
  byId('pad-answer', HTMLElement).classList.toggle('pending', pending);
}

/** Show a sentence in place of the answer, and remove the answer everywhere. */
export function showEmpty(text: string): void {
  showLoading(false);
  byId('pad-answer', HTMLElement).replaceChildren();
  byId('status', HTMLElement).replaceChildren();
  byId('empty-text', HTMLElement).textContent = text;
  byId('empty', HTMLElement).hidden = false;
  byId('answer', HTMLElement).hidden = true;
}

/** Show the most probable classes, in label order on ties, and a button for the others. */
function showBars(labels: readonly string[], probabilities: Float32Array, top: number): void {
  const order = rankClasses(probabilities);
  const list = byId('bars', HTMLElement);
  const more = byId('more', HTMLButtonElement);
  const render = (all: boolean) => {
    const shown = all ? order : order.slice(0, MOST_SHOWN);
    list.replaceChildren(
      ...shown.map((index) => createBar(labels[index] ?? '', probabilities[index] ?? 0, index === top)),
    );
    more.setAttribute('aria-expanded', String(all));
    more.textContent = all
      ? `Show the ${MOST_SHOWN} most probable`
      : `Show all ${labels.length.toLocaleString('en')} classes`;
  };
  more.hidden = labels.length <= MOST_SHOWN;
  more.onclick = () => render(more.getAttribute('aria-expanded') !== 'true');
  render(false);
}

function createBar(label: string, probability: number, top: boolean): HTMLElement {
  const fill = h('span', 'fill');
  fill.style.inlineSize = `${probability * 100}%`;
  const track = h('span', 'track', fill);
  track.setAttribute('aria-hidden', 'true');
  const name = h('span', 'name', isolateText(label));
  const share = h('span', 'share', forceLeftToRight(formatPercent(probability)));
  return h('li', top ? 'bar best' : 'bar', name, share, track);
}

function showFacts(opened: OpenResult, result: Prediction): void {
  const facts = [
    ['Ran on', describeRun(opened)],
    ['Image', `${result.width} × ${result.height} pixels`],
    ['Decoding', formatMilliseconds(result.decode_ms)],
    ['Model', formatMilliseconds(result.ms)],
  ] as const;
  byId('facts', HTMLElement).replaceChildren(
    ...facts.map(([name, value]) => h('div', '', h('dt', '', name), h('dd', '', forceLeftToRight(value)))),
  );
}
