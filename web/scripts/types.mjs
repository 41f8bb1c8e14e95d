/** Writes what the runtime takes from the manifest's JSON Schema, its types and its rules: `npm run types`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { manifestSchema } from './manifest-schema.mjs';
import { manifestTypes } from './manifest-types.mjs';

const RUNTIME = new URL('../src/runtime/', import.meta.url);
await writeFile(fileURLToPath(new URL('manifest.gen.ts', RUNTIME)), await manifestTypes());
await writeFile(fileURLToPath(new URL('manifest-schema.gen.ts', RUNTIME)), await manifestSchema());
