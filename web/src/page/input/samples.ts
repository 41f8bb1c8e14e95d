import type { GoldenImage } from '../../runtime/manifest/manifest.gen.ts';
import { byId, h, isolateText } from '../dom.ts';
import { resolveSitePath } from '../site.ts';

/**
 * Show buttons for the golden images that are samples; the button of the chosen one is marked.
 *
 * @returns `clear` marks none; `showPictures` asks for the pictures, which would hold up the model's files
 */
export function showSamples(
  golden: readonly GoldenImage[],
  onChoose: (image: GoldenImage) => void,
): { clear(): void; showPictures(): void } {
  const samples = golden.filter(({ sample }) => sample === true);
  const list = byId('samples', HTMLElement);
  const mark = (chosen: HTMLElement | null) => {
    for (const button of list.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button === chosen));
    }
  };
  const pictures = samples.map(() => h('img', ''));
  byId('samples-block', HTMLElement).hidden = samples.length === 0;
  list.replaceChildren(
    ...samples.map((image, index) => {
      const picture = pictures[index] ?? h('img', '');
      picture.alt = '';
      picture.loading = 'lazy';
      picture.width = image.width;
      picture.height = image.height;
      const button = h('button', 'sample', picture, h('span', '', isolateText(image.title)));
      button.type = 'button';
      button.title = image.title;
      button.addEventListener('click', () => {
        mark(button);
        onChoose(image);
      });
      return h('li', '', button);
    }),
  );
  mark(null);
  return {
    clear: () => mark(null),
    showPictures() {
      samples.forEach(({ file }, index) => {
        const picture = pictures[index];
        if (picture !== undefined && !picture.hasAttribute('src')) picture.src = resolveSitePath(file);
      });
    },
  };
}
