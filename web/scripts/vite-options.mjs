/** The two builds: the page with its harness for browsers, and the harness for Node. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { minifySync } from 'rolldown/experimental';
import { requireOne } from './require-one.mjs';
import { readRuntimes } from './runtimes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Drop TF.js' code for WebAssembly threads (55 kB), because one thread is used.
 *
 * @returns {import('vite').Plugin}
 */
function dropThreadedBackend() {
  return {
    name: 'webparity:without-threads',
    enforce: 'pre',
    load(id) {
      if (/tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/.test(id)) {
        return 'export const wasmWorkerContents = ""; export default function () { throw new Error("built without threads"); }';
      }
      return null;
    },
  };
}

/**
 * Leave out the runtimes that have no backend on a platform, with the libraries and files behind them.
 *
 * @param {'browser' | 'node'} platform
 * @returns {import('vite').Plugin}
 */
function dropRuntimesOfOthers(platform) {
  const others = readRuntimes().filter(({ backends }) => backends[platform].length === 0);
  const descriptions = new Map(others.map((runtime) => [`${root}src/runtime/backends/${runtime.name}.ts`, runtime]));
  return {
    name: 'webparity:drop-runtimes-of-others',
    enforce: 'pre',
    load(id) {
      const description = descriptions.get(id);
      return description === undefined ? null : `export const runtime = ${JSON.stringify(description)};`;
    },
  };
}

/**
 * For Node: put the WebAssembly files that are imported by their address beside the harness, under their own names.
 *
 * @returns {import('vite').Plugin}
 */
function emitWasmForNode() {
  return {
    name: 'webparity:wasm-for-node',
    enforce: 'pre',
    load(id) {
      const [file = '', query] = id.split('?');
      if (query !== 'url' || !file.endsWith('.wasm')) return null;
      const fileName = path.basename(file);
      this.emitFile({ type: 'asset', fileName, source: readFileSync(file) });
      return `export default new URL(${JSON.stringify(fileName)}, import.meta.url).href;`;
    },
  };
}

/**
 * Add boot.js to the page as a classic script: Vite bundles only modules, and this one must run if they do not.
 *
 * @returns {import('vite').Plugin}
 */
function addBootScript() {
  const { code: source } = minifySync('boot.js', readFileSync(`${root}src/page/boot.js`, 'utf8'), {
    compress: false, // it might use syntax younger than the browsers that this is for
  });
  const fileName = `assets/boot-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
  return {
    name: 'webparity:boot-script',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source });
    },
    transformIndexHtml(html, { path: page }) {
      if (page !== '/index.html') return html;
      /** @type {import('vite').HtmlTagDescriptor} */
      const script = { tag: 'script', attrs: { async: true, src: `./${fileName}` }, injectTo: 'head' };
      // Browsers do not load a style sheet with `crossorigin` when the page is opened from a file.
      return { html: html.replace('rel="stylesheet" crossorigin', 'rel="stylesheet"'), tags: [script] };
    },
  };
}

/**
 * Let the browser ask for module, manifest and worker beside the page's code; `export/page.py` adds the model.
 * The worker is started by start-worker.js inside the HTML, whose digest is in the policy: as a file it would come later.
 *
 * @returns {import('vite').Plugin}
 */
function askForFirstFiles() {
  return {
    name: 'webparity:first-files',
    transformIndexHtml: {
      order: 'post',
      handler(html, { path: page, bundle = {} }) {
        if (page !== '/index.html') return html;
        const names = Object.keys(bundle);
        const module = requireOne(names, /^assets\/webparity-[\w-]+\.wasm$/);
        const worker = requireOne(names, /^assets\/module-worker-[\w-]+\.js$/);
        const source = readFileSync(`${root}src/page/start-worker.js`, 'utf8').replace('WORKER', `./${worker}`);
        const script = minifySync('start-worker.js', source, { compress: false }).code.trim();
        const digest = createHash('sha256').update(script).digest('base64');
        const links = [module, 'manifest.json'].map((name) => `<link rel="preload" as="fetch" crossorigin href="./${name}">`);
        return html
          .replace("'wasm-unsafe-eval'", `'wasm-unsafe-eval' 'sha256-${digest}'`)
          .replace(/<!-- start-worker\.js.*-->/, () => [...links, `<script data-start>${script}</script>`].join('\n    '));
      },
    },
  };
}

/** Put all that the worker runs into a chunk beside its entry, because no other chunk may import an entry. */
const WORKER_CHUNK = {
  codeSplitting: { groups: [{ name: 'worker', test: /src[\\/]session[\\/]worker\.ts$/ }] },
};

/**
 * Create the options of the page's build: `index.html` and content-hashed `assets/`.
 *
 * @param {string} outDir
 * @returns {import('vite').InlineConfig}
 */
export function createPageOptions(outDir) {
  const names = {
    entryFileNames: 'assets/[name]-[hash].js',
    chunkFileNames: 'assets/[name]-[hash].js',
    assetFileNames: 'assets/[name]-[hash][extname]',
    // The licences are in third-party.txt, once each.
    comments: { legal: false },
  };
  return {
    root,
    base: './',
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [dropThreadedBackend(), addBootScript(), askForFirstFiles()],
    worker: {
      format: 'es',
      plugins: () => [dropThreadedBackend(), dropRuntimesOfOthers('browser')],
      rolldownOptions: { output: { ...names, ...WORKER_CHUNK } },
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
      rolldownOptions: {
        input: { index: `${root}index.html` },
        output: names,
      },
    },
  };
}

/**
 * Create the options of the build of `harness.html`, beside the page: a chunk that both share would be one more file of
 * the page. Both have the same workers.
 *
 * @param {string} outDir
 * @returns {import('vite').InlineConfig}
 */
export function createHarnessOptions(outDir) {
  const options = createPageOptions(outDir);
  const rolldownOptions = { ...options.build?.rolldownOptions, input: { harness: `${root}harness.html` } };
  return { ...options, build: { ...options.build, emptyOutDir: false, rolldownOptions } };
}

/**
 * Create the options of the build for Node: one `harness.mjs`, without onnxruntime-node.
 *
 * @param {string} outDir
 * @returns {import('vite').InlineConfig}
 */
export function createNodeOptions(outDir) {
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [dropThreadedBackend(), dropRuntimesOfOthers('node'), emitWasmForNode()],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: `${root}src/harness/node.ts`,
      ssrEmitAssets: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        output: {
          entryFileNames: 'harness.mjs',
          codeSplitting: false,
          // TF.js' WebAssembly code is CommonJS and uses __dirname.
          banner: `import { fileURLToPath as pathOf } from 'node:url';\nconst __dirname = pathOf(new URL('.', import.meta.url));`,
        },
      },
    },
  };
}
