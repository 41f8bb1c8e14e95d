/** Read the digest of the manifest that belongs to this page; `webparity export` writes it into the HTML. */
export function readPageDigest(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="webparity-manifest"]')?.content ?? '';
}

/** Convert a path in the site to an address relative to the page. */
export function resolveSitePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
