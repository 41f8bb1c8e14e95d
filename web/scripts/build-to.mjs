/** Builds everything that ships into a folder: `page/` and `node/`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { collectNotices } from './notices.mjs';
import { createNodeOptions, createPageOptions } from './vite-options.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} folder */
export async function buildTo(folder) {
  const page = path.join(folder, 'page');
  const node = path.join(folder, 'node');
  await build(createPageOptions(page));
  await build(createNodeOptions(node));
  const text = await collectNotices(ROOT);
  for (const place of [page, node]) await writeFile(path.join(place, 'third-party.txt'), text);
}
