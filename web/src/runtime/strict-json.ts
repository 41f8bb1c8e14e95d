/** Strings, and the punctuation that tells where an object's keys stand. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * Parse UTF-8 JSON strictly: every parser that accepts it finds the same value in it.
 *
 * @throws SyntaxError | TypeError no JSON in UTF-8 without a byte order mark, or a key that appears twice in one object
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const value: unknown = JSON.parse(text);
  const twice = repeatedKey(text);
  if (twice !== null) throw new SyntaxError(`the key ${twice} appears twice in one object`);
  return value;
}

/** The first key that appears twice in one object of a well-formed document, as written, or null. */
function repeatedKey(text: string): string | null {
  const open: (Set<unknown> | null)[] = []; // keys of each object that is open; null for a list
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const keys = open.at(-1);
      const key: unknown = JSON.parse(last);
      if (keys?.has(key)) return last;
      keys?.add(key);
    }
    last = token;
  }
  return null;
}
