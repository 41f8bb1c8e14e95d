import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WEB } from './modules.ts';

/** The bytes of a file of a package. @param url as `import url from 'FILE?url'` gives it in these tests */
export function readAsset(url: string): Uint8Array<ArrayBuffer> {
  const file = url.startsWith('/@fs/') ? url.slice('/@fs'.length) : path.join(WEB, url);
  return new Uint8Array(readFileSync(file));
}
