import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { listKernels } from '../../scripts/kernels.mjs';

const TABLE = new URL('../../../export/tfjs/kernels.json', import.meta.url);

test('the table of operators is that of the installed backends', async () => {
  expect(await readFile(TABLE, 'utf8')).toBe(await listKernels());
});

test('the table knows what is missing', async () => {
  const { backends } = JSON.parse(await listKernels());
  expect(backends.cpu).toContain('Einsum');
  expect(backends.wasm).not.toContain('Einsum');
});
