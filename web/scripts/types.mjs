/** Writes all that is generated and committed, but the table of kernels: `npm run types`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generateManifestSchema } from './manifest-schema.mjs';
import { generateManifestTypes } from './manifest-types.mjs';
import { writeRuntimes } from './runtimes.mjs';

const RUNTIME = new URL('../src/runtime/manifest/', import.meta.url);
await writeFile(fileURLToPath(new URL('manifest.gen.ts', RUNTIME)), await generateManifestTypes());
await writeFile(fileURLToPath(new URL('manifest-schema.gen.ts', RUNTIME)), await generateManifestSchema());
await writeRuntimes();
