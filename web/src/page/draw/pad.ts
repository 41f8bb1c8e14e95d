import { FailedError } from '../../runtime/errors.ts';
import { byId } from '../dom.ts';
import { FIELD, type Point } from './geometry.ts';
import { paint, toPng } from './render.ts';

/** Let visitors draw: strokes by pointer, handed over as a PNG file on release. */
export function drawingPad(onDrawn: (png: Uint8Array) => void, onError: (error: unknown) => void): void {
  const canvas = byId('pad', HTMLCanvasElement);
  const hint = byId('pad-hint', HTMLElement);
  const context = canvas.getContext('2d');
  if (context === null) {
    onError(new FailedError('Expected a 2D canvas to draw on; this browser gives none. Choose a file instead.'));
    return;
  }
  let strokes: Point[][] = [];
  let pointer: number | null = null;

  const show = () => {
    paint(context, strokes);
    hint.hidden = strokes.length > 0;
  };
  const add = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * FIELD;
    const y = ((event.clientY - box.top) / box.height) * FIELD;
    strokes.at(-1)?.push({ x, y });
  };
  const finish = (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    toPng(strokes).then(onDrawn, onError);
  };

  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    strokes.push([]);
    add(event);
    show();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer) return;
    for (const step of event.getCoalescedEvents?.() ?? []) add(step);
    add(event);
    show();
  });
  canvas.addEventListener('pointerup', finish);
  canvas.addEventListener('pointercancel', finish);
  byId('clear', HTMLButtonElement).addEventListener('click', () => {
    strokes = [];
    show();
  });
  show();
}
