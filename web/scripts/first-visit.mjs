/** Measures what a first prediction downloads, from the built files. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { requireOne } from './require-one.mjs';

/**
 * What a first prediction downloads beside the page, by what runs it: the module is the default, TensorFlow.js the larger
 * of the libraries' defaults. `lazy` are files by their names in the build, `limit` is in bytes with brotli, without the model
 * and the image; that of the library leaves out the module, which only decodes there and has its own limit.
 *
 * @type {Record<'module' | 'library', { worker: RegExp, lazy: RegExp[], limit: number }>}
 */
export const PATHS = {
  module: { worker: /^module-worker-.*\.js$/, lazy: [], limit: 130_000 },
  library: {
    worker: /^worker-entry-.*\.js$/,
    lazy: [/^graph-/, /^wasm-/, /^tfjs-backend-wasm-simd-/],
    limit: 250_000,
  },
};

/**
 * @typedef {{ file: string, raw: number, brotli: number }} Download
 * @param {string} page the built page's folder
 * @param {'module' | 'library'} runner what runs the model
 * @returns {Promise<Download[]>}
 */
export async function measureFirstVisit(page, runner) {
  const assets = path.join(page, 'assets');
  const names = await readdir(assets);
  const lazy = PATHS[runner].lazy.map((pattern) => requireOne(names, pattern));
  const worker = requireOne(names, PATHS[runner].worker);
  const html = await readFile(path.join(page, 'index.html'), 'utf8');
  const linked = [...html.matchAll(/(?:src|href)="\.\/assets\/([^"]+)"/g)].map(([, name]) => name ?? '');
  const queue = [...linked, worker, ...lazy];
  const seen = new Set(queue);
  for (const name of queue) {
    if (!name.endsWith('.js')) continue;
    const code = await readFile(path.join(assets, name), 'utf8');
    for (const [, imported = ''] of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) {
      if (!seen.has(imported)) queue.push(imported);
      seen.add(imported);
    }
  }
  const own = [...seen].filter((name) => runner === 'module' || !/^webparity-.*\.wasm$/.test(name));
  const files = ['index.html', ...own.sort().map((name) => `assets/${name}`)];
  return Promise.all(files.map(async (file) => ({ file, ...measureSizes(await readFile(path.join(page, file))) })));
}

/**
 * @param {Download[]} downloads
 * @param {'module' | 'library'} runner
 * @returns {string}
 */
export function formatReport(downloads, runner) {
  const total = downloads.reduce((sum, { raw, brotli }) => ({ raw: sum.raw + raw, brotli: sum.brotli + brotli }), {
    raw: 0,
    brotli: 0,
  });
  const rows = [...downloads, { file: `total (limit ${formatKilobytes(PATHS[runner].limit)} brotli)`, ...total }];
  return rows.map(({ file, raw, brotli }) => `${formatKilobytes(raw)} ${formatKilobytes(brotli)}  ${file}`).join('\n');
}

/** @param {number} bytes */
const formatKilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

/** @param {Buffer} bytes */
function measureSizes(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return { raw: bytes.length, brotli: brotliCompressSync(bytes, { params }).length };
}
