import { messageOf } from '../runtime/errors.ts';
import { byId, h } from './dom.ts';

/** Say what went wrong, where screen readers announce it at once. */
export function showError(error: unknown): void {
  showAlert(messageOf(error));
}

export function showAlert(message: string): void {
  byId('alert', HTMLElement).replaceChildren(h('p', '', message));
}

export function clearAlert(): void {
  byId('alert', HTMLElement).replaceChildren();
}
