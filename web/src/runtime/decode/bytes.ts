/** Whether `bytes` begin with `prefix`. */
export function startsWith(bytes: Uint8Array, prefix: Iterable<number>): boolean {
  let at = 0;
  for (const byte of prefix) if (bytes[at++] !== byte) return false;
  return true;
}

/** Encode an ASCII text. */
export function encodeAscii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Read a big-endian number of 1 to 4 bytes. */
export function readBigEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] as number);
  return value;
}
