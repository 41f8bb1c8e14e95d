import { expect, test } from 'vitest';
import { formatBytes } from '../../../src/page/format.ts';
import { TransferProgress } from '../../../src/page/model/transfer-progress.ts';

test('files that are expected count before they begin', () => {
  const transfer = new TransferProgress(
    new Map([
      ['a', 1000],
      ['b', 500],
    ]),
  );
  expect([transfer.loaded, transfer.total]).toEqual([0, 1500]);
  transfer.add('a', { loaded: 400, total: null });
  transfer.add('a', { loaded: 700, total: null });
  expect([transfer.loaded, transfer.total]).toEqual([700, 1500]);
});

test('others are added with the size that the server says, or with what has come', () => {
  const transfer = new TransferProgress(new Map());
  transfer.add('c', { loaded: 10, total: 80 });
  transfer.add('d', { loaded: 20, total: null });
  expect([transfer.loaded, transfer.total]).toEqual([30, 100]);
  transfer.add('d', { loaded: 50, total: null });
  expect([transfer.loaded, transfer.total]).toEqual([60, 130]);
});

test.each([
  [0, '0 kB'],
  [1, '1 kB'],
  [999_499, '1000 kB'],
  [1_440_000, '1.4 MB'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
