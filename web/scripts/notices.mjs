/** Collects the licences of all packages that are shipped. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Packages that users install themselves; they are not shipped. */
const NOT_SHIPPED = new Set(['onnxruntime-node']);

/**
 * @param {string} root the folder of package.json and node_modules
 * @returns {Promise<string>}
 */
export async function collectNotices(root) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const own = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const waiting = Object.keys(own.dependencies);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name) || NOT_SHIPPED.has(name) || name.startsWith('@types/')) continue;
    const folder = path.join(root, 'node_modules', name);
    const meta = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    waiting.push(...Object.keys(meta.dependencies ?? {}));
    found.set(name, `${name} ${meta.version} (${meta.license})\n\n${await readLicence(folder, meta)}`);
  }
  const parts = [...found.keys()].sort().map((name) => found.get(name));
  return `This site carries parts of the following packages.\n\n${parts.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}

/**
 * @param {string} folder
 * @param {{ license: string, author?: string | { name: string } }} meta
 */
async function readLicence(folder, meta) {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) return (await readFile(path.join(folder, file), 'utf8')).trim();
  const author = typeof meta.author === 'object' ? meta.author.name : (meta.author ?? 'its authors');
  return `Copyright ${author}, under the ${meta.license} licence.`;
}
