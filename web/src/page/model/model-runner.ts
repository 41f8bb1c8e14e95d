import { DeviceError, FailedError, RuntimeError } from '../../runtime/errors.ts';
import type { Bundle } from '../../runtime/files/bundle.ts';
import { loadCode, readCode } from '../../runtime/files/load-code.ts';
import { decodeFloat32 } from '../../runtime/float32.ts';
import { findOutput } from '../../runtime/outputs/registry.ts';
import type { Tap } from '../../runtime/taps.ts';
import type { Client } from '../../session/client.ts';
import type { ImageSource, OpenResult, Prediction, RefusedImage } from '../../session/protocol.ts';
import type { EarlySite } from '../early/early-site.ts';
import { hasSameBits, type Choice } from './choices.ts';
import { LoadingIndicator } from './loading-indicator.ts';

/** A BMP file. */
const ONE_PIXEL = Uint8Array.from(atob('Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAgICAAA=='), (letter) => letter.charCodeAt(0));

/** The model on the chosen backend; it is loaded on first use. */
export class ModelRunner {
  readonly #bundle: Bundle;
  readonly #client: Client;
  readonly #early: EarlySite;
  readonly #loading: LoadingIndicator;
  #choice: Choice;
  #opened: Promise<OpenResult> | null = null;
  #ready = false;
  #failed = false;

  constructor(bundle: Bundle, client: Client, early: EarlySite, choice: Choice) {
    this.#bundle = bundle;
    this.#client = client;
    this.#early = early;
    this.#choice = choice;
    this.#loading = new LoadingIndicator(bundle);
    early.files.onprogress = client.onprogress = (progress) => this.#loading.add(progress);
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** Whether library and model are loaded. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Change the backend; the old worker is ended with all that it holds. */
  select(choice: Choice): void {
    this.#choice = choice;
    this.#drop('another backend was chosen');
  }

  /** Load the library and the model. */
  start(): Promise<OpenResult> {
    if (this.#opened !== null) return this.#opened;
    const opened = this.#open().then((result) => {
      if (this.#opened === opened) {
        this.#ready = true;
        this.#failed = false;
      }
      return result;
    });
    opened.catch(() => {
      // The next call tries again in a fresh worker, for an import that failed stays failed in the old one.
      if (this.#opened !== opened) return;
      this.#failed = true;
      this.#drop('it did not start');
    });
    this.#opened = opened;
    return opened;
  }

  /**
   * Run one image, with those of the taps that the artifact has. If the device fails, the worker is replaced, and the
   * image is run once more.
   *
   * @param digests whether to compute the digest of the decoded pixels
   * @throws DeviceError the device failed twice
   */
  async run(image: ImageSource, taps: readonly Tap[], digests = false): Promise<Prediction | RefusedImage> {
    const choice = this.#choice;
    const opened = this.start();
    await opened;
    try {
      return await this.#runOnce(image, taps, digests);
    } catch (error) {
      if (!(error instanceof DeviceError) || choice !== this.#choice) throw error;
      if (this.#opened === opened) this.#drop('its backend is opened again');
      try {
        await this.start();
        return await this.#runOnce(image, taps, digests);
      } catch (second) {
        if (choice !== this.#choice) throw second;
        this.#drop('its backend failed twice');
        // A lost device may not even be given out again; a damaged file is another matter.
        if (second instanceof RuntimeError && second.kind === 'integrity') throw second;
        throw second instanceof DeviceError ? second : error;
      }
    }
  }

  /** Run an image of one pixel ahead of the visitor's first: engines compile what is used, when it is first used. */
  async warm(): Promise<void> {
    if (!hasSameBits(this.#choice)) return; // a GPU's first run may hold the visitor's image up for seconds
    const opened = this.#opened;
    try {
      await this.#client.call('run', { images: [ONE_PIXEL], taps: [], digests: false });
    } catch {
      if (this.#opened === opened) this.#drop('it failed before the first image'); // which opens it again, and tells
    }
  }

  async #open(): Promise<OpenResult> {
    const { runtime, backend, artifact } = this.#choice;
    this.#loading.begin(this.#choice);
    if (this.#failed) await readCode(this.#bundle); // the browser may have kept a damaged copy
    const [given] = await Promise.all([
      this.#early.collect(this.#bundle, artifact),
      loadCode(this.#bundle, () => this.#client.start(runtime)),
    ]);
    const transfer = [...given.files.values()].map(({ buffer }) => buffer as ArrayBuffer);
    return this.#client.call('open', { site: './', runtime, backend, artifact: artifact.id, given }, transfer);
  }

  async #runOnce(image: ImageSource, taps: readonly Tap[], digests: boolean): Promise<Prediction | RefusedImage> {
    const available = taps.filter((tap) => tap in this.#choice.artifact.outputs);
    const { results } = await this.#client.call('run', { images: [image], taps: available, digests });
    const [result] = results;
    if (result === undefined) throw new FailedError('Expected a result for the image; received none. Reload the page.');
    if (!('refused' in result)) this.#checkAnswer(result);
    return result;
  }

  /** @throws DeviceError the answer is not of the manifest's kind of output */
  #checkAnswer(result: Prediction): void {
    const { kind } = findOutput(this.#bundle.manifest);
    const fault = kind.findFault(decodeFloat32(result[kind.answer] ?? ''));
    if (fault === null) return;
    throw new DeviceError(`Expected ${kind.title} from the model; received ${fault}. Choose another backend.`);
  }

  #drop(reason: string): void {
    this.#opened = null;
    this.#ready = false;
    this.#client.stop(reason);
  }
}
