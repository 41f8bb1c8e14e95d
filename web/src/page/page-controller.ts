import { DeviceError } from '../runtime/errors.ts';
import type { Manifest } from '../runtime/manifest/manifest.gen.ts';
import { clearAlert, showAlert, showError, showNote } from './alert.ts';
import { bringAnswerIntoView, showAnswer, showEmpty, showPending } from './answer/answer.ts';
import { byId } from './dom.ts';
import { connectDrawingPad } from './draw/pad.ts';
import { connectImageInputs, type ImageReader } from './input/images.ts';
import type { SampleFiles } from './input/sample-files.ts';
import { connectTabs, type Tab } from './input/tabs.ts';
import { BackendSelector } from './model/backend-selector.ts';
import type { Choice } from './model/choices.ts';
import { showLoading } from './model/loading-indicator.ts';
import type { ModelRunner } from './model/model-runner.ts';
import { clearCheck, runSelfCheck } from './self-check/self-check.ts';

const WAITING = 'Choose an image to see what the model says.';
/** Time until the old answer is removed: most answers take less, and visitors do not yet read the old one as new. */
const PATIENCE_MS = 500;

/** Connects the page's inputs (images, choice of a backend, self-check) to the model and shows the answers. */
export class PageController {
  readonly #manifest: Manifest;
  readonly #runner: ModelRunner;
  readonly #backends: BackendSelector;
  readonly #showPictures: () => void;
  readonly #images: Record<Tab, ImageReader | null> = { file: null, draw: null };
  #tab: Tab = 'file';
  #lastRequest = 0;
  #checking = false;

  constructor(manifest: Manifest, runner: ModelRunner, samples: SampleFiles, offered: readonly Choice[]) {
    this.#manifest = manifest;
    this.#runner = runner;
    this.#backends = new BackendSelector(offered, (choice) => void this.select(choice));
    const tabs = manifest.page?.draw === 'digit' ? connectTabs((tab) => void this.#switchTab(tab)) : null;
    const showFileTab = () => {
      this.#tab = 'file';
      tabs?.show('file');
    };
    const inputs = connectImageInputs(manifest, samples, {
      onImage: (image, note) => {
        showFileTab();
        void this.classify(image, note).then(bringAnswerIntoView);
      },
      onError: (error) => {
        showFileTab();
        this.#images.file = null;
        this.#showFailure(++this.#lastRequest, error);
      },
    });
    this.#showPictures = inputs.showPictures;
    if (tabs !== null) {
      connectDrawingPad({
        onStart: () => showPending(true),
        onDrawn: (png) => void this.classify(async () => png),
        onClear: () => {
          this.#images.draw = null;
          void this.prepare();
        },
        onError: (error) => this.#showFailure(++this.#lastRequest, error),
      });
    }
    byId('check', HTMLButtonElement).disabled = manifest.golden.length === 0;
    byId('check', HTMLButtonElement).addEventListener('click', () => void this.check());
  }

  /** Load the model ahead of the first image, showing no answer. */
  async prepare(): Promise<void> {
    const request = ++this.#lastRequest;
    clearAlert();
    this.#showWaiting();
    try {
      await this.#runner.start();
      if (request !== this.#lastRequest) return;
      showEmpty(WAITING);
      void this.#runner.warm();
    } catch (error) {
      this.#showFailure(request, error, () => void this.prepare());
    } finally {
      this.#showPictures();
    }
  }

  /** Change the backend, and answer again with the new one. */
  async select(choice: Choice): Promise<void> {
    clearCheck();
    this.#runner.select(choice);
    return this.#answerAgain();
  }

  /** Show the model's answer for an image; the answer of an earlier image is then dropped. */
  async classify(image: ImageReader, note?: string): Promise<void> {
    const request = ++this.#lastRequest;
    this.#images[this.#tab] = image;
    clearAlert();
    if (note !== undefined) showNote(note);
    showPending(true);
    const patience = setTimeout(() => this.#showWaiting(), this.#runner.ready ? PATIENCE_MS : 0);
    try {
      await this.#answer(request, image);
    } catch (error) {
      this.#showFailure(request, error, () => void this.classify(image, note));
    } finally {
      clearTimeout(patience);
      if (request === this.#lastRequest) showPending(false);
    }
  }

  /** Compare this device with Python on the golden set. */
  async check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    const button = byId('check', HTMLButtonElement);
    button.setAttribute('aria-disabled', 'true'); // stays focusable, unlike disabled
    clearAlert();
    clearCheck();
    const choice = this.#runner.choice;
    try {
      await runSelfCheck(this.#manifest, this.#runner);
    } catch (error) {
      clearCheck();
      // Choosing another backend ends a check: that is no fault.
      if (choice === this.#runner.choice) showError(error, () => void this.check());
    } finally {
      this.#checking = false;
      button.removeAttribute('aria-disabled');
    }
  }

  /** Answer with the chosen backend, or with the next one if the device fails. */
  async #answer(request: number, read: ImageReader): Promise<void> {
    const { choice } = this.#runner;
    try {
      const [opened, image] = await Promise.all([this.#runner.start(), read()]);
      const result = await this.#runner.run(image, ['pixels']);
      if (request !== this.#lastRequest) return;
      if ('refused' in result) {
        showEmpty('No answer: the image was refused.');
        showAlert(result.message);
      } else {
        byId('status', HTMLElement).textContent = showAnswer(this.#manifest, opened, result);
      }
    } catch (error) {
      if (request !== this.#lastRequest || !(error instanceof DeviceError)) throw error;
      const next = this.#backends.selectAfter(choice);
      if (next === undefined) throw error;
      clearCheck();
      this.#runner.select(next);
      this.#showWaiting();
      await this.#answer(request, read);
      if (request !== this.#lastRequest) return;
      showNote(`${choice.title} stopped working on this device, so ${this.#runner.choice.title} answered.`);
    }
  }

  /** Show that the model is working, or how much of it is loaded. */
  #showWaiting(): void {
    const { ready, choice } = this.#runner;
    showEmpty(ready ? 'Working.' : `Loading ${choice.title}.`);
    showLoading(!ready);
  }

  #switchTab(tab: Tab): Promise<void> {
    this.#tab = tab;
    return this.#answerAgain();
  }

  /** Answer for the image of the current tab, if it has one. */
  #answerAgain(): Promise<void> {
    const image = this.#images[this.#tab];
    return image === null ? this.prepare() : this.classify(image);
  }

  #showFailure(request: number, error: unknown, retry?: () => void): void {
    if (request !== this.#lastRequest) return;
    showEmpty('No answer.');
    showError(error, retry);
  }
}
