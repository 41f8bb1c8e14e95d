import type { Bundle } from '../../runtime/files/bundle.ts';
import { httpReader } from '../../runtime/files/http-reader.ts';
import type { FileProgress } from '../../runtime/files/reader.ts';
import { byId } from '../dom.ts';
import { formatBytes } from '../format.ts';
import type { Choice } from './choices.ts';
import { TransferProgress } from './transfer-progress.ts';

/** Shows, in place of the answer, how much of a backend and its model is loaded. */
export class LoadingIndicator {
  readonly #site = new URL('./', document.baseURI).href;
  readonly #sizes: ReadonlyMap<string, number>;
  #transfer = new TransferProgress(new Map());

  constructor({ manifest }: Bundle) {
    this.#sizes = new Map(Object.entries(manifest.files).map(([path, { bytes }]) => [path, bytes]));
  }

  /** Start again with the files of an artifact. */
  begin({ artifact }: Choice): void {
    this.#transfer = new TransferProgress(new Map(artifact.files.map((path) => [path, this.#sizes.get(path) ?? 0])));
  }

  /** Add the progress of a file, and show it; images are not counted. */
  add({ location, loaded, total }: FileProgress): void {
    const path = httpReader.relative(this.#site, location) ?? location;
    if (!/^(assets|model)\//.test(path)) return;
    this.#transfer.add(path, { loaded, total: this.#sizes.get(path) ?? total });
    const bar = byId('load-bar', HTMLProgressElement);
    bar.max = this.#transfer.total;
    bar.value = this.#transfer.loaded;
    const of = `${formatBytes(this.#transfer.loaded)} of ${formatBytes(this.#transfer.total)}`;
    byId('load-size', HTMLElement).textContent = of;
  }
}

/** Show or hide the progress bar. */
export function showLoading(shown: boolean): void {
  byId('load', HTMLElement).hidden = !shown;
}
