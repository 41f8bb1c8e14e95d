import type { ImageSource } from '../harness/protocol.ts';
import type { Manifest } from '../runtime/manifest.gen.ts';
import { clearAlert, showAlert, showError } from './alert.ts';
import { bringAnswerIntoView, showAnswer, showEmpty } from './answer.ts';
import { byId } from './dom.ts';
import { drawingPad } from './draw/pad.ts';
import { address, type Engine } from './engine.ts';
import { fileInputs } from './files.ts';
import { sampleButtons } from './samples.ts';
import { clearCheck, selfCheck } from './self-check.ts';
import { imageTabs } from './tabs.ts';

const WAITING = 'Choose an image to see what the model says.';

/** What the page does with an image, a backend and a check. */
export class Page {
  readonly #manifest: Manifest;
  readonly #engine: Engine;
  #image: ImageSource | null = null;
  #turn = 0;
  #checking = false;

  constructor(manifest: Manifest, engine: Engine) {
    this.#manifest = manifest;
    this.#engine = engine;
    const preview = byId('preview', HTMLImageElement);
    const tabs = manifest.page?.draw === 'digit' ? imageTabs() : null;
    const show = (url: string, title: string, image: ImageSource) => {
      if (preview.src.startsWith('blob:')) URL.revokeObjectURL(preview.src);
      preview.src = url;
      preview.alt = title;
      preview.hidden = false;
      byId('choose', HTMLButtonElement).textContent = 'Choose another image';
      tabs?.show('file');
      void this.classify(image).then(bringAnswerIntoView);
    };
    preview.addEventListener('error', () => {
      preview.hidden = true;
    });
    fileInputs((file) => {
      file
        .arrayBuffer()
        .then((buffer) => show(URL.createObjectURL(file), file.name, new Uint8Array(buffer)), showError);
    });
    sampleButtons(manifest.golden, ({ file, title }) => show(address(file), title, address(file)));
    if (tabs !== null) drawingPad((png) => void this.classify(png), showError);
    byId('check', HTMLButtonElement).addEventListener('click', () => void this.check());
  }

  /** Load the model ahead of the first image. */
  async prepare(): Promise<void> {
    const turn = ++this.#turn;
    showEmpty(`Loading ${this.#engine.choice.title}.`);
    try {
      await this.#engine.start();
      if (turn === this.#turn) showEmpty(WAITING);
    } catch (error) {
      this.#fail(turn, error);
    }
  }

  /** Change the backend, and answer again on the new one. */
  async select(choice: Engine['choice']): Promise<void> {
    clearAlert();
    clearCheck();
    this.#engine.select(choice);
    if (this.#image !== null) return this.classify(this.#image);
    return this.prepare();
  }

  /** Show the model's answer for an image; a later image overtakes an earlier one. */
  async classify(image: ImageSource): Promise<void> {
    const turn = ++this.#turn;
    this.#image = image;
    clearAlert();
    byId('answer', HTMLElement).classList.add('pending');
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
      this.#fail(turn, error);
    } finally {
      if (turn === this.#turn) byId('answer', HTMLElement).classList.remove('pending');
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
      await selfCheck(this.#manifest, this.#engine);
    } catch (error) {
      clearCheck();
      // Choosing another backend ends a check: that is no fault.
      if (choice === this.#engine.choice) showError(error);
    } finally {
      this.#checking = false;
      button.removeAttribute('aria-disabled');
    }
  }

  #fail(turn: number, error: unknown): void {
    if (turn !== this.#turn) return;
    showEmpty('No answer.');
    showError(error);
  }
}
