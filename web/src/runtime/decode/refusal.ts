/** Codes of refusals, the same as in Python. */
export type RefusalCode = 'empty' | 'format' | 'cmyk' | 'truncated' | 'corrupt' | 'too-large' | 'unsupported';

export const MAX_PIXELS = 2 ** 26;
export const MAX_SIDE = 16384;

const ADVICE: Record<RefusalCode, [rule: string, fix: string]> = {
  empty: ['an image file with content', 'Save or download it again.'],
  format: ['a JPEG or PNG file', 'Convert it to PNG.'],
  cmyk: ['a gray or RGB image', 'Convert it to RGB.'],
  truncated: ['a complete image file', 'Save or download it again.'],
  corrupt: ['an undamaged image file', 'Save or download it again.'],
  'too-large': [`at most ${MAX_PIXELS} pixels and ${MAX_SIDE} a side`, 'Scale it down.'],
  unsupported: ['a baseline or progressive JPEG, or a plain PNG', 'Save it again as PNG.'],
};

/** Error for a file that the decode contract refuses. */
export class DecodeRefusal extends Error {
  readonly code: RefusalCode;

  /** @param received what the file holds, as the middle of a sentence */
  constructor(code: RefusalCode, received: string) {
    const [rule, fix] = ADVICE[code];
    super(`Expected ${rule}; received ${received}. ${fix}`);
    this.name = 'DecodeRefusal';
    this.code = code;
  }
}

/** Check an image against the contract's size limits. @throws DecodeRefusal `too-large` */
export function checkSize(width: number, height: number): void {
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    throw new DecodeRefusal('too-large', `an image of ${width} x ${height} pixels`);
  }
}
