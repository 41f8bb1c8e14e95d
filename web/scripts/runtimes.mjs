/** Generates `assets/runtimes.json`, the table of the web runtimes, from the files in `src/runtime/backends/`. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TABLE = new URL('../assets/runtimes.json', import.meta.url);

/**
 * @typedef {import('../src/runtime/runtime.ts').RuntimeDescription} RuntimeDescription
 */

/**
 * Describe all runtimes.
 *
 * @returns {Promise<string>} the table as JSON: backends by name, and the runtimes sorted by name
 */
export async function describeRuntimes() {
  const config = { root: ROOT, configFile: /** @type {const} */ (false), logLevel: /** @type {const} */ ('warn') };
  const { module: registry } = await runnerImport(`${ROOT}src/runtime/registry.ts`, config);
  const { module: runtime } = await runnerImport(`${ROOT}src/runtime/runtime.ts`, config);
  const { RUNTIMES } = /** @type {typeof import('../src/runtime/registry.ts')} */ (registry);
  const { BACKENDS } = /** @type {typeof import('../src/runtime/runtime.ts')} */ (runtime);
  const runtimes = [...RUNTIMES.keys()].sort().map((name) => {
    const { open: _, ...description } = /** @type {import('../src/runtime/runtime.ts').Runtime} */ (RUNTIMES.get(name));
    return description;
  });
  return `${JSON.stringify({ backends: BACKENDS, runtimes }, null, 2)}\n`;
}

/** Write the table anew. */
export async function writeRuntimes() {
  await writeFile(TABLE, await describeRuntimes());
}

/**
 * Read the table.
 *
 * @returns {RuntimeDescription[]}
 */
export function readRuntimes() {
  return JSON.parse(readFileSync(TABLE, 'utf8')).runtimes;
}
