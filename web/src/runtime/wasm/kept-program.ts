import { type ImageDecoder, MAX_KEPT_BYTES } from './decoder.ts';
import type { Elements } from './elements.ts';
import type { Program } from './program.ts';
import { ProgramRefusal } from './program-refusal.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Rgb8 } from './rgb8.ts';

/** A program that answers any number of images: loaded again after a fault, or once an image has grown its memory. */
export class KeptProgram implements ImageDecoder {
  readonly #open: () => Promise<Program>;
  #program: Program | null = null;
  #most = 0;

  /** @param open loads the program; called at the first use, and again when it was given up */
  constructor(open: () => Promise<Program>) {
    this.#open = open;
  }

  /** Load the program ahead of the first file. @throws what `open` throws */
  async load(): Promise<void> {
    if (this.#program !== null) return;
    this.#program = await this.#open();
    this.#most = this.#program.memoryBytes + MAX_KEPT_BYTES;
  }

  /** Decode a file where it will be run; see `Program.decode`. */
  decode(bytes: Uint8Array): Promise<Rgb8> {
    return this.#use((program) => program.decode(bytes));
  }

  /** Refuse a file by its first bytes. @throws DecodeRefusal | FailedError */
  judgeStart(start: Uint8Array): Promise<void> {
    return this.#use((program) => program.judgeStart(start));
  }

  /**
   * Run the image that was decoded last, or another.
   *
   * @param wanted which outputs to give, by their positions
   * @throws ProgramRefusal | FailedError
   */
  async run(image: Rgb8, wanted: readonly number[]): Promise<Elements[]> {
    const values = await this.#use((program) => program.run(image, [], wanted));
    if ((this.#program?.memoryBytes ?? 0) > this.#most) this.close(); // memory never shrinks
    return values;
  }

  /** Give the program up, with its memory. */
  close(): void {
    this.#program = null;
  }

  async #use<T>(call: (program: Program) => T): Promise<T> {
    await this.load();
    try {
      return call(this.#program as Program);
    } catch (error) {
      // After a trap the instance may be in any state; after a refusal it may have grown.
      const refused = error instanceof DecodeRefusal || error instanceof ProgramRefusal;
      if (!refused || (this.#program?.memoryBytes ?? 0) > this.#most) this.close();
      throw error;
    }
  }
}
