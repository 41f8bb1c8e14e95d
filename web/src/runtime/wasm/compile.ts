import { describeError, UnavailableError } from '../errors.ts';
import type { Sink } from '../files/reader.ts';
import { withStallLimit } from '../files/timeout.ts';

/** So long may a compiler take after the last piece; an engine might take a stream and never answer. */
export const COMPILE_MS = 5_000;
const HEADERS = { 'content-type': 'application/wasm' };

/**
 * Compile a WebAssembly file: while it arrives, where the platform can, else from its bytes.
 *
 * @param read reads and checks the file; gives each piece to the sink as it arrives
 * @throws UnavailableError it does not compile here
 * @throws what `read` throws, whatever was compiled by then
 */
export async function compileWasm(read: (sink: Sink) => Promise<Uint8Array>): Promise<WebAssembly.Module> {
  const streamed = startStreaming();
  let bytes: Uint8Array;
  try {
    bytes = await read(streamed.sink);
  } catch (error) {
    streamed.abort(error);
    throw error;
  }
  return (await streamed.finish(bytes.length)) ?? compileBytes(bytes);
}

/** Start to compile pieces as they arrive. `finish` gives null where that failed, or where not all pieces came this way. */
function startStreaming() {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const ignore = () => null;
  let received = 0;
  let compiling: Promise<WebAssembly.Module | null> | null = null;
  const sink: Sink = (piece) => {
    compiling ??= startCompiler(readable);
    received += piece.length;
    writer.write(piece.slice()).catch(ignore);
  };
  return {
    sink,
    abort: (reason: unknown) => void writer.abort(reason).catch(ignore),
    async finish(size: number): Promise<WebAssembly.Module | null> {
      if (compiling === null || received !== size) {
        writer.abort().catch(ignore);
        return null;
      }
      writer.close().catch(ignore);
      return withStallLimit(compiling, COMPILE_MS).catch(ignore);
    },
  };
}

/** The type is ours, since many servers send WebAssembly files with another. */
async function startCompiler(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<WebAssembly.Module | null> {
  try {
    return await WebAssembly.compileStreaming(new Response(stream, { headers: HEADERS }));
  } catch {
    stream.cancel().catch(() => undefined); // older browsers lack it; then nobody reads the stream
    return null;
  }
}

async function compileBytes(bytes: Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes.slice());
  } catch (error) {
    throw new UnavailableError(
      `Expected WebAssembly with 128-bit SIMD here; the platform refused it (${describeError(error)}). ` +
        'Update the browser, or allow wasm-unsafe-eval in the content security policy.',
    );
  }
}
