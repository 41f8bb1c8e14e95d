/** Runs both builds. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { collectNotices } from './notices.mjs';
import { createHarnessOptions, createNodeOptions, createPageOptions } from './vite-options.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Build everything that ships: `page/` and `node/`.
 *
 * @param {string} folder where both are written
 */
export async function buildTo(folder) {
  const page = path.join(folder, 'page');
  const node = path.join(folder, 'node');
  await build(createPageOptions(page));
  await build(createHarnessOptions(page));
  await build(createNodeOptions(node));
  const text = await collectNotices(ROOT);
  for (const output of [page, node]) await writeFile(path.join(output, 'third-party.txt'), text);
}
