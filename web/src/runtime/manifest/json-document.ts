import { computeSha256, sha256Hex } from '../digest.ts';
import { FailedError, IntegrityError, describeError } from '../errors.ts';
import { CONTRACT, LUMA_CONTRACT } from '../wasm/bindings.ts';
import type { Manifest } from './manifest.gen.ts';

export const MANIFEST_NAME = 'manifest.json';

const NO_DIGEST = 'none: it holds text that is not Unicode';
const FORMAT: Manifest['format'] = 1;
/** Decode contracts of bundles that are read; the decoder follows `rgb8/2` for those of `rgb8/1`. */
export const CONTRACTS: readonly Manifest['contract'][] = [CONTRACT, LUMA_CONTRACT, 'rgb8/1'];

/**
 * Read the manifest of a known digest. `webparity export` validated it, so that only its digest is checked here.
 *
 * @param digest SHA-256 of its canonical form (RFC 8785)
 * @throws FailedError not JSON, or another format or decode contract
 * @throws IntegrityError another digest
 */
export async function readKnownManifest(bytes: Uint8Array, digest: string): Promise<Manifest> {
  const manifest = readJsonDocument(bytes, (text) => JSON.parse(text));
  const canonical = encodeCanonicalJson(manifest);
  requireDigest(canonical === null ? NO_DIGEST : await computeSha256(canonical), digest);
  return manifest as Manifest;
}

/**
 * Read a manifest as JSON, and check its format and decode contract.
 *
 * @param parse parser of the JSON text
 * @throws FailedError not JSON, or another format or decode contract
 */
export function readJsonDocument(bytes: Uint8Array, parse: (text: string) => unknown): Partial<Manifest> {
  const value = parseJson(bytes, parse);
  if (typeof value !== 'object' || value === null || !('format' in value)) {
    throw new FailedError(
      `Expected ${MANIFEST_NAME} to be a bundle's manifest; received other JSON. Export the bundle again.`,
    );
  }
  const manifest = value as Partial<Manifest>;
  if (manifest.format !== FORMAT) {
    throw new FailedError(
      `Expected a bundle of format ${FORMAT}; received format ${String(manifest.format)}. ` +
        'Export the bundle again with the version of webparity that this page came with.',
    );
  }
  if (!CONTRACTS.some((name) => name === manifest.contract)) {
    throw new FailedError(
      `Expected the decode contract ${CONTRACTS.join(' or ')}; received ${String(manifest.contract)}. ` +
        'Export the bundle again with the version of webparity that this page came with.',
    );
  }
  return manifest;
}

/** Write a JSON value in canonical form (RFC 8785); smaller than the package `canonicalize`, and tested against it. */
export function writeCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeCanonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${writeCanonicalJson(key)}:${writeCanonicalJson(Reflect.get(value, key))}`).join(',')}}`;
  }
  const text = JSON.stringify(value);
  // Values that JSON cannot hold: infinity becomes null, half of a surrogate pair an escape.
  const lost = typeof value === 'string' ? /\p{Cs}/u.test(value) : value !== null && text === 'null';
  if (lost) {
    throw new FailedError('Expected finite numbers and Unicode text; received others. Export the bundle again.');
  }
  return text;
}

/** Check the digest of a value. @throws IntegrityError it has another */
export function checkDigest(value: unknown, digest: string): void {
  const canonical = encodeCanonicalJson(value);
  requireDigest(canonical === null ? NO_DIGEST : sha256Hex(canonical), digest);
}

/** Encode a JSON value's canonical form; null where it has none: half of a surrogate pair. */
function encodeCanonicalJson(value: unknown): Uint8Array | null {
  try {
    return new TextEncoder().encode(writeCanonicalJson(value));
  } catch {
    return null;
  }
}

function requireDigest(actual: string, digest: string): void {
  if (actual === digest) return;
  throw new IntegrityError(
    `Expected ${MANIFEST_NAME} with the digest ${digest}; received one with ${actual}: it is of another export, or was ` +
      'altered. Reload the page; if that does not help, upload the whole site again.',
    [MANIFEST_NAME],
  );
}

function parseJson(bytes: Uint8Array, parse: (text: string) => unknown): unknown {
  try {
    return parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new FailedError(
      `Expected ${MANIFEST_NAME} to be JSON; received ${bytes.length} bytes of something else (${describeError(error)}). ` +
        "Upload the bundle's site again.",
    );
  }
}
