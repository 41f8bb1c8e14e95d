/** Generates a module with the manifest's JSON Schema, without its titles, descriptions and defaults. */
import { readFile } from 'node:fs/promises';

const SCHEMA = new URL('../../core/bundle/manifest.schema.json', import.meta.url);
const ANNOTATIONS = new Set(['title', 'description', 'default']);

/** The keywords that `src/runtime/manifest/json-schema.ts` checks; others must not be in the schema. */
const KNOWN = new Set(
  '$ref type enum anyOf properties required propertyNames additionalProperties items pattern minLength minimum exclusiveMinimum maximum'.split(
    ' ',
  ),
);

/** @returns {Promise<string>} the module's source */
export async function generateManifestSchema() {
  const { $defs } = JSON.parse(await readFile(SCHEMA, 'utf8'));
  const definitions = dropAnnotationsOfEach($defs);
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
      if (ANNOTATIONS.has(key)) return [];
      if (!KNOWN.has(key)) throw new Error(`Expected keywords that json-schema.ts knows; received ${key}. Add it there.`);
      // The names of properties are the schema's content, not its keywords.
      const isMap = key === 'properties';
      return [[key, isMap ? dropAnnotationsOfEach(value) : dropAnnotations(value)]];
    }),
  );
}

/** @param {Record<string, any>} properties */
function dropAnnotationsOfEach(properties) {
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, dropAnnotations(one)]));
}
