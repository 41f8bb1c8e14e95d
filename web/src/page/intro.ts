import type { Manifest } from '../runtime/manifest.gen.ts';
import { byId } from './dom.ts';
import { count } from './format.ts';

const LISTED = 12;

/** Say which model this is, what it tells apart, and what the self-check can prove. */
export function describe({ name, labels, golden }: Manifest): void {
  document.title = name;
  byId('title', HTMLElement).textContent = name;
  const list = labels.length <= LISTED ? `: ${labels.join(', ')}` : '';
  byId('lede', HTMLElement).textContent = `An image classifier of ${count(labels.length, 'class', 'classes')}${list}.`;
  byId('check-lede', HTMLElement).textContent =
    golden.length === 0
      ? 'This bundle ships no reference answers, so nothing can be checked here.'
      : `${count(golden.length, 'image')} ${golden.length === 1 ? 'comes' : 'come'} with the answers that the trained model gave in Python. ` +
        'The check runs them on this device, through the code that answers above, and shows how far apart both are. ' +
        'It proves agreement on these images and this backend; it does not say how often the model is right.';
}
