import { afterEach, describe, expect, test, vi } from 'vitest';
import { FailedError } from '../../../src/runtime/errors.ts';
import { httpReader, createHttpReader } from '../../../src/runtime/files/http-reader.ts';
import { MissingFile, StalledTransfer, type FileProgress } from '../../../src/runtime/files/reader.ts';
import { STALL_MS } from '../../../src/runtime/files/timeout.ts';

afterEach(() => vi.unstubAllGlobals());

const stubFetch = (respond: () => Promise<Response>) => vi.stubGlobal('fetch', respond);

describe('HTTP', () => {
  test('content is read', async () => {
    stubFetch(async () => new Response(Uint8Array.of(1, 2)));
    expect(await httpReader.read('https://example.org/a')).toEqual(Uint8Array.of(1, 2));
  });

  test('each piece goes to the sink as it comes', async () => {
    const pieces = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    const pull = (stream: ReadableStreamDefaultController) => {
      const piece = pieces.shift();
      if (piece === undefined) stream.close();
      else stream.enqueue(piece);
    };
    stubFetch(async () => new Response(new ReadableStream({ pull })));
    const came: number[][] = [];
    expect(await httpReader.read('https://example.org/a', (piece) => came.push([...piece]))).toEqual(Uint8Array.of(1, 2, 3));
    expect(came).toEqual([[1, 2], [3]]);
  });

  test('404 is a missing file, whatever its page says', async () => {
    stubFetch(async () => new Response('<h1>not here</h1>', { status: 404 }));
    await expect(httpReader.read('https://example.org/a')).rejects.toThrow(MissingFile);
  });

  test.each([500, 503, 403])('%i is an error, never content', async (status) => {
    stubFetch(async () => new Response('{}', { status }));
    const read = httpReader.read('https://example.org/a');
    await expect(read).rejects.toThrow(FailedError);
    await expect(read).rejects.toThrow(String(status));
  });

  test('no answer is told apart from a bad one', async () => {
    stubFetch(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(httpReader.read('https://example.org/a')).rejects.toThrow(/network connection/);
  });

  test('a transfer that breaks off is an error', async () => {
    stubFetch(async () => new Response(new ReadableStream({ pull: (stream) => stream.error(new Error('reset')) })));
    await expect(httpReader.read('https://example.org/a')).rejects.toThrow(/broke off \(reset\)/);
  });
});

describe('progress', () => {
  const halves = (finish: (stream: ReadableStreamDefaultController) => void, headers: HeadersInit) => {
    const pieces = [Uint8Array.of(1, 2), Uint8Array.of(3)];
    const pull = (stream: ReadableStreamDefaultController) => {
      const piece = pieces.shift();
      if (piece === undefined) finish(stream);
      else stream.enqueue(piece);
    };
    return async () => new Response(new ReadableStream({ pull }), { headers });
  };

  test('each piece is reported, and the pieces are one file', async () => {
    stubFetch(halves((stream) => stream.close(), { 'content-length': '3' }));
    const seen: FileProgress[] = [];
    const read = await createHttpReader((progress) => seen.push(progress)).read('https://example.org/a');
    expect(read).toEqual(Uint8Array.of(1, 2, 3));
    expect(seen.map(({ loaded, total }) => [loaded, total])).toEqual([
      [0, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test('the length on the wire of a compressed file is not its size', async () => {
    stubFetch(halves((stream) => stream.close(), { 'content-length': '2', 'content-encoding': 'br' }));
    const totals: (number | null)[] = [];
    await createHttpReader(({ total }) => totals.push(total)).read('https://example.org/a');
    expect(new Set(totals)).toEqual(new Set([null]));
  });

  test.each([
    ['half-way', halves(() => undefined, { 'content-length': '9' }), /nothing came for 15 s after 3 of 9 bytes/],
    ['before its start', () => new Promise<Response>(() => undefined), /nothing came for 15 s after 0 bytes/],
  ])('a transfer that stalls %s ends, and names the file', async (_, respond, words) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    stubFetch(respond);
    const read = httpReader.read('https://example.org/a.bin');
    const ended = Promise.all([
      expect(read).rejects.toThrow(words),
      expect(read).rejects.toThrow('https://example.org/a.bin'),
      expect(read).rejects.toBeInstanceOf(StalledTransfer),
    ]);
    await vi.advanceTimersByTimeAsync(STALL_MS);
    await ended;
    vi.useRealTimers();
  });
});

describe('addresses', () => {
  test('a path is joined to the folder, closed with a slash or not', () => {
    expect(httpReader.join('https://example.org/some/site', 'a/b.bin')).toBe('https://example.org/some/site/a/b.bin');
    expect(httpReader.join('https://example.org/some/site/?v=1#x', 'b.bin')).toBe(
      'https://example.org/some/site/b.bin',
    );
  });

  test('names are encoded and come back', () => {
    const location = httpReader.join('https://example.org/s/', 'golden/50 % #1?.png');
    expect(location).toBe('https://example.org/s/golden/50%20%25%20%231%3F.png');
    expect(httpReader.relative('https://example.org/s', location)).toBe('golden/50 % #1?.png');
  });

  test('what lies elsewhere has no path in the site', () => {
    expect(httpReader.relative('https://example.org/s', 'https://example.org/st/a')).toBeNull();
  });
});
