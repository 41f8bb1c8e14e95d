import { DeviceError } from '../../runtime/errors.ts';
import { decodeFloat32 } from '../../runtime/float32.ts';
import type { Manifest } from '../../runtime/manifest/manifest.gen.ts';
import type { ShownNumber } from '../../runtime/outputs/output-kind.ts';
import { findOutput } from '../../runtime/outputs/registry.ts';
import { describeAnswer } from '../../runtime/outputs/show.ts';
import type { OpenResult, Prediction } from '../../session/protocol.ts';
import { byId, h, isolateText, forceLeftToRight } from '../dom.ts';
import { formatMilliseconds } from '../format.ts';
import { describeRun } from '../model/choices.ts';
import { showLoading } from '../model/loading-indicator.ts';
import { paintNetworkInput } from './network-input.ts';

const MOST_SHOWN = 10;
const LONG = 18; // letters that the headline has room for on one line

/** Show a prediction. @returns it as text for screen readers */
export function showAnswer(manifest: Manifest, opened: OpenResult, result: Prediction): string {
  const { kind } = findOutput(manifest);
  const row = decodeFloat32(result[kind.answer] ?? '');
  if (kind.findFault(row) !== null) {
    throw new DeviceError(
      `Expected ${kind.title}; the backend gave values that are none. Choose another backend.`,
    );
  }
  const { headline, detail, numbers, title } = describeAnswer(row, manifest);
  byId('top-label', HTMLElement).replaceChildren(isolateText(headline));
  byId('top-label', HTMLElement).classList.toggle('long', headline.length > LONG);
  byId('top-share', HTMLElement).replaceChildren(forceLeftToRight(detail));
  paintNetworkInput(manifest.preprocessing, result.pixels);
  byId('bars', HTMLElement).setAttribute('aria-label', title);
  byId('bars-title', HTMLElement).textContent = title;
  // Probabilities of one class need no heading: the percent signs say it.
  byId('bars-title', HTMLElement).hidden = kind.name === 'probabilities';
  showNumbers(numbers, kind.noun[1]);
  showFacts(opened, result);
  const short = [isolateText(headline), ...(detail === '' ? [] : [', ', forceLeftToRight(detail)])];
  byId('pad-answer', HTMLElement).replaceChildren(...short);
  byId('empty', HTMLElement).hidden = true;
  byId('answer', HTMLElement).hidden = false;
  return detail === '' ? headline : `${headline}, ${detail}`;
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

/** Show the first numbers, and a button for the others. */
function showNumbers(numbers: readonly ShownNumber[], noun: string): void {
  const list = byId('bars', HTMLElement);
  const more = byId('more', HTMLButtonElement);
  const render = (all: boolean) => {
    list.replaceChildren(...(all ? numbers : numbers.slice(0, MOST_SHOWN)).map(createBar));
    more.setAttribute('aria-expanded', String(all));
    more.textContent = all
      ? `Show the first ${MOST_SHOWN}`
      : `Show all ${numbers.length.toLocaleString('en')} ${noun}`;
  };
  more.hidden = numbers.length <= MOST_SHOWN;
  more.onclick = () => render(more.getAttribute('aria-expanded') !== 'true');
  render(false);
}

function createBar({ name, text, share, mark, best }: ShownNumber): HTMLElement {
  const item = h('li', best ? 'bar best' : 'bar', h('span', 'name', isolateText(name)));
  item.append(h('span', 'share', forceLeftToRight(text)));
  if (share === null) return item;
  const fill = h('span', 'fill');
  fill.style.inlineSize = `${share * 100}%`;
  const track = h('span', 'track', fill);
  track.setAttribute('aria-hidden', 'true');
  if (mark !== undefined) {
    const line = h('span', 'mark');
    line.style.insetInlineStart = `${mark * 100}%`;
    track.append(line);
  }
  item.append(track);
  return item;
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
