import { centreStrokes, findCentreOfMass, FIELD, fitBox, PEN, type Stroke } from './geometry.ts';

/** Draw strokes in white on black. */
export function paint(context: CanvasRenderingContext2D, strokes: readonly Stroke[]): void {
  context.fillStyle = '#000';
  context.fillRect(0, 0, FIELD, FIELD);
  context.strokeStyle = '#fff';
  context.lineWidth = PEN;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const [first, ...rest] of strokes) {
    if (first === undefined) continue;
    context.beginPath();
    context.moveTo(first.x, first.y);
    // A dot is a line to itself.
    for (const { x, y } of rest.length > 0 ? rest : [first]) context.lineTo(x, y);
    context.stroke();
  }
}

/** Encode a drawing, scaled and centred, as a PNG file. */
export async function encodeDrawing(strokes: readonly Stroke[]): Promise<Uint8Array> {
  const canvas = document.createElement('canvas');
  canvas.width = FIELD;
  canvas.height = FIELD;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('Expected a 2D canvas to draw on; this browser gives none.');
  const fitted = fitBox(strokes);
  paint(context, fitted);
  const mass = findCentreOfMass(context.getImageData(0, 0, FIELD, FIELD).data, FIELD, FIELD);
  paint(context, centreStrokes(fitted, mass));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('Expected the drawing as a PNG file; this browser made none.');
  return new Uint8Array(await blob.arrayBuffer());
}
