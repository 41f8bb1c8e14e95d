/** Builds the page and its worker with the decoder of web/src/runtime/wasm: `node build.mjs OUT`. */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { build } = await import(pathToFileURL(require.resolve('vite')).href);
await build({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: process.argv[2],
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: { input: fileURLToPath(new URL('page.html', import.meta.url)) },
  },
});
