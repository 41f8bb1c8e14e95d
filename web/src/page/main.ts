/** The page's entry: asks for what the HTML names, reads the manifest, chooses the first backend and starts the page. */
import { FailedError } from '../runtime/errors.ts';
import { Client } from '../session/client.ts';
import { showError } from './alert.ts';
import { showEmpty } from './answer/answer.ts';
import { EarlySite } from './early/early-site.ts';
import { takeEarlyWorker } from './early/early-worker.ts';
import { SampleFiles } from './input/sample-files.ts';
import { showIntro } from './intro.ts';
import { listChoices } from './model/choices.ts';
import { ModelRunner } from './model/model-runner.ts';
import { PageController } from './page-controller.ts';
import { listFirstFiles, readPageDigest, SITE } from './site.ts';

document.documentElement.dataset['started'] = ''; // tells boot.js that modules run here

const named = listFirstFiles();
const early = new EarlySite(SITE, named.files);
const client = new Client(undefined, takeEarlyWorker());
// Beside the files. What goes wrong is said when the model is opened.
if (named.runtime !== null) client.start(named.runtime).catch(() => undefined);

async function start(): Promise<void> {
  const bundle = await early.openBundle(readPageDigest());
  const { manifest } = bundle;
  showIntro(manifest);
  const offered = listChoices(manifest);
  const [first] = offered;
  if (first === undefined) {
    throw new FailedError(
      'Expected an artifact that browsers can run (wasm, tfjs-graph or onnx); this bundle has none. Export it with one of these targets.',
    );
  }
  const runner = new ModelRunner(bundle, client, early, first);
  await new PageController(manifest, runner, new SampleFiles(SITE, bundle, early.files), offered).prepare();
}

function tryToStart(): void {
  start().catch((error) => {
    showEmpty('No answer.');
    showError(error, tryToStart);
  });
}

tryToStart();
