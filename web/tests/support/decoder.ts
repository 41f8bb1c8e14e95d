/** The decoder's module, and the small image files of `tests/shared/image-cases.json`. */
import url from '../../assets/webparity.wasm?url';
import cases from '../../../tests/shared/image-cases.json';
import { Decoder } from '../../src/runtime/wasm/decoder.ts';
import { readAsset } from './assets.ts';

export const WASM = readAsset(url);

export const createDecoder = () => new Decoder(() => WebAssembly.compile(WASM));

export const IMAGES = cases.images.map(({ base64, ...image }) => ({
  ...image,
  bytes: new Uint8Array(Buffer.from(base64, 'base64')),
}));

/** The bytes of one of the files by its name. */
export function findImage(name: string): Uint8Array<ArrayBuffer> {
  const found = IMAGES.find((image) => image.name === name);
  if (found === undefined) throw new Error(`Expected one of ${IMAGES.map((image) => image.name).join('; ')}.`);
  return found.bytes;
}
