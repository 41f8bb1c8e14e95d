/** Decoded pixels: `data` is RGB, H * W * 3 bytes, row by row. */
export interface Rgb8 {
  width: number;
  height: number;
  data: Uint8Array;
  decoder: 'native' | 'wasm';
}

/** The decoders of a platform. */
export interface Codecs {
  /** Compile a WebAssembly file that ships beside the code. @param url as `import url from 'FILE?url'` gives it */
  loadWasm(url: string): Promise<WebAssembly.Module>;
  /** The platform's own decoder of a file and MIME type, or null. */
  native: ((bytes: Uint8Array, mime: string) => Promise<Rgb8>) | null;
}
