import { httpReader } from '../runtime/files/http-reader.ts';

/** The page's folder. */
export const SITE = new URL('./', document.baseURI).href;

/** Read the digest of the manifest that belongs to this page; `webparity export` writes it into the HTML. */
export function readPageDigest(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="webparity-manifest"]')?.content ?? '';
}

/**
 * List what the HTML names, as `webparity export` wrote it: the runtime that the page opens first, and the paths of the
 * model's files and of the first sample.
 */
export function listFirstFiles(): { runtime: string | null; files: string[] } {
  const find = (mark: string) => [...document.querySelectorAll<HTMLLinkElement>(`link[rel="preload"][${mark}]`)];
  const model = find('data-runtime');
  return {
    runtime: model[0]?.dataset['runtime'] ?? null,
    files: [...model, ...find('data-sample')].flatMap(({ href }) => httpReader.relative(SITE, href) ?? []),
  };
}

/** Convert a path in the site to an address relative to the page. */
export function resolveSitePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
