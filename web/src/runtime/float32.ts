/** Float32 arrays as little-endian bytes in base64, so that every bit survives JSON. */

const CHUNK = 0x8000; // String.fromCharCode takes its bytes as arguments, of which engines allow about 2^16

/** Encode values as little-endian bytes in base64. */
export function encodeFloat32(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let index = 0; index < values.length; index += 1) view.setFloat32(index * 4, values[index] ?? 0, true);
  const bytes = new Uint8Array(view.buffer);
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}

/** Decode values that `encodeFloat32`, or `encode_float32` in Python, wrote. */
export function decodeFloat32(text: string): Float32Array {
  const binary = atob(text);
  const view = new DataView(new ArrayBuffer(binary.length));
  for (let index = 0; index < binary.length; index += 1) view.setUint8(index, binary.charCodeAt(index));
  const values = new Float32Array(binary.length / 4);
  for (let index = 0; index < values.length; index += 1) values[index] = view.getFloat32(index * 4, true);
  return values;
}
