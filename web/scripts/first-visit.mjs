/** Measures what a first prediction on the default backend downloads, from the built files. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** The limit, in bytes with brotli, without the model and the image: 245 kB, and 40 kB for the decoder. */
export const LIMIT = 285_000;

/** Files that the default backend and the first image load, by their names in the build. */
const LAZY = [/^graph-/, /^wasm-/, /^tfjs-backend-wasm-simd-/, /^webparity-.*\.wasm$/];

/**
 * @typedef {{ file: string, raw: number, brotli: number }} Download
 * @param {string} page the built page's folder
 * @returns {Promise<Download[]>}
 */
export async function measureFirstVisit(page) {
  const assets = path.join(page, 'assets');
  const names = await readdir(assets);
  const lazy = LAZY.map((pattern) =>
    requireOne(
      names.filter((name) => pattern.test(name)),
      String(pattern),
    ),
  );
  const worker = requireOne(
    names.filter((name) => /^worker-entry-.*\.js$/.test(name)),
    'worker',
  );
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
  const files = ['index.html', ...[...seen].sort().map((name) => `assets/${name}`)];
  return Promise.all(files.map(async (file) => ({ file, ...measureSizes(await readFile(path.join(page, file))) })));
}

/**
 * @param {Download[]} downloads
 * @returns {string}
 */
export function formatReport(downloads) {
  const total = downloads.reduce((sum, { raw, brotli }) => ({ raw: sum.raw + raw, brotli: sum.brotli + brotli }), {
    raw: 0,
    brotli: 0,
  });
  const rows = [...downloads, { file: `total (limit ${formatKilobytes(LIMIT)} brotli)`, ...total }];
  return rows.map(({ file, raw, brotli }) => `${formatKilobytes(raw)} ${formatKilobytes(brotli)}  ${file}`).join('\n');
}

/** @param {number} bytes */
const formatKilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

/** @param {Buffer} bytes */
function measureSizes(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return { raw: bytes.length, brotli: brotliCompressSync(bytes, { params }).length };
}

/**
 * @param {string[]} found
 * @param {string} what
 */
function requireOne(found, what) {
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(
      `Expected one asset for ${what}; received ${found.join(', ') || 'none'}. Fit first-visit.mjs to the build.`,
    );
  }
  return found[0];
}
