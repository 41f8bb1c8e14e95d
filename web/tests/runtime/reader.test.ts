import { afterEach, describe, expect, test, vi } from 'vitest';
import { FailedError } from '../../src/runtime/errors.ts';
import { httpReader, MissingFile } from '../../src/runtime/reader.ts';

afterEach(() => vi.unstubAllGlobals());

const answer = (respond: () => Promise<Response>) => vi.stubGlobal('fetch', respond);

describe('HTTP', () => {
  test('content is read', async () => {
    answer(async () => new Response(Uint8Array.of(1, 2)));
    expect(await httpReader.read('https://example.org/a')).toEqual(Uint8Array.of(1, 2));
  });

  test('404 is a missing file, whatever its page says', async () => {
    answer(async () => new Response('<h1>not here</h1>', { status: 404 }));
    await expect(httpReader.read('https://example.org/a')).rejects.toThrow(MissingFile);
  });

  test.each([500, 503, 403])('%i is an error, never content', async (status) => {
    answer(async () => new Response('{}', { status }));
    const read = httpReader.read('https://example.org/a');
    await expect(read).rejects.toThrow(FailedError);
    await expect(read).rejects.toThrow(String(status));
  });

  test('no answer is told apart from a bad one', async () => {
    answer(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(httpReader.read('https://example.org/a')).rejects.toThrow(/network connection/);
  });

  test('a transfer that breaks off is an error', async () => {
    answer(async () => new Response(new ReadableStream({ pull: (stream) => stream.error(new Error('reset')) })));
    await expect(httpReader.read('https://example.org/a')).rejects.toThrow(/broke off \(reset\)/);
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
