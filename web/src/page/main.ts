/** The page: wires the image's sources, the model and the answer together. */
import { FailedError } from '../runtime/errors.ts';
import { MANIFEST_NAME, readKnownManifest } from '../runtime/manifest-document.ts';
import { httpReader } from '../runtime/reader.ts';
import { showError } from './alert.ts';
import { showEmpty } from './answer.ts';
import { choices } from './choices.ts';
import { byId } from './dom.ts';
import { Engine } from './engine.ts';
import { describe } from './intro.ts';
import { Page } from './page.ts';
import { pageDigest } from './page-digest.ts';

async function start(): Promise<void> {
  const location = httpReader.join(new URL('./', document.baseURI).href, MANIFEST_NAME);
  const manifest = readKnownManifest(await httpReader.read(location), pageDigest());
  describe(manifest);
  const offered = choices(manifest);
  const [first] = offered;
  if (first === undefined) {
    throw new FailedError(
      'Expected an artifact that browsers can run (tfjs-graph or onnx); this bundle has none. Export it with one of these targets.',
    );
  }
  const page = new Page(manifest, new Engine(first));
  const select = byId('backend', HTMLSelectElement);
  select.replaceChildren(...offered.map(({ title }, index) => new Option(title, String(index))));
  select.disabled = false;
  select.addEventListener('change', () => {
    const choice = offered[Number(select.value)];
    if (choice !== undefined) void page.select(choice);
  });
  byId('check', HTMLButtonElement).disabled = manifest.golden.length === 0;
  await page.prepare();
}

start().catch((error) => {
  showEmpty('No answer.');
  showError(error);
});
