import { expect, test } from 'vitest';
import { DecodeRefusal } from '../../../src/runtime/wasm/refusal.ts';

test('a refusal has its code, the rule, what was found, and the fix', () => {
  const refusal = new DecodeRefusal('truncated', 'a PNG that ends within a chunk');
  expect(refusal.code).toBe('truncated');
  expect(refusal.message).toBe(
    'Expected a complete image file; received a PNG that ends within a chunk. Save or download it again.',
  );
});

test('what stands behind a colon is the fix', () => {
  const phone = 'a HEIC photograph: convert it to JPEG; an iPhone takes JPEGs with Settings > Camera';
  expect(new DecodeRefusal('format', phone).message).toBe(
    'Expected a JPEG, PNG, WebP, GIF or BMP file; received a HEIC photograph. ' +
      'Convert it to JPEG; an iPhone takes JPEGs with Settings > Camera.',
  );
});
