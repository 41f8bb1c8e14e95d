import { UnavailableError } from '../runtime/errors.ts';
import { createHttpReader } from '../runtime/files/http-reader.ts';
import type { FileProgress } from '../runtime/files/reader.ts';
import type { Platform } from '../runtime/platform.ts';

/** Create the platform of a worker in a browser. @param report called with the progress of each file */
export function createBrowserPlatform(report: (progress: FileProgress) => void): Platform {
  return {
    name: 'browser',
    engine: null, // the driver of the browser knows it; the user-agent string is not reliable
    reader: createHttpReader(report),
    locate: (url) => new URL(url, self.location.href).href,
    async external(name) {
      throw new UnavailableError(`Expected Node for ${name}; this is a browser. Choose another runtime.`);
    },
  };
}
