/** The two builds: the page with its harness for browsers, and the harness for Node. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { minifySync } from 'rolldown/experimental';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * TF.js bundles its threaded WebAssembly glue (55 kB) though one thread is all we use.
 *
 * @returns {import('vite').Plugin}
 */
function withoutThreads() {
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
 * A classic script for the page: modules are all that Vite bundles, and this one must run where they do not.
 *
 * @returns {import('vite').Plugin}
 */
function withBootScript() {
  const { code: source } = minifySync('boot.js', readFileSync(`${root}src/page/boot.js`, 'utf8'), {
    compress: false, // it might use syntax younger than the browsers that this is for
  });
  const fileName = `assets/boot-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
  return {
    name: 'webparity:boot-script',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source });
    },
    transformIndexHtml(html, { path }) {
      if (path !== '/index.html') return html;
      /** @type {import('vite').HtmlTagDescriptor} */
      const script = { tag: 'script', attrs: { async: true, src: `./${fileName}` }, injectTo: 'head' };
      // A style sheet asked for across origins would not be read from a file, and its reader see a bare sentence.
      return { html: html.replace('rel="stylesheet" crossorigin', 'rel="stylesheet"'), tags: [script] };
    },
  };
}

/** Everything that a worker runs is a chunk beside its entry: no other chunk may import an entry. */
const entryApart = {
  codeSplitting: { groups: [{ name: 'worker', test: /src[\\/]harness[\\/]worker\.ts$/ }] },
};

/**
 * For browsers: `index.html`, `harness.html` and content-hashed `assets/`, at home under any path.
 *
 * @param {string} outDir
 * @returns {import('vite').InlineConfig}
 */
export function pageOptions(outDir) {
  const names = {
    entryFileNames: 'assets/[name]-[hash].js',
    chunkFileNames: 'assets/[name]-[hash].js',
    assetFileNames: 'assets/[name]-[hash][extname]',
    // The same licence stands above hundreds of functions; third-party.txt ships with all of them, once.
    comments: { legal: false },
  };
  return {
    root,
    base: './',
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [withoutThreads(), withBootScript()],
    worker: { format: 'es', plugins: () => [withoutThreads()], rolldownOptions: { output: { ...names, ...entryApart } } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
      rolldownOptions: {
        input: { index: `${root}index.html`, harness: `${root}harness.html` },
        output: names,
      },
    },
  };
}

/**
 * For Node: one `harness.mjs`; only onnxruntime-node stays outside.
 *
 * @param {string} outDir
 * @returns {import('vite').InlineConfig}
 */
export function nodeOptions(outDir) {
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [withoutThreads()],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: `${root}src/harness/node.ts`,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        output: {
          entryFileNames: 'harness.mjs',
          codeSplitting: false,
          // TF.js' WebAssembly glue is CommonJS at heart and asks for its folder.
          banner: `import { fileURLToPath as pathOf } from 'node:url';\nconst __dirname = pathOf(new URL('.', import.meta.url));`,
        },
      },
    },
  };
}
