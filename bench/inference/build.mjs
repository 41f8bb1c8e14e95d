/** Builds `own.mjs`, the host of programs of web/src/runtime/wasm: `node build.mjs OUT`. */
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { build } = await import(pathToFileURL(require.resolve('vite')).href);
await build({
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: process.argv[2],
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: fileURLToPath(new URL('own.ts', import.meta.url)), formats: ['es'], fileName: () => 'own.mjs' },
  },
});
