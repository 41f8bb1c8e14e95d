import { deflateSync, crc32 as nodeCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Adler32, crc32 } from '../../../../src/runtime/decode/png/checksums.ts';

test('CRC-32 is that of zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(crc32(bytes)).toBe(nodeCrc32(bytes));
    }),
  );
});

test('Adler-32, fed in pieces, is the last number of a zlib stream', () => {
  const long = new Uint8Array(20_000).fill(255);
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (pieces) => {
      const adler = new Adler32();
      for (const piece of [long, ...pieces]) adler.update(piece);
      const stream = deflateSync(Buffer.concat([long, ...pieces]));
      expect(adler.value).toBe(stream.readUInt32BE(stream.length - 4));
    }),
    { numRuns: 30 },
  );
});
