import { FailedError, describeError } from '../../runtime/errors.ts';
import type { Manifest } from '../../runtime/manifest/manifest.gen.ts';
import type { ImageSource } from '../../session/protocol.ts';
import { showError } from '../alert.ts';
import { byId } from '../dom.ts';
import { resolveSitePath } from '../site.ts';
import { connectFileInputs } from './files.ts';
import type { SampleFiles } from './sample-files.ts';
import { showSamples } from './samples.ts';

/** A larger file may be a film: the session looks at its first bytes before it reads it. Others are kept in memory. */
const LARGE_BYTES = 64 * 2 ** 20;

/** Reads an image; again, where reading it or answering it has failed. */
export type ImageReader = () => Promise<ImageSource>;

/** Callbacks: an image, with a note to show beside it; an error if a file could not be read. */
export interface ImageEvents {
  onImage(image: ImageReader, note?: string): void;
  onError(error: unknown): void;
}

/**
 * Connect the inputs for files and samples, and show a preview of the image.
 *
 * @returns `showPictures` asks for the pictures of the samples
 */
export function connectImageInputs(
  manifest: Manifest,
  files: SampleFiles,
  { onImage, onError }: ImageEvents,
): { showPictures(): void } {
  const preview = byId('preview', HTMLImageElement);
  const hide = () => {
    preview.hidden = true;
  };
  const show = (url: string, title: string) => {
    if (preview.src.startsWith('blob:')) URL.revokeObjectURL(preview.src);
    preview.src = url;
    preview.alt = title;
    preview.hidden = false;
    byId('choose', HTMLButtonElement).textContent = 'Choose another image';
  };
  preview.addEventListener('error', hide);
  let lastRequest = 0;
  const samples = showSamples(manifest.golden, ({ file, title }) => {
    lastRequest += 1;
    show(resolveSitePath(file), title);
    onImage(() => files.read(file));
  });
  connectFileInputs({
    async onFile(file, note) {
      const request = ++lastRequest;
      samples.clear();
      try {
        const image = file.size > LARGE_BYTES ? file : new Uint8Array(await file.arrayBuffer());
        if (request !== lastRequest) return;
        show(URL.createObjectURL(file), file.name);
        onImage(async () => image, note);
      } catch (error) {
        hide();
        onError(
          new FailedError(
            `Expected to read ${file.name}; the browser could not (${describeError(error)}). Choose an image file that is still there.`,
          ),
        );
      }
    },
    onError: showError,
  });
  return samples;
}
