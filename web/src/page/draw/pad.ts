import { FailedError } from '../../runtime/errors.ts';
import { byId } from '../dom.ts';
import { FIELD, type Point, type Stroke } from './geometry.ts';
import { paint, encodeDrawing } from './render.ts';

/** Callbacks: a stroke begins; it ends, with the drawing; the pad was cleared; an error. */
export interface PadEvents {
  onStart(): void;
  onDrawn(png: Uint8Array): void;
  onClear(): void;
  onError(error: unknown): void;
}

/** Connect the drawing pad: strokes by pointer, given as a PNG file when the pointer is released. */
export function connectDrawingPad({ onStart, onDrawn, onClear, onError }: PadEvents): void {
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
  const sendDrawing = async (drawn: readonly Stroke[]) => {
    try {
      const png = await encodeDrawing(drawn);
      if (drawn === strokes) onDrawn(png); // else it was cleared meanwhile
    } catch (error) {
      onError(error);
    }
  };
  const finish = (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    void sendDrawing(strokes);
  };

  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    onStart();
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
    pointer = null;
    show();
    onClear();
  });
  show();
}
