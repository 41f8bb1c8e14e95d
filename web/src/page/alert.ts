import { describeError } from '../runtime/errors.ts';
import { byId, h } from './dom.ts';

/** Say what went wrong, where screen readers announce it at once, with a button that tries again where that may help. */
export function showError(error: unknown, retry?: () => void): void {
  showAlert(describeError(error));
  if (retry === undefined) return;
  const button = h('button', '', 'Try again');
  button.type = 'button';
  button.addEventListener('click', () => {
    clearAlert();
    retry();
  });
  byId('alert', HTMLElement).append(button);
}

export function showAlert(message: string): void {
  show('', message);
}

/** Say what the page did in another way than was asked for: no fault, and nothing to do. */
export function showNote(message: string): void {
  show('note', message);
}

export function clearAlert(): void {
  byId('alert', HTMLElement).replaceChildren();
}

function show(className: string, message: string): void {
  const text = h('p', className, message);
  text.dir = 'auto';
  byId('alert', HTMLElement).replaceChildren(text);
}
