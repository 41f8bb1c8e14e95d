import { FailedError } from './errors.ts';
import type { Artifact, Manifest } from './manifest.gen.ts';

export const MANIFEST_NAME = 'manifest.json';

const FORMAT: Manifest['format'] = 1;
export const CONTRACT: Manifest['contract'] = 'rgb8/1';

/**
 * Read a manifest.
 *
 * @throws FailedError not JSON, another format, another decode contract, or parts missing
 */
export function parseManifest(bytes: Uint8Array): Manifest {
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
  const required = ['name', 'labels', 'preprocessing', 'artifacts', 'golden', 'tolerances', 'files'] as const;
  const missing = required.filter((key) => manifest[key] === undefined);
  if (missing.length > 0) {
    throw new FailedError(
      `Expected a complete ${MANIFEST_NAME}; received one without ${missing.join(', ')}. Export the bundle again.`,
    );
  }
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

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new FailedError(
      `Expected ${MANIFEST_NAME} to be JSON; received ${bytes.length} bytes of something else. Upload the bundle's site again.`,
    );
  }
}
