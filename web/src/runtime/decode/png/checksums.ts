/** Four tables, so that four bytes are read at a time. */
const CRC_TABLES = buildCrcTables();
const ADLER_MODULUS = 65521;
/** The sums of this many bytes stay below 2^32. */
const ADLER_BATCH = 5552;

function buildCrcTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  const tables = [first];
  for (let i = 1; i < 4; i++) {
    const before = tables[i - 1] as Uint32Array;
    tables.push(before.map((crc) => (crc >>> 8) ^ (first[crc & 255] as number)));
  }
  return tables;
}

/** The CRC-32 of PNG chunks. */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = CRC_TABLES as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let crc = 0xffffffff;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    crc ^=
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    crc =
      (t3[crc & 255] as number) ^
      (t2[(crc >>> 8) & 255] as number) ^
      (t1[(crc >>> 16) & 255] as number) ^
      (t0[crc >>> 24] as number);
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[i] as number)) & 255] as number);
  return ~crc >>> 0;
}

/** The Adler-32 checksum of zlib streams, fed piece by piece. */
export class Adler32 {
  #a = 1;
  #b = 0;

  update(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += ADLER_BATCH) {
      const end = Math.min(from + ADLER_BATCH, bytes.length);
      for (let i = from; i < end; i++) {
        this.#a += bytes[i] as number;
        this.#b += this.#a;
      }
      this.#a %= ADLER_MODULUS;
      this.#b %= ADLER_MODULUS;
    }
  }

  get value(): number {
    return this.#b * 65536 + this.#a;
  }
}
