/** The digest of the manifest that this page was exported with; `webparity export` writes it into the HTML. */
export function pageDigest(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="webparity-manifest"]')?.content ?? '';
}
