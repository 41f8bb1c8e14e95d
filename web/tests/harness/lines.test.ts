import { expect, test } from 'vitest';
import { serve } from '../../src/harness/lines.ts';
import { RUNTIMES } from '../../src/runtime/registry.ts';
import { Session } from '../../src/session/session.ts';
import { createTestPlatform } from '../support/test-platform.ts';
import { createTinyBundle } from '../support/tiny-bundle.ts';

async function collectReplies(...lines: string[]): Promise<unknown[]> {
  const written: string[] = [];
  const input = (async function* () {
    yield* lines;
  })();
  await serve(new Session(createTestPlatform(createTinyBundle()), RUNTIMES), input, (line) => written.push(line));
  return written.map((line) => JSON.parse(line));
}

test('each request is answered on a line of its own, by its id', async () => {
  const all = await collectReplies('{"id":"a","method":"close","params":{}}', '', '{"id":7,"method":"nothing","params":{}}');
  expect(all).toMatchObject([
    { id: 'a', result: {} },
    { id: 7, error: { kind: 'failed' } },
  ]);
});

test('a line that is no JSON is answered too', async () => {
  expect(await collectReplies('open sesame')).toMatchObject([{ id: null, error: { kind: 'failed', message: /open sesame/ } }]);
});
