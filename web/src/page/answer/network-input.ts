import { decodeFloat32 } from '../../runtime/float32.ts';
import type { Preprocessing } from '../../runtime/manifest/manifest.gen.ts';
import { byId, forceLeftToRight } from '../dom.ts';

/** Show the resized pixels that entered the network, if the artifact has that output. */
export function paintNetworkInput(preprocessing: Preprocessing, pixels: string | undefined): void {
  const canvas = byId('seen', HTMLCanvasElement);
  const { height = 0, width = 0, channels } = preprocessing;
  const depth = channels === 'gray' ? 1 : 3;
  // Blue comes first in BGR.
  const places = channels === 'bgr' ? [2, 1, 0] : depth === 3 ? [0, 1, 2] : [0, 0, 0];
  const values = pixels === undefined ? null : decodeFloat32(pixels);
  const figure = canvas.closest('figure');
  const usable = values !== null && values.length === height * width * depth;
  if (figure !== null) figure.hidden = !usable;
  if (!usable) return;
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let index = 0; index < width * height; index += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[index * 4 + channel] = values[index * depth + (places[channel] ?? 0)] ?? 0;
    }
    image.data[index * 4 + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  byId('seen-caption', HTMLElement).replaceChildren('Seen as ', forceLeftToRight(`${width}\u00a0×\u00a0${height}`));
}
