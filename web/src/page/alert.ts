import { describeError } from '../runtime/errors.ts';
import { byId, h } from './dom.ts';

/** Show an error, which screen readers announce at once. @param retry adds a button that calls it */
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

/** Show an alert. */
export function showAlert(message: string): void {
  show('', message);
}

/** Show a note: the page did something differently, and the visitor need not act. */
export function showNote(message: string): void {
  show('note', message);
}

/** Remove the alert or note. */
export function clearAlert(): void {
  byId('alert', HTMLElement).replaceChildren();
}

function show(className: string, message: string): void {
  const text = h('p', className, message);
  text.dir = 'auto';
  byId('alert', HTMLElement).replaceChildren(text);
}
