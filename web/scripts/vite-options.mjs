/** The two builds: the page with its harness for browsers, and the harness for Node. */
import { fileURLToPath } from 'node:url';

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
  };
  return {
    root,
    base: './',
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [withoutThreads()],
    worker: { format: 'es', plugins: () => [withoutThreads()], rolldownOptions: { output: names } },
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
