import { FailedError, describeError } from '../errors.ts';
import type { Bundle } from './bundle.ts';
import { StallError, withStallLimit } from './timeout.ts';

/**
 * Run a dynamic import. Browsers do not say which file of an import failed or does not arrive. So if the import fails or
 * takes long, the site's code is read file by file to find out.
 *
 * @throws IntegrityError a file of the code is missing or altered
 * @throws FailedError a file does not come, or the browser cannot run the code
 */
export async function loadCode<T>(bundle: Bundle, load: () => Promise<T>): Promise<T> {
  const loading = load();
  try {
    return await withStallLimit(loading);
  } catch (error) {
    await readCode(bundle);
    if (!(error instanceof StallError)) throw createCodeError(error);
  }
  // A slow network: every file has come by now, and the browser needs no more than its own copy.
  return withStallLimit(loading).catch((error) => Promise.reject(createCodeError(error)));
}

/**
 * Read every file of the site's code from the server, because imports would take the browser's copies again.
 *
 * @throws IntegrityError | FailedError
 */
export async function readCode({ manifest, readFiles }: Bundle): Promise<void> {
  await readFiles(Object.keys(manifest.files).filter((path) => /^assets\/.*\.js$/.test(path)));
}

function createCodeError(error: unknown): FailedError {
  return new FailedError(
    `Expected the browser to load the page's code; received a failure (${describeError(error)}). ` +
      'Try again; if it stays, upload the whole site again or update the browser.',
  );
}
