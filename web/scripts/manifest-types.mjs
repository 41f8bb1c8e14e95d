/** Generates a module with the manifest's TypeScript types. */
import { readFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const SCHEMA = new URL('../../core/bundle/manifest.schema.json', import.meta.url);
const BANNER = '/** Generated from core/bundle/manifest.schema.json by `npm run types`; not for editing. */';

/** @returns {Promise<string>} the module's source */
export async function generateManifestTypes() {
  const schema = JSON.parse(await readFile(SCHEMA, 'utf8'));
  // The root is only a reference: the classes' own names become the types' names.
  const root = { ...schema.$defs.Manifest, $defs: schema.$defs };
  return compile(root, 'Manifest', {
    bannerComment: BANNER,
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 120 },
  });
}
