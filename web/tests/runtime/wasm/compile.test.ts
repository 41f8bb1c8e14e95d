import { afterEach, describe, expect, test, vi } from 'vitest';
import { IntegrityError, UnavailableError } from '../../../src/runtime/errors.ts';
import type { Sink } from '../../../src/runtime/files/reader.ts';
import { COMPILE_MS, compileWasm } from '../../../src/runtime/wasm/compile.ts';
import { WASM } from '../../support/decoder.ts';

afterEach(() => vi.unstubAllGlobals());

/** Read the module in pieces, as from a network. */
async function readPieces(sink: Sink): Promise<Uint8Array> {
  for (let at = 0; at < WASM.length; at += 10_000) {
    await Promise.resolve();
    sink(WASM.subarray(at, at + 10_000));
  }
  return WASM;
}

const readWhole = async () => WASM;

/** Replace functions of `WebAssembly`. */
function stubWasm(change: Partial<Record<'compile' | 'compileStreaming', unknown>>): void {
  vi.stubGlobal('WebAssembly', Object.create(WebAssembly, Object.fromEntries(
    Object.entries(change).map(([name, value]) => [name, { value }]),
  )));
}

test('a file that arrives in pieces is compiled as it arrives', async () => {
  const compile = vi.spyOn(WebAssembly, 'compile');
  expect(await compileWasm(readPieces)).toBeInstanceOf(WebAssembly.Module);
  // Node's own fetch compiles a module of its own.
  expect(compile.mock.calls.filter(([bytes]) => bytes.byteLength === WASM.length)).toEqual([]);
  compile.mockRestore();
});

test('a file that is read at once is compiled from its bytes', async () => {
  expect(await compileWasm(readWhole)).toBeInstanceOf(WebAssembly.Module);
});

describe('compiling from bytes follows', () => {
  test.each([
    ['where compileStreaming is missing', undefined],
    ['where it fails', () => Promise.reject(new TypeError('a wrong type'))],
  ])('%s', async (_, compileStreaming) => {
    stubWasm({ compileStreaming });
    expect(await compileWasm(readPieces)).toBeInstanceOf(WebAssembly.Module);
  });

  test('where it never answers', async () => {
    stubWasm({ compileStreaming: () => new Promise(() => undefined) });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const compiled = compileWasm(readPieces);
    await vi.advanceTimersByTimeAsync(2 * COMPILE_MS);
    vi.useRealTimers();
    expect(await compiled).toBeInstanceOf(WebAssembly.Module);
  });

  test('where not every piece came', async () => {
    const module = await compileWasm(async (sink) => {
      sink(WASM.subarray(0, 100));
      return WASM;
    });
    expect(module).toBeInstanceOf(WebAssembly.Module);
  });
});

test('a file with another digest is never given, though it was compiled', async () => {
  const altered = async (sink: Sink) => {
    await readPieces(sink);
    throw new IntegrityError('another SHA-256', ['assets/a.wasm']);
  };
  await expect(compileWasm(altered)).rejects.toThrow(IntegrityError);
});

test('a platform that refuses it is unavailable, with what to do', async () => {
  stubWasm({ compileStreaming: undefined, compile: () => Promise.reject(new WebAssembly.CompileError('no SIMD')) });
  const refused = compileWasm(readPieces);
  await expect(refused).rejects.toThrow(UnavailableError);
  await expect(refused).rejects.toThrow(/^Expected WebAssembly with 128-bit SIMD here; .*\(no SIMD\)\. Update the browser/);
});
