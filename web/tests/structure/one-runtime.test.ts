import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listFolders, WEB } from '../support/modules.ts';

const README = readFileSync(path.join(WEB, 'src/runtime/backends/README.md'), 'utf8');
const [, EXAMPLE = ''] = /```ts\n(.*?)```/s.exec(README) ?? [];
const COPIED = ['src', 'scripts', 'tests', 'package.json', 'vitest.config.ts', 'assets/runtimes.json', 'assets/webparity.wasm'];
const CONFIGS = ['tsconfig.base.json', 'tsconfig.runtime.json', 'tsconfig.page.json', 'tsconfig.node.json'];

let root: string;
let web: string;

/** Run a script of an installed package, or of the copy, in the copy. */
const run = (script: string, ...given: string[]) =>
  execFileSync(process.execPath, [script, ...given], { cwd: web, encoding: 'utf8', stdio: 'pipe' });

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'one-runtime-')));
  web = path.join(root, 'web');
  for (const name of [...COPIED, ...CONFIGS]) cpSync(path.join(WEB, name), path.join(web, name), { recursive: true });
  const schema = 'core/bundle/manifest.schema.json';
  for (const name of [schema, 'tests/shared']) {
    cpSync(path.join(WEB, '..', name), path.join(root, name), { recursive: true });
  }
  symlinkSync(path.join(WEB, 'node_modules'), path.join(web, 'node_modules'), 'dir');
  writeFileSync(path.join(web, 'src/runtime/backends/constant.ts'), EXAMPLE);
  run('scripts/types.mjs');
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

test('the runtime of the README is in the table, and no other file has changed', () => {
  const read = (folder: string, name: string) => readFileSync(path.join(folder, name), 'utf8');
  const names = (folder: string) =>
    JSON.parse(read(folder, 'assets/runtimes.json')).runtimes.map(({ name }: { name: string }) => name);
  expect(names(web)).toEqual(['constant', ...names(WEB)]);
  for (const [folder, files] of listFolders('src')) {
    for (const name of files) expect(read(web, `${folder}/${name}`)).toBe(read(WEB, `${folder}/${name}`));
  }
});

test('the copy compiles', () => {
  const tsc = path.join(WEB, 'node_modules/typescript/bin/tsc');
  for (const config of ['runtime', 'page', 'node']) run(tsc, '-p', `tsconfig.${config}.json`);
}, 60_000);

test('a session opens it, the page offers it, and the tests of runtimes and choices pass', () => {
  writeFileSync(
    path.join(web, 'tests/constant.test.ts'),
    `import { expect, test } from 'vitest';
import { listChoices } from '../src/page/model/choices.ts';
import { parseManifest } from '../src/runtime/manifest/parse.ts';
import { RUNTIMES } from '../src/runtime/registry.ts';
import { Session } from '../src/session/session.ts';
import { SITE } from './support/memory-reader.ts';
import { createTestPlatform } from './support/test-platform.ts';
import { createTinyBundle } from './support/tiny-bundle.ts';

test('constant', async () => {
  const files = createTinyBundle((manifest) => manifest.artifacts.forEach((artifact) => { artifact.target = 'onnx'; }));
  const manifest = parseManifest(files.get('manifest.json') as Uint8Array);
  expect(listChoices(manifest).map(({ title }) => title)).toEqual(['onnxruntime-web, WASM', 'Constant, plain JavaScript']);
  const session = new Session(createTestPlatform(files), RUNTIMES);
  const opened = await session.open({ site: SITE, runtime: 'constant', backend: 'cpu', artifact: manifest.artifacts[0]?.id ?? '' });
  expect(opened).toMatchObject({ runtime: 'constant', version: '1.0.0' });
});
`,
  );
  const own = ['tests/runtime/registry.test.ts', 'tests/page/model', 'tests/scripts/runtimes.test.ts'];
  const tests = ['tests/constant.test.ts', ...own];
  expect(run(path.join(WEB, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', ...tests)).toMatch(
    /"numFailedTests":0.*"success":true/,
  );
}, 60_000);
