import { UnavailableError } from '../runtime/errors.ts';
import { createHttpReader } from '../runtime/files/http-reader.ts';
import type { FileProgress } from '../runtime/files/reader.ts';
import type { Platform } from '../runtime/platform.ts';
import { findNativeDecoder } from './native-decoder.ts';

/** A worker in a browser. @param report told of each piece of a file that comes */
export function createBrowserPlatform(report: (progress: FileProgress) => void): Platform {
  return {
    name: 'browser',
    engine: null, // whoever drives the browser knows it better than its user-agent string
    reader: createHttpReader(report),
    native: findNativeDecoder(),
    locate: (url) => new URL(url, self.location.href).href,
    async external(name) {
      throw new UnavailableError(`Expected Node for ${name}; this is a browser. Choose another runtime.`);
    },
  };
}
