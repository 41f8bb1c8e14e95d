import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { kernels } from '../../scripts/kernels.mjs';

const TABLE = new URL('../../../export/tfjs_kernels.json', import.meta.url);

test('the table of operators is that of the installed backends', async () => {
  expect(await readFile(TABLE, 'utf8')).toBe(await kernels());
});

test('the table knows what is missing', async () => {
  const { backends } = JSON.parse(await kernels());
  expect(backends.cpu).toContain('Einsum');
  expect(backends.wasm).not.toContain('Einsum');
});
