import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeRuntimes } from '../../scripts/runtimes.mjs';

test('the table of runtimes is what the runtimes say of themselves', async () => {
  const written = await readFile(new URL('../../assets/runtimes.json', import.meta.url), 'utf8');
  expect(written, 'run `npm run types`').toBe(await describeRuntimes());
});
