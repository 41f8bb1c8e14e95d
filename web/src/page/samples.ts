import type { GoldenImage } from '../runtime/manifest.gen.ts';
import { byId, h } from './dom.ts';
import { address } from './engine.ts';

/** Offer the golden images that are marked as samples. */
export function sampleButtons(golden: readonly GoldenImage[], onChoose: (image: GoldenImage) => void): void {
  const samples = golden.filter(({ sample }) => sample === true);
  byId('samples-block', HTMLElement).hidden = samples.length === 0;
  byId('samples', HTMLElement).replaceChildren(
    ...samples.map((image) => {
      const picture = h('img', '');
      picture.src = address(image.file);
      picture.alt = '';
      picture.loading = 'lazy';
      picture.width = image.width;
      picture.height = image.height;
      const button = h('button', 'sample', picture, h('span', '', image.title));
      button.type = 'button';
      button.title = image.title;
      button.addEventListener('click', () => onChoose(image));
      return h('li', '', button);
    }),
  );
}
