import { DeviceError } from '../runtime/errors.ts';
import type { Manifest } from '../runtime/manifest/manifest.gen.ts';
import type { ImageSource } from '../session/protocol.ts';
import { clearAlert, showAlert, showError, showNote } from './alert.ts';
import { bringAnswerIntoView, showAnswer, showEmpty, showPending } from './answer/answer.ts';
import { byId } from './dom.ts';
import { connectDrawingPad } from './draw/pad.ts';
import { connectImageInputs } from './input/images.ts';
import { connectTabs, type Tab } from './input/tabs.ts';
import { BackendSelector } from './model/backend-selector.ts';
import type { Choice } from './model/choices.ts';
import { showLoading } from './model/loading-indicator.ts';
import type { ModelRunner } from './model/model-runner.ts';
import { clearCheck, runSelfCheck } from './self-check/self-check.ts';

const WAITING = 'Choose an image to see what the model says.';
/** Long enough that most answers come first, short enough that an old one does not pass for the new. */
const PATIENCE_MS = 500;

/** What the page does with an image, a backend and a check. */
export class Page {
  readonly #manifest: Manifest;
  readonly #engine: ModelRunner;
  readonly #backends: BackendSelector;
  readonly #images: Record<Tab, ImageSource | null> = { file: null, draw: null };
  #tab: Tab = 'file';
  #turn = 0;
  #checking = false;

  constructor(manifest: Manifest, engine: ModelRunner, offered: readonly Choice[]) {
    this.#manifest = manifest;
    this.#engine = engine;
    this.#backends = new BackendSelector(offered, (choice) => void this.select(choice));
    const tabs = manifest.page?.draw === 'digit' ? connectTabs((tab) => void this.#turnTo(tab)) : null;
    const turnToFile = () => {
      this.#tab = 'file';
      tabs?.show('file');
    };
    connectImageInputs(manifest, {
      onImage: (image, note) => {
        turnToFile();
        void this.classify(image, note).then(bringAnswerIntoView);
      },
      onError: (error) => {
        turnToFile();
        this.#images.file = null;
        this.#fail(++this.#turn, error);
      },
    });
    if (tabs !== null) {
      connectDrawingPad({
        onStart: () => showPending(true),
        onDrawn: (png) => void this.classify(png),
        onClear: () => {
          this.#images.draw = null;
          void this.prepare();
        },
        onError: (error) => this.#fail(++this.#turn, error),
      });
    }
    byId('check', HTMLButtonElement).disabled = manifest.golden.length === 0;
    byId('check', HTMLButtonElement).addEventListener('click', () => void this.check());
  }

  /** Load the model ahead of the first image, showing no answer. */
  async prepare(): Promise<void> {
    const turn = ++this.#turn;
    clearAlert();
    this.#wait();
    try {
      await this.#engine.start();
      if (turn === this.#turn) showEmpty(WAITING);
    } catch (error) {
      this.#fail(turn, error, () => void this.prepare());
    }
  }

  /** Change the backend, and answer again on the new one. */
  async select(choice: Choice): Promise<void> {
    clearCheck();
    this.#engine.select(choice);
    return this.#again();
  }

  /** Show the model's answer for an image; a later image overtakes an earlier one. */
  async classify(image: ImageSource, note?: string): Promise<void> {
    const turn = ++this.#turn;
    this.#images[this.#tab] = image;
    clearAlert();
    if (note !== undefined) showNote(note);
    showPending(true);
    const patience = setTimeout(() => this.#wait(), this.#engine.ready ? PATIENCE_MS : 0);
    try {
      await this.#answer(turn, image);
    } catch (error) {
      this.#fail(turn, error, () => void this.classify(image, note));
    } finally {
      clearTimeout(patience);
      if (turn === this.#turn) showPending(false);
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
    const choice = this.#engine.choice;
    try {
      await runSelfCheck(this.#manifest, this.#engine);
    } catch (error) {
      clearCheck();
      // Choosing another backend ends a check: that is no fault.
      if (choice === this.#engine.choice) showError(error, () => void this.check());
    } finally {
      this.#checking = false;
      button.removeAttribute('aria-disabled');
    }
  }

  /** Answer on the chosen backend, and where the device fails on it, on the next. */
  async #answer(turn: number, image: ImageSource): Promise<void> {
    const { choice } = this.#engine;
    try {
      const opened = await this.#engine.start();
      const result = await this.#engine.run(image, ['pixels']);
      if (turn !== this.#turn) return;
      if ('refused' in result) {
        showEmpty('No answer: the image was refused.');
        showAlert(result.message);
      } else {
        byId('status', HTMLElement).textContent = showAnswer(this.#manifest, opened, result);
      }
    } catch (error) {
      if (turn !== this.#turn || !(error instanceof DeviceError)) throw error;
      const next = this.#backends.after(choice);
      if (next === undefined) throw error;
      clearCheck();
      this.#engine.select(next);
      this.#wait();
      await this.#answer(turn, image);
      if (turn !== this.#turn) return;
      showNote(`${choice.title} stopped working on this device, so ${this.#engine.choice.title} answered.`);
    }
  }

  /** Say that the model is at work, or how much of it has come. */
  #wait(): void {
    const { ready, choice } = this.#engine;
    showEmpty(ready ? 'Working.' : `Loading ${choice.title}.`);
    showLoading(!ready);
  }

  #turnTo(tab: Tab): Promise<void> {
    this.#tab = tab;
    return this.#again();
  }

  /** Answer for the image of the tab that is shown; without one there is no answer. */
  #again(): Promise<void> {
    const image = this.#images[this.#tab];
    return image === null ? this.prepare() : this.classify(image);
  }

  #fail(turn: number, error: unknown, retry?: () => void): void {
    if (turn !== this.#turn) return;
    showEmpty('No answer.');
    showError(error, retry);
  }
}
