import { FailedError } from '../errors.ts';
import { findContradiction } from './consistency.ts';
import { checkDigest, MANIFEST_NAME, readJsonDocument } from './json-document.ts';
import { findSchemaFault, type Schema } from './json-schema.ts';
import { DEFINITIONS } from './manifest-schema.gen.ts';
import type { Artifact, Manifest } from './manifest.gen.ts';
import { parseStrictJson } from './strict-json.ts';

const RULES: Schema = { $ref: '#/$defs/Manifest' };

/**
 * Read a manifest.
 *
 * @param digest SHA-256 of the canonical form that it must have, or null for any
 * @throws FailedError not JSON, another format or decode contract, parts that are missing or contradict each other
 * @throws IntegrityError another digest
 */
export function parseManifest(bytes: Uint8Array, digest: string | null = null): Manifest {
  const value = readJsonDocument(bytes, parseStrictJson);
  const fault = findSchemaFault(value, RULES, DEFINITIONS, 'manifest') ?? findContradiction(value as Manifest);
  if (fault !== null) {
    throw new FailedError(
      `Expected a complete ${MANIFEST_NAME} without contradictions; received ${fault}. Export the bundle again.`,
    );
  }
  if (digest !== null) checkDigest(value, digest);
  return value as Manifest;
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
