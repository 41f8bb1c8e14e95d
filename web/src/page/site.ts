import { httpReader } from '../runtime/files/http-reader.ts';

/** The page's folder. */
export const SITE = new URL('./', document.baseURI).href;

/** Read the digest of the manifest that belongs to this page; `webparity export` writes it into the HTML. */
export function readPageDigest(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="webparity-manifest"]')?.content ?? '';
}

/** List the files of the model that the page runs first, and its runtime; `webparity export` writes them into the HTML. */
export function listModelPaths(): { runtime: string | null; files: string[] } {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel="preload"][data-runtime]')];
  return {
    runtime: links[0]?.dataset['runtime'] ?? null,
    files: links.flatMap(({ href }) => httpReader.relative(SITE, href) ?? []),
  };
}

/** Convert a path in the site to an address relative to the page. */
export function resolveSitePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
