/** Float32 arrays as little-endian bytes in base64, so that every bit survives JSON. */

const CHUNK = 0x8000; // String.fromCharCode takes its bytes as arguments, of which engines allow about 2^16

/** Base64 of the values' little-endian bytes. */
export function encodeFloat32(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value, true);
  });
  const bytes = new Uint8Array(view.buffer);
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}

/** The values that `encodeFloat32` (or the manifest's `encode_float32`) wrote. */
export function decodeFloat32(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
