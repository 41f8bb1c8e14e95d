import { computeSha256 } from '../digest.ts';
import { IntegrityError } from '../errors.ts';
import { MANIFEST_NAME } from '../manifest/json-document.ts';
import type { FileEntry, Manifest } from '../manifest/manifest.gen.ts';
import { parseManifest } from '../manifest/parse.ts';
import { MissingFile, type Reader, type Sink } from './reader.ts';

/** An open bundle: its manifest, and its files, whose digests are checked when they are read. */
export interface Bundle {
  readonly manifest: Manifest;
  /**
   * Read files of the site, each checked against the manifest before any is used.
   *
   * @throws IntegrityError naming every file that is missing, altered or not listed
   */
  readFiles(paths: readonly string[]): Promise<Map<string, Uint8Array>>;
  /** Read any location; a file of this site that the manifest lists is checked. @param sink as of `Reader` */
  readLocation(location: string, sink?: Sink): Promise<Uint8Array>;
  /** Find the SHA-256 of any location: from the manifest for a file of this site, else by reading it. */
  findDigest(location: string): Promise<string>;
}

/**
 * Open the bundle whose manifest lies in `site`.
 *
 * @param digest SHA-256 of the canonical form that the manifest must have, or null for any
 * @throws FailedError the manifest cannot be read
 * @throws IntegrityError the manifest has another digest
 */
export async function openBundle(reader: Reader, site: string, digest: string | null = null): Promise<Bundle> {
  return createBundle(reader, site, parseManifest(await reader.read(reader.join(site, MANIFEST_NAME)), digest));
}

/** Create the bundle of a manifest that was read before. */
export function createBundle(reader: Reader, site: string, manifest: Manifest): Bundle {
  async function readFiles(paths: readonly string[]): Promise<Map<string, Uint8Array>> {
    const results = await Promise.all(
      paths.map(async (path) => [path, await readChecked(reader, reader.join(site, path), manifest, path)] as const),
    );
    const faults = results.flatMap(([path, result]) => (result instanceof Uint8Array ? [] : [{ path, fault: result }]));
    if (faults.length > 0) throw createIntegrityError(faults);
    return new Map(results.flatMap(([path, result]) => (result instanceof Uint8Array ? [[path, result]] : [])));
  }

  async function readLocation(location: string, sink?: Sink): Promise<Uint8Array> {
    const path = reader.relative(site, location);
    if (path === null || !Object.hasOwn(manifest.files, path)) return reader.read(location, sink);
    const result = await readChecked(reader, location, manifest, path, sink);
    if (result instanceof Uint8Array) return result;
    throw createIntegrityError([{ path, fault: result }]);
  }

  async function findDigest(location: string): Promise<string> {
    const path = reader.relative(site, location);
    const entry = path !== null && Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
    return entry?.sha256 ?? computeSha256(await reader.read(location));
  }

  return { manifest, readFiles, readLocation, findDigest };
}

/** Read a file and check it. @returns its bytes, or what is wrong with them in words */
async function readChecked(
  reader: Reader,
  location: string,
  manifest: Manifest,
  path: string,
  sink?: Sink,
): Promise<Uint8Array | string> {
  const entry = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
  if (entry === undefined) return 'not listed in the manifest';
  try {
    const bytes = await reader.read(location, sink);
    return (await findFileFault(bytes, entry)) ?? bytes;
  } catch (error) {
    if (error instanceof MissingFile) return error.answer;
    throw error;
  }
}

async function findFileFault(bytes: Uint8Array, entry: FileEntry): Promise<string | null> {
  if (bytes.length !== entry.bytes) return `${bytes.length} bytes instead of ${entry.bytes}`;
  return (await computeSha256(bytes)) === entry.sha256 ? null : 'another SHA-256';
}

function createIntegrityError(faults: readonly { path: string; fault: string }[]): IntegrityError {
  const list = faults.map(({ path, fault }) => `${path} (${fault})`).join(', ');
  return new IntegrityError(
    `Expected every file as the manifest lists it; received ${list}. Upload the whole site again.`,
    faults.map(({ path }) => path),
  );
}
