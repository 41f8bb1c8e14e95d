/** The manifest's JSON Schema without what only people read, as a module for the page's runtime. */
import { readFile } from 'node:fs/promises';

const SCHEMA = new URL('../../core/bundle/manifest.schema.json', import.meta.url);
const FOR_PEOPLE = new Set(['title', 'description', 'default']);

/** What `src/runtime/manifest/json-schema.ts` holds a value to: a rule that it passed over would be no rule. */
const KNOWN = new Set(
  '$ref type enum anyOf properties required propertyNames additionalProperties items pattern minLength minimum exclusiveMinimum maximum'.split(
    ' ',
  ),
);

/** @returns {Promise<string>} the module's source */
export async function generateManifestSchema() {
  const { $defs } = JSON.parse(await readFile(SCHEMA, 'utf8'));
  const definitions = Object.fromEntries(Object.entries($defs).map(([name, schema]) => [name, dropAnnotations(schema)]));
  return [
    '/** Generated from core/bundle/manifest.schema.json by `npm run types`; not for editing. */',
    "import type { Schema } from './json-schema.ts';",
    '',
    `export const DEFINITIONS: Readonly<Record<string, Schema>> = ${JSON.stringify(definitions, null, 2)};`,
    '',
  ].join('\n');
}

/**
 * @param {any} schema
 * @returns {any}
 */
function dropAnnotations(schema) {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(dropAnnotations);
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (FOR_PEOPLE.has(key)) return [];
      if (!KNOWN.has(key)) throw new Error(`Expected keywords that json-schema.ts knows; received ${key}. Add it there.`);
      // The names of properties are the schema's content, not its keywords.
      const isMap = key === 'properties';
      return [[key, isMap ? dropAnnotationsOfEach(value) : dropAnnotations(value)]];
    }),
  );
}

/** @param {Record<string, any>} properties */
const dropAnnotationsOfEach = (properties) => Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, dropAnnotations(one)]));
