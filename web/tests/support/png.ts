import { crc32, deflateSync } from 'node:zlib';

/** An 8-bit RGB PNG file of those pixels, written by hand: what the tests know, no encoder decided. */
export function encodePng(width: number, height: number, rgb: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits a channel
  header.setUint8(9, 2); // colour type RGB
  const rows = Array.from({ length: height }, (_, y) => [0, ...rgb.subarray(y * width * 3, (y + 1) * width * 3)]);
  return Uint8Array.from([
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...createChunk('IHDR', new Uint8Array(header.buffer)),
    ...createChunk('IDAT', deflateSync(Uint8Array.from(rows.flat()))),
    ...createChunk('IEND', new Uint8Array()),
  ]);
}

export function createChunk(type: string, data: Uint8Array): number[] {
  const body = [...new TextEncoder().encode(type), ...data];
  const uint32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  return [...uint32(data.length), ...body, ...uint32(crc32(Uint8Array.from(body)))];
}
