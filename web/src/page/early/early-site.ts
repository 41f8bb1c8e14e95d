import moduleUrl from '../../../assets/webparity.wasm?url';
import { createBundle, type Bundle } from '../../runtime/files/bundle.ts';
import { httpReader } from '../../runtime/files/http-reader.ts';
import { MANIFEST_NAME, readKnownManifest } from '../../runtime/manifest/json-document.ts';
import type { Artifact } from '../../runtime/manifest/manifest.gen.ts';
import { IntegrityError } from '../../runtime/errors.ts';
import type { Given } from '../../session/protocol.ts';
import { EarlyFiles } from './early-files.ts';
import { compileEarly } from './early-module.ts';

/** Manifest, module and model, all asked for when the page's code starts. */
export class EarlySite {
  readonly files = new EarlyFiles();
  readonly #site: string;
  #module: Promise<WebAssembly.Module | null>;
  #resolve: (bundle: Bundle) => void = () => undefined;

  /**
   * @param site the page's folder
   * @param model files of the model that the HTML names, by their path in the site
   */
  constructor(site: string, model: readonly string[]) {
    this.#site = site;
    for (const path of [MANIFEST_NAME, ...model]) this.files.ask(httpReader.join(site, path));
    const bundle = new Promise<Bundle>((resolve) => {
      this.#resolve = resolve;
    });
    this.#module = compileEarly(this.files, new URL(moduleUrl, import.meta.url).href, site, bundle);
    this.#module.catch(() => undefined); // who collects it gets the error
  }

  /**
   * Open the bundle. A kept copy of the manifest may be older than the page: another digest is looked up once more.
   *
   * @param digest SHA-256 of the manifest's canonical form
   * @throws FailedError | IntegrityError
   */
  async openBundle(digest: string): Promise<Bundle> {
    const location = httpReader.join(this.#site, MANIFEST_NAME);
    const read = async () => readKnownManifest(await httpReader.read(location), digest);
    const early = this.files.take(location);
    const manifest = early === null ? await read() : await early.then((bytes) => readKnownManifest(bytes, digest)).catch(
      (error) => (error instanceof IntegrityError ? read() : Promise.reject(error)),
    );
    const bundle = createBundle(httpReader, this.#site, manifest);
    this.#resolve(bundle);
    return bundle;
  }

  /**
   * Collect what a worker needs to open an artifact, as far as it was asked for early.
   *
   * @throws IntegrityError | FailedError a file of it did not come, or is not what the manifest lists
   */
  async collect({ manifest }: Bundle, artifact: Artifact): Promise<Given> {
    const reads = new Map(
      artifact.files.flatMap((path) => {
        const location = httpReader.join(this.#site, path);
        const read = this.files.take(location);
        return read === null ? [] : [[location, { path, read }] as const];
      }),
    );
    const taken = createBundle(
      { ...httpReader, read: (location) => reads.get(location)?.read ?? httpReader.read(location) },
      this.#site,
      manifest,
    );
    const compiled = this.#module;
    compiled.catch(() => {
      this.#module = Promise.resolve(null); // another try lets the worker load it
    });
    const [module, files] = await Promise.all([compiled, taken.readFiles([...reads.values()].map(({ path }) => path))]);
    return { manifest, module, files };
  }
}
