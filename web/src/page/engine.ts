import { Client } from '../harness/client.ts';
import type { ImageSource, OpenResult, Predicted, Refused } from '../harness/protocol.ts';
import type { Tap } from '../runtime/backends/backend.ts';
import { FailedError } from '../runtime/errors.ts';
import { decodeFloat32 } from '../runtime/float32.ts';
import { checkProbabilities } from '../runtime/probabilities.ts';
import type { Choice } from './choices.ts';
import { pageDigest } from './page-digest.ts';

/** The model on the chosen backend, started when first needed. */
export class Engine {
  readonly #client = new Client();
  #choice: Choice;
  #opened: Promise<OpenResult> | null = null;

  constructor(choice: Choice) {
    this.#choice = choice;
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** Change the backend: a fresh worker, so that nothing of the old one stays. */
  select(choice: Choice): void {
    this.#client.stop('another backend was chosen');
    this.#choice = choice;
    this.#opened = null;
  }

  /** Load the library and the model. */
  start(): Promise<OpenResult> {
    if (this.#opened !== null) return this.#opened;
    const { runtime, backend, artifact } = this.#choice;
    const opened = this.#client.call('open', { site: './', digest: pageDigest(), runtime, backend, artifact: artifact.id });
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = null; // so that the next call tries again
    });
    this.#opened = opened;
    return opened;
  }

  /** Run one image, with those of the taps that the artifact has. */
  async run(image: ImageSource, taps: readonly Tap[]): Promise<Predicted | Refused> {
    await this.start();
    const available = taps.filter((tap) => tap in this.#choice.artifact.outputs);
    const { results } = await this.#client.call('run', { images: [image], taps: available });
    const [result] = results;
    if (result === undefined) throw new FailedError('Expected a result for the image; received none. Reload the page.');
    if (!('refused' in result)) checkProbabilities(decodeFloat32(result.probabilities));
    return result;
  }
}

/** A site's path as an address beside the page. */
export function address(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
