import canonicalize from 'canonicalize';
import { sha256Hex } from './digest.ts';
import { FailedError, IntegrityError, messageOf } from './errors.ts';
import type { Artifact, Manifest } from './manifest.gen.ts';
import { DEFINITIONS } from './manifest-schema.gen.ts';
import { faultOfMeaning } from './meaning.ts';
import { faultOfSchema, type Schema } from './schema.ts';
import { parseStrictJson } from './strict-json.ts';

export const MANIFEST_NAME = 'manifest.json';

const FORMAT: Manifest['format'] = 1;
const CONTRACT: Manifest['contract'] = 'rgb8/1';

/**
 * Read a manifest.
 *
 * @param digest SHA-256 of the canonical form that it must have, or null for any
 * @throws FailedError not JSON, another format or decode contract, parts that are missing or contradict each other
 * @throws IntegrityError another digest
 */
export function parseManifest(bytes: Uint8Array, digest: string | null = null): Manifest {
  const value = parseJson(bytes);
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
  if (manifest.contract !== CONTRACT) {
    throw new FailedError(
      `Expected the decode contract ${CONTRACT}; received ${String(manifest.contract)}. ` +
        'Export the bundle again with the version of webparity that this page came with.',
    );
  }
  const rules: Schema = { $ref: '#/$defs/Manifest' };
  const fault = faultOfSchema(value, rules, DEFINITIONS, 'manifest') ?? faultOfMeaning(value as Manifest);
  if (fault !== null) {
    throw new FailedError(
      `Expected a complete ${MANIFEST_NAME} without contradictions; received ${fault}. Export the bundle again.`,
    );
  }
  if (digest !== null) checkDigest(value, digest);
  return manifest as Manifest;
}

/**
 * Find an artifact by its id.
 *
 * @throws FailedError no artifact has that id
 */
export function findArtifact(manifest: Manifest, id: string): Artifact {
  const artifact = manifest.artifacts.find((candidate) => candidate.id === id);
  if (artifact === undefined) {
    const ids = manifest.artifacts.map((candidate) => candidate.id).join(', ');
    throw new FailedError(`Expected one of the bundle's artifacts (${ids}); received ${id}. Choose one of these.`);
  }
  return artifact;
}

/** SHA-256 of a JSON value's canonical form (RFC 8785). @throws Error a number or text that has none */
export function canonicalDigest(value: unknown): string {
  return sha256Hex(new TextEncoder().encode(canonicalize(value)));
}

function checkDigest(value: unknown, digest: string): void {
  let actual = 'none: it holds text that is not Unicode';
  try {
    actual = canonicalDigest(value);
  } catch {
    // Half of a surrogate pair has no canonical form, so no digest is its.
  }
  if (actual === digest) return;
  throw new IntegrityError(
    `Expected ${MANIFEST_NAME} with the digest ${digest}; received one with ${actual}: it is of another export, or was ` +
      'altered. Reload the page; if that does not help, upload the whole site again.',
    [MANIFEST_NAME],
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    throw new FailedError(
      `Expected ${MANIFEST_NAME} to be JSON; received ${bytes.length} bytes of something else (${messageOf(error)}). ` +
        "Upload the bundle's site again.",
    );
  }
}
