import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTo } from '../../scripts/build-to.mjs';
import { measureFirstVisit, PATHS } from '../../scripts/first-visit.mjs';
import { readRuntimes } from '../../scripts/runtimes.mjs';
import { sha256Hex } from '../../src/runtime/digest.ts';
import { readImportGraph, WEB } from '../support/modules.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'build-'));
  await buildTo(path.join(folder, 'once'));
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

async function readContents(of: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(path.join(folder, of), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const read = files.sort().map(async (file) => {
    const name = path.relative(path.join(folder, of), file).split(path.sep).join('/');
    return [name, await readFile(file)] as const;
  });
  return new Map(await Promise.all(read));
}

test('a second build gives the same names and bytes', async () => {
  await buildTo(path.join(folder, 'twice'));
  const digests = async (of: string) => [...(await readContents(of))].map(([name, bytes]) => [name, sha256Hex(bytes)]);
  expect(await digests('twice')).toEqual(await digests('once'));
}, 120_000);

test.each([
  ['module', /webparity-/, /tfjs|ort/],
  ['library', /tfjs-backend-wasm-simd-/, /ort/],
] as const)('a first prediction by the %s stays within its budget', async (runner, large, other) => {
  const downloads = await measureFirstVisit(path.join(folder, 'once', 'page'), runner);
  expect(downloads.reduce((sum, { brotli }) => sum + brotli, 0)).toBeLessThan(PATHS[runner].limit);
  const names = downloads.map(({ file }) => file).join(' ');
  // The budget would be worthless if it missed what is large.
  expect(names).toMatch(large);
  expect(names).not.toMatch(other);
});

test('the worker of the module is one file, which imports nothing', async () => {
  const [worker] = [...(await readContents('once'))].filter(([name]) => name.includes('/module-worker-'));
  expect(createImports(String(worker?.[1]))).toEqual([]);
});

/** What a built file imports, with `import … from`, `import "…"`, `import("…")` and `export … from`. */
const createImports = (code: string) =>
  [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'`]\.\/([^"'`]+)["'`]/g)].map(([, name]) => name ?? '');

test('no chunk imports an entry, which WebKit would evaluate a second time', async () => {
  const built = await readContents('once');
  const code = new Map(
    [...built].flatMap(([name, bytes]) =>
      /^page\/assets\/.*\.js$/.test(name) ? [[name.slice('page/assets/'.length), String(bytes)] as const] : [],
    ),
  );
  const pages = ['page/index.html', 'page/harness.html'].map((name) => String(built.get(name)));
  const entries = [
    ...pages.flatMap((html) => [...html.matchAll(/<script type="module"[^>]* src="\.\/assets\/([^"]+)"/g)]),
    ...[...code.values()].flatMap((text) => [...text.matchAll(/new Worker\(new URL\(new URL\(`([^`]+)`/g)]),
  ].map(([, name]) => name ?? '');
  // The page and the harness are built apart, with the same workers.
  expect([...new Set(entries)].map((name) => name.replace(/-[\w-]{8}\.js$/, '')).sort()).toEqual(['harness', 'index', 'module-worker', 'worker-entry']);
  const imported = [...code.values()].flatMap(createImports);
  expect(imported.length).toBeGreaterThan(20);
  expect(imported.filter((name) => entries.includes(name))).toEqual([]);
  expect(imported.every((name) => code.has(name))).toBe(true);
});

test('the worker is an import and nothing else', async () => {
  const [entry] = [...(await readContents('once'))].filter(([name]) => name.includes('worker-entry'));
  expect(String(entry?.[1]).trim()).toMatch(/^import"\.\/worker-[\w-]+\.js";?$/);
});

test('the page has one classic script, which is no module', async () => {
  const html = String((await readContents('once')).get('page/index.html'));
  const [, name] = /<script async src="\.\/(assets\/boot-[\da-f]{8}\.js)">/.exec(html) ?? [];
  const code = String((await readContents('once')).get(`page/${name}`));
  expect(code).toMatch(/^\(function\(\)\{/);
  expect(code).not.toMatch(/=>|\bimport\b|\bexport\b|\basync\b|\bconst\b/);
});

/** The WebAssembly files that the source imports by their address, with the modules that do. */
async function findWasmImports(): Promise<Map<string, string>> {
  const found = [...readImportGraph('src').keys()].map(async (module) => {
    const code = await readFile(path.join(WEB, module), 'utf8');
    return [...code.matchAll(/'[^']*\/([\w-]+\.wasm)\?url'/g)].map(([, file = '']) => [file, module] as const);
  });
  return new Map((await Promise.all(found)).flat());
}

test('only the WebAssembly files that are used ship, on each platform those of its own runtimes', async () => {
  const used = await findWasmImports();
  expect([...used.keys()]).toContain('tfjs-backend-wasm-simd.wasm');
  const notForNode = readRuntimes().filter(({ backends }) => backends.node.length === 0);
  const foreign = new Set(notForNode.map(({ name }) => `src/runtime/backends/${name}.ts`));
  const names = [...(await readContents('once')).keys()].filter((name) => name.endsWith('.wasm'));
  expect(names.map((name) => name.replace(/-[\w-]{8}\.wasm$/, '.wasm')).sort()).toEqual(
    [...used]
      .flatMap(([file, module]) => [`page/assets/${file}`, ...(foreign.has(module) ? [] : [`node/${file}`])])
      .sort(),
  );
  expect(names.join(' ')).not.toMatch(/tfjs-backend-wasm-threaded/);
  expect(names.join(' ')).not.toMatch(/node\/ort-wasm/);
});

test('nothing of this machine is written into the build', async () => {
  for (const [name, bytes] of await readContents('once')) {
    expect(bytes.includes(WEB), `${name} names the folder it was built in`).toBe(false);
  }
});

describe.each(['index.html', 'harness.html'])('%s', (name) => {
  test('names its files relative to itself, and no other host', async () => {
    const html = await readFile(path.join(folder, 'once', 'page', name), 'utf8');
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) expect(address).toMatch(/^(\.\/assets\/|\.\/manifest\.json$|data:,$)/);
    expect(html).not.toMatch(/https?:/);
  });

  test('forbids code from strings and from elsewhere', async () => {
    const html = await readFile(path.join(folder, 'once', 'page', name), 'utf8');
    expect(html).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval'( 'sha256-[\w+/]{43}=')?;/);
    const [, script = ''] = /<script data-start>([^]*?)<\/script>/.exec(html) ?? [];
    const digest = createHash('sha256').update(script).digest('base64');
    expect(html.match(/'sha256-[^']*'/g) ?? []).toEqual(name === 'index.html' ? [`'sha256-${digest}'`] : []);
    expect(html.match(/<script(?![^>]*src=)/g) ?? []).toHaveLength(name === 'index.html' ? 1 : 0);
    expect(html).not.toMatch(/'unsafe-(inline|eval)'/);
  });
});

test('the lock names no download address', async () => {
  expect(await readFile(path.join(WEB, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|https?:\/\/registry/);
});
