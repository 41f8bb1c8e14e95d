/** The page: wires the image's sources, the model and the answer together. */
import { bundleOf } from '../runtime/bundle.ts';
import { FailedError } from '../runtime/errors.ts';
import { MANIFEST_NAME, readKnownManifest } from '../runtime/manifest-document.ts';
import { httpReader } from '../runtime/reader.ts';
import { showError } from './alert.ts';
import { showEmpty } from './answer.ts';
import { choices } from './choices.ts';
import { Engine } from './engine.ts';
import { describe } from './intro.ts';
import { Page } from './page.ts';
import { pageDigest } from './page-digest.ts';

document.documentElement.dataset['started'] = ''; // tells boot.js that modules run here

async function start(): Promise<void> {
  const site = new URL('./', document.baseURI).href;
  const manifest = readKnownManifest(await httpReader.read(httpReader.join(site, MANIFEST_NAME)), pageDigest());
  describe(manifest);
  const offered = choices(manifest);
  const [first] = offered;
  if (first === undefined) {
    throw new FailedError(
      'Expected an artifact that browsers can run (tfjs-graph or onnx); this bundle has none. Export it with one of these targets.',
    );
  }
  await new Page(manifest, new Engine(bundleOf(httpReader, site, manifest), first), offered).prepare();
}

function tryToStart(): void {
  start().catch((error) => {
    showEmpty('No answer.');
    showError(error, tryToStart);
  });
}

tryToStart();
