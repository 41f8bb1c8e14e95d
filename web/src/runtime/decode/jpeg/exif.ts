const EXIF_MARK = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION = 0x0112;
const SHORT = 3;
const ENTRY = 12;

/** Whether an APP1 payload is EXIF. */
export function isExif(segment: Uint8Array): boolean {
  return EXIF_MARK.every((byte, i) => segment[i] === byte);
}

/**
 * Read the EXIF orientation from an APP1 segment's payload.
 *
 * @returns 1 to 8; 1 wherever the structure is malformed or the tag is absent, not one SHORT or out of range
 */
export function readOrientation(segment: Uint8Array): number {
  const tiff = segment.subarray(EXIF_MARK.length);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (view.byteLength < 8) return 1;
  const mark = view.getUint32(0);
  const little = mark === 0x49492a00;
  if (!little && mark !== 0x4d4d002a) return 1;
  const directory = view.getUint32(4, little);
  if (directory < 8 || directory + 2 > view.byteLength) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < entries; i += 1, at += ENTRY) {
    if (at + ENTRY > view.byteLength) return 1;
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    const plain = view.getUint16(at + 2, little) === SHORT && view.getUint32(at + 4, little) === 1;
    return plain && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
