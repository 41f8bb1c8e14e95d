import { expect, test } from 'vitest';
import { serve } from '../../src/harness/lines.ts';
import { Session } from '../../src/harness/session.ts';
import { testPlatform } from '../support/test-platform.ts';
import { tinyBundle } from '../support/tiny-bundle.ts';

async function replies(...lines: string[]): Promise<unknown[]> {
  const written: string[] = [];
  const input = (async function* () {
    yield* lines;
  })();
  await serve(new Session(testPlatform(tinyBundle())), input, (line) => written.push(line));
  return written.map((line) => JSON.parse(line));
}

test('each request is answered on a line of its own, by its id', async () => {
  const all = await replies('{"id":"a","method":"close","params":{}}', '', '{"id":7,"method":"nothing","params":{}}');
  expect(all).toMatchObject([
    { id: 'a', result: {} },
    { id: 7, error: { kind: 'failed' } },
  ]);
});

test('a line that is no JSON is answered too', async () => {
  expect(await replies('open sesame')).toMatchObject([{ id: null, error: { kind: 'failed', message: /open sesame/ } }]);
});
