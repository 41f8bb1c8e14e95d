import jpegUrl from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url';
import pngUrl from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?url';
import tfjsUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import tfjsSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import onnxruntimeUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { UnavailableError } from '../runtime/errors.ts';
import type { Platform, WasmName } from '../runtime/platform.ts';
import { makeHttpReader, type Progress } from '../runtime/reader.ts';
import { nativeDecoder } from './native.ts';

const WASM: Record<WasmName, string> = {
  jpeg: jpegUrl,
  png: pngUrl,
  onnxruntime: onnxruntimeUrl,
  tfjs: tfjsUrl,
  'tfjs-simd': tfjsSimdUrl,
};

/** A worker in a browser. @param report told of each piece of a file that comes */
export function browserPlatform(report: (progress: Progress) => void): Platform {
  return {
    name: 'browser',
    engine: null, // whoever drives the browser knows it better than its user-agent string
    reader: makeHttpReader(report),
    native: nativeDecoder(),
    wasm: (name) => new URL(WASM[name], self.location.href).href,
    async external(name) {
      throw new UnavailableError(`Expected Node for ${name}; this is a browser. Choose another runtime.`);
    },
  };
}
