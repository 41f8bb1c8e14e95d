import type { Manifest } from '../../runtime/manifest/manifest.gen.ts';
import type { ImageSource } from '../../session/protocol.ts';
import { showError } from '../alert.ts';
import { byId } from '../dom.ts';
import { resolveSitePath } from '../site.ts';
import { connectFileInputs } from './files.ts';
import { showSamples } from './samples.ts';

/**
 * Connect the inputs for files and samples, and show a preview of the image.
 *
 * @param onImage called with an image, and with a note to show beside it
 */
export function connectImageInputs(manifest: Manifest, onImage: (image: ImageSource, note?: string) => void): void {
  const preview = byId('preview', HTMLImageElement);
  const show = (url: string, title: string) => {
    if (preview.src.startsWith('blob:')) URL.revokeObjectURL(preview.src);
    preview.src = url;
    preview.alt = title;
    preview.hidden = false;
    byId('choose', HTMLButtonElement).textContent = 'Choose another image';
  };
  preview.addEventListener('error', () => {
    preview.hidden = true;
  });
  const samples = showSamples(manifest.golden, ({ file, title }) => {
    show(resolveSitePath(file), title);
    onImage(resolveSitePath(file));
  });
  connectFileInputs({
    onFile(file, note) {
      samples.clear();
      show(URL.createObjectURL(file), file.name);
      onImage(file, note);
    },
    onError: showError,
  });
}
