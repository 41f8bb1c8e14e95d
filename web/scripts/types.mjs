/** Writes `src/runtime/manifest.gen.ts` from the manifest's JSON Schema: `npm run types`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { manifestTypes } from './manifest-types.mjs';

await writeFile(fileURLToPath(new URL('../src/runtime/manifest.gen.ts', import.meta.url)), await manifestTypes());
