import { createBundle, type Bundle } from '../../runtime/files/bundle.ts';
import { httpReader } from '../../runtime/files/http-reader.ts';
import { compileWasm } from '../../runtime/wasm/compile.ts';
import { StalledTransfer } from '../../runtime/files/reader.ts';
import type { EarlyFiles } from './early-files.ts';

/**
 * Compile a WebAssembly file of the site while it arrives.
 *
 * @param bundle the bundle, once the manifest is known: it lists the digest
 * @throws StalledTransfer it did not arrive
 * @returns null where the file did not come, is altered or does not compile: the worker then loads it and says why
 */
export async function compileEarly(
  early: EarlyFiles,
  location: string,
  site: string,
  bundle: Promise<Bundle>,
): Promise<WebAssembly.Module | null> {
  try {
    return await compileWasm(async (sink) => {
      const bytes = await early.ask(location, sink);
      const { manifest } = await bundle;
      return createBundle({ ...httpReader, read: async () => bytes }, site, manifest).readLocation(location);
    });
  } catch (error) {
    if (error instanceof StalledTransfer) throw error; // asked for again, it would stall as long again
    return null;
  }
}
