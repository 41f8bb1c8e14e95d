import { MAX_PIXELS, MAX_SIDE, type RefusalCode } from './bindings.ts';

const SAVE_AGAIN = 'Save or download it again.';

/** The rule, and the fix where the decoder gives none; the same as in `core/decode/refusal_text.py`. */
const WORDS: Record<RefusalCode, [rule: string, fix: string]> = {
  empty: ['an image file with content', SAVE_AGAIN],
  format: ['a JPEG, PNG, WebP, GIF or BMP file', 'Convert it to JPEG or PNG.'],
  truncated: ['a complete image file', SAVE_AGAIN],
  corrupt: ['an undamaged image file', SAVE_AGAIN],
  'too-large': [`at most ${MAX_PIXELS} pixels and ${MAX_SIDE} a side`, 'Scale it down.'],
  unsupported: ['an image file of a common kind', 'Save it again as PNG.'],
  'too-much-work': ['an image file that takes no more work than its size allows', 'Save it again as PNG.'],
  'out-of-memory': ['an image that can be decoded in 4 GiB of memory', 'Scale it down.'],
};

/** Error for a file that the decode contract refuses. */
export class DecodeRefusal extends Error {
  readonly code: RefusalCode;

  /** @param received what was found, as the middle of a sentence; behind a colon, what to do about it */
  constructor(code: RefusalCode, received: string) {
    const [rule, fix] = WORDS[code];
    const [, found = received, advice] = /^(.*?): (.+)$/s.exec(received) ?? [];
    const end = advice === undefined ? fix : `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`;
    super(`Expected ${rule}; received ${found}. ${end}`);
    this.name = 'DecodeRefusal';
    this.code = code;
  }
}
