import type { Manifest } from '../runtime/manifest/manifest.gen.ts';
import { findOutput } from '../runtime/outputs/registry.ts';
import { byId, isolateText } from './dom.ts';
import { formatCount } from './format.ts';

const LISTED = 12;

/** Show the model's name and classes, and what the self-check compares. */
export function showIntro(manifest: Manifest): void {
  const { name, labels, golden } = manifest;
  const { kind } = findOutput(manifest);
  document.title = name;
  byId('title', HTMLElement).textContent = name;
  const listed = labels.length <= LISTED ? labels : [];
  const list = listed.flatMap((label, index) => [index === 0 ? ': ' : ', ', isolateText(label)]);
  const count = formatCount(labels.length, ...kind.noun);
  byId('lede', HTMLElement).replaceChildren(`${kind.model} of ${count}`, ...list, '.');
  byId('check-lede', HTMLElement).textContent =
    golden.length === 0
      ? 'This bundle ships no reference answers, so nothing can be checked here.'
      : `${formatCount(golden.length, 'image')} ${golden.length === 1 ? 'comes' : 'come'} with the answers that the trained model gave in Python. ` +
        'The check runs them on this device, through the code that answers above, and shows how far apart both are. ' +
        'It proves agreement on these images and this backend; it does not say how often the model is right.';
}
