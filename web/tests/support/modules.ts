/** The modules of web/ and their imports, read from the source by the parser that the build uses. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';

/** The folder web/. */
export const WEB = fileURLToPath(new URL('../..', import.meta.url));

/** Imports by module: paths relative to web/, with forward slashes. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Every folder below `folder`, itself included, with the names of the files that lie in it. */
export function listFolders(folder: string): Map<string, string[]> {
  const entries = readdirSync(path.join(WEB, folder), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const below = entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => [...listFolders(`${folder}/${name}`)]);
  return new Map([[folder, names], ...below]);
}

/** Whether a file is a module: TypeScript or JavaScript, but no declaration file. */
export const isModule = (name: string) => /\.(?:ts|mjs|js)$/.test(name) && !name.endsWith('.d.ts');

/** Read the import graph of a folder. Imports of packages and of other files than modules are left out. */
export function readImportGraph(folder: string): ImportGraph {
  const modules = [...listFolders(folder)].flatMap(([place, names]) => names.filter(isModule).map((name) => `${place}/${name}`));
  return new Map(
    modules.map((module) => [
      module,
      listImports(readFileSync(path.join(WEB, module), 'utf8')).flatMap((specifier) => resolve(module, specifier)),
    ]),
  );
}

/**
 * List the relative modules that a module names: imports and re-exports of values and types, `import()`, `import.meta.glob`
 * and `new URL(…, import.meta.url)`.
 */
export function listImports(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) return node.forEach(visit);
    const { type, source: from, callee, arguments: given } = node as Record<string, unknown>;
    if (typeof type === 'string' && from !== null && from !== undefined) found.push(...readTexts(from));
    if (type === 'NewExpression' && isNamed(callee, 'URL')) found.push(...readTexts((given as unknown[])[0]));
    if (type === 'CallExpression' && isNamed((callee as Record<string, unknown>)['property'], 'glob')) {
      found.push(...readTexts((given as unknown[])[0]));
    }
    Object.values(node).forEach(visit);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return found.filter((specifier) => /^\.\.?\//.test(specifier));
}

/** Find a circle in an import graph. @returns its modules in order, the first one again at the end, or null */
export function findCircle(graph: ImportGraph): string[] | null {
  const done = new Set<string>();
  const follow = (module: string, trail: readonly string[]): string[] | null => {
    const start = trail.indexOf(module);
    if (start >= 0) return [...trail.slice(start), module];
    if (done.has(module)) return null;
    for (const next of graph.get(module) ?? []) {
      const circle = follow(next, [...trail, module]);
      if (circle !== null) return circle;
    }
    done.add(module);
    return null;
  };
  for (const module of graph.keys()) {
    const circle = follow(module, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** Find imports that leave their part of src/ for one that they may not use. @returns `FROM imports TO` for each */
export function findForbiddenImports(graph: ImportGraph, allowed: Readonly<Record<string, readonly string[]>>): string[] {
  const partOf = (module: string) => module.split('/')[1] ?? '';
  return [...graph].flatMap(([module, imports]) =>
    imports
      .filter((other) => partOf(other) !== partOf(module) && !allowed[partOf(module)]?.includes(partOf(other)))
      .map((other) => `${module} imports ${other}`),
  );
}

function resolve(module: string, specifier: string): string[] {
  const target = path.posix.join(path.posix.dirname(module), specifier);
  const folder = path.posix.dirname(target);
  if (!path.posix.basename(target).startsWith('*')) return isModule(target) ? [target] : [];
  return (listFolders(folder).get(folder) ?? []).filter(isModule).map((name) => `${folder}/${name}`);
}

function isNamed(node: unknown, name: string): boolean {
  return typeof node === 'object' && node !== null && 'name' in node && node.name === name;
}

/** The texts of a literal, or of an array of literals. */
function readTexts(node: unknown): string[] {
  const { value, elements } = node as { value?: unknown; elements?: unknown[] };
  if (typeof value === 'string') return [value];
  return (elements ?? []).flatMap(readTexts);
}
