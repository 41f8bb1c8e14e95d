/** Decoded pixels: `data` is RGB, H * W * 3 bytes, row by row. */
export interface Rgb8 {
  width: number;
  height: number;
  data: Uint8Array;
  decoder: 'native' | 'wasm';
}

/** The decoders a platform offers. */
export interface Codecs {
  /** Compile a WebAssembly file that ships beside the code. @param url as `import url from 'FILE?url'` gives it */
  loadWasm(url: string): Promise<WebAssembly.Module>;
  native: ((bytes: Uint8Array, mime: string) => Promise<Rgb8>) | null;
}
