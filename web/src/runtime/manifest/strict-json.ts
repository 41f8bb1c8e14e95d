/** Strings, and the punctuation that separates keys from values. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * Parse JSON, and refuse repeated keys, of which other parsers take another value.
 *
 * @throws SyntaxError no JSON, or a key that appears twice in one object
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const twice = findRepeatedKey(text);
  if (twice !== null) throw new SyntaxError(`the key ${twice} appears twice in one object`);
  return value;
}

/** Find the first key that appears twice in one object of a well-formed document. @returns it as written, or null */
function findRepeatedKey(text: string): string | null {
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
