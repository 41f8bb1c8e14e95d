import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isModule, listFolders, WEB } from '../support/modules.ts';

const MOST_MODULES = 12;
const FOLDERS = ['src', 'scripts', 'tests'].flatMap((folder) => [...listFolders(folder)]);
const listModules = (names: readonly string[]) => names.filter(isModule);

/** The modules that a README does not name in backticks, with or without their ending. */
function findUnnamedModules(readme: string, names: readonly string[]): string[] {
  const named = new Set([...readme.matchAll(/`([^`\s]+)`/g)].map(([, name = '']) => name));
  return names.filter((name) => !named.has(name) && !named.has(name.replace(/\.[a-z]+$/, '')));
}

// src/runtime/backends has one module per runtime, however many there are.
test.each(FOLDERS.filter(([folder]) => folder !== 'src/runtime/backends'))('%s is small', (_, names) => {
  expect(listModules(names).length).toBeLessThanOrEqual(MOST_MODULES);
});

describe('READMEs', () => {
  // Test modules are named like what they test; the READMEs of src/ name that.
  const documented = FOLDERS.filter(
    ([folder, names]) => listModules(names).length > 0 && (!folder.startsWith('tests/') || folder === 'tests/support'),
  );

  test.each(documented)('%s/README.md names every module', (folder, names) => {
    const file = path.join(WEB, folder, 'README.md');
    expect(existsSync(file)).toBe(true);
    expect(findUnnamedModules(readFileSync(file, 'utf8'), listModules(names))).toEqual([]);
  });

  test('a module that is only spoken of is not named', () => {
    expect(findUnnamedModules('the page and `boot`, `dom.ts`', ['page.ts', 'boot.js', 'dom.ts'])).toEqual(['page.ts']);
  });
});
