/** The page's entry: reads the manifest, chooses the first backend and starts the page. */
import { FailedError } from '../runtime/errors.ts';
import { createBundle } from '../runtime/files/bundle.ts';
import { httpReader } from '../runtime/files/http-reader.ts';
import { MANIFEST_NAME, readKnownManifest } from '../runtime/manifest/json-document.ts';
import { showError } from './alert.ts';
import { showEmpty } from './answer/answer.ts';
import { showIntro } from './intro.ts';
import { listChoices } from './model/choices.ts';
import { ModelRunner } from './model/model-runner.ts';
import { PageController } from './page-controller.ts';
import { readPageDigest } from './site.ts';

document.documentElement.dataset['started'] = ''; // tells boot.js that modules run here

async function start(): Promise<void> {
  const site = new URL('./', document.baseURI).href;
  const manifest = readKnownManifest(await httpReader.read(httpReader.join(site, MANIFEST_NAME)), readPageDigest());
  showIntro(manifest);
  const offered = listChoices(manifest);
  const [first] = offered;
  if (first === undefined) {
    throw new FailedError(
      'Expected an artifact that browsers can run (tfjs-graph or onnx); this bundle has none. Export it with one of these targets.',
    );
  }
  await new PageController(manifest, new ModelRunner(createBundle(httpReader, site, manifest), first), offered).prepare();
}

function tryToStart(): void {
  start().catch((error) => {
    showEmpty('No answer.');
    showError(error, tryToStart);
  });
}

tryToStart();
