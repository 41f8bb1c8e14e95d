import type { ImageDecoder } from './decoder.ts';
import type { Elements } from './elements.ts';
import type { Program } from './program.ts';
import { ProgramRefusal } from './program-refusal.ts';
import { DecodeRefusal } from './refusal.ts';
import type { Rgb8 } from './rgb8.ts';

/** A program that decodes and runs any number of images in one instance, and is loaded again after a fault. */
export class KeptProgram implements ImageDecoder {
  readonly #open: () => Promise<Program>;
  #program: Program | null = null;

  /** @param open loads the program; called at the first use, and again after a fault */
  constructor(open: () => Promise<Program>) {
    this.#open = open;
  }

  /** Load the program ahead of the first file. @throws what `open` throws */
  async load(): Promise<Program> {
    this.#program ??= await this.#open();
    return this.#program;
  }

  /** Decode a file where it will be run; see `Program.decode`. */
  decode(bytes: Uint8Array, contract?: string): Promise<Rgb8> {
    return this.#use((program) => program.decode(bytes, contract));
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
  run(image: Rgb8, wanted: readonly number[]): Promise<Elements[]> {
    return this.#use((program) => program.run(image, [], wanted));
  }

  /** Give the program up, with its memory. */
  close(): void {
    this.#program = null;
  }

  async #use<T>(call: (program: Program) => T): Promise<T> {
    const program = await this.load();
    try {
      return call(program);
    } catch (error) {
      // After a trap the instance may be in any state.
      if (!(error instanceof DecodeRefusal) && !(error instanceof ProgramRefusal)) this.close();
      throw error;
    }
  }
}
