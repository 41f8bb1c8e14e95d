import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ANSWER_ORDER, type Tap } from './taps.ts';

/** The SHA-256 of answers in their order: what must be the same in every place that runs the module. */
export class AnswerDigest {
  readonly #hash = sha256.create();

  /** Add the next image's answer. @param answer its arrays as little-endian float32 bytes in base64 */
  add(answer: Partial<Record<Tap, string>>): void {
    for (const output of ANSWER_ORDER) this.#hash.update(decodeBase64(answer[output] ?? ''));
  }

  /** The digest of all answers, in lower-case hexadecimal digits; nothing can be added after it. */
  finish(): string {
    return bytesToHex(this.#hash.digest());
  }
}

function decodeBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
