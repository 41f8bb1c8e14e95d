/** The digest of the manifest that this page was exported with; `webparity export` writes it into the HTML. */
export function readPageDigest(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="webparity-manifest"]')?.content ?? '';
}

/** A site's path as an address beside the page. */
export function resolveSitePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
