import { afterEach, expect, test, vi } from 'vitest';
import { Connection, readToken } from '../../src/harness/connect.ts';
import type { Reply } from '../../src/session/protocol.ts';

interface Sent {
  action: string;
  credential: string;
  body: unknown;
}

/** A driver that hands out messages one after another, and then refuses. */
function createDriver(messages: (object | null)[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (address: string, options: { headers: Record<string, string>; body: string }) => {
    const action = address.replace('/webparity-driver/', '');
    sent.push({ action, credential: options.headers['X-Webparity-Driver'] ?? '', body: JSON.parse(options.body) });
    await Promise.resolve();
    if (action === 'hello') return Response.json({ key: 'the key' });
    if (action !== 'next') return new Response(null, { status: 204 });
    const message = messages.shift();
    if (message === undefined) return new Response(null, { status: 403 });
    return message === null ? new Response(null, { status: 204 }) : Response.json(message);
  });
  return sent;
}

const list = (sent: Sent[], action: string) => sent.filter((each) => each.action === action).map(({ body }) => body);
const reply = { result: { results: [] } } as Reply;

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['#webparity-driver=a-b_c', 'a-b_c'],
  ['#webparity-driver=', ''],
  ['', null],
  ['#other', null],
])('the token of %j is %j', (fragment, token) => {
  expect(readToken(fragment)).toBe(token);
});

test('the token is sent once, and the key after that', async () => {
  const sent = createDriver([null]);
  await new Connection('the token', async () => reply, vi.fn()).serve();
  expect(sent.map(({ action, credential }) => [action, credential])).toEqual([
    ['hello', 'the token'],
    ['next', 'the key'],
    ['next', 'the key'],
  ]);
});

test('a call is answered under its number, and the next is asked for meanwhile', async () => {
  const sent = createDriver([{ id: 7, method: 'decode', params: { images: [] } }]);
  const call = vi.fn(async () => reply);
  await new Connection('t', call, vi.fn()).serve();
  await vi.waitFor(() => expect(list(sent, 'reply')).toEqual([{ id: 7, ...reply }]));
  expect(call).toHaveBeenCalledWith('decode', { images: [] });
});

test('what a call throws is told', async () => {
  const sent = createDriver([{ id: 8, method: 'run', params: {} }]);
  const call = () => Promise.reject(new Error('out of cheese'));
  await new Connection('t', call, vi.fn()).serve();
  await vi.waitFor(() => expect(list(sent, 'reply')).toEqual([{ id: 8, threw: 'out of cheese' }]));
});

test('signs of life belong to the current call', async () => {
  const sent = createDriver([{ id: 9, method: 'run', params: {} }]);
  const connection: Connection = new Connection(
    't',
    async () => {
      connection.reportAlive(4);
      return reply;
    },
    vi.fn(),
  );
  await connection.serve();
  await vi.waitFor(() => expect(list(sent, 'alive')).toEqual([{ id: 9, alive: 4 }]));
});

test('the driver leads to another page', async () => {
  const sent = createDriver([{ go: 'http://127.0.0.1:2/harness.html#webparity-driver=x' }, null]);
  const go = vi.fn();
  await new Connection('t', async () => reply, go).serve();
  expect(go).toHaveBeenCalledWith('http://127.0.0.1:2/harness.html#webparity-driver=x');
  expect(list(sent, 'next')).toHaveLength(1);
});

test('a page that is refused stops', async () => {
  const fetched = vi.fn(async () => new Response(null, { status: 403 }));
  vi.stubGlobal('fetch', fetched);
  await new Connection('wrong', async () => reply, vi.fn()).serve();
  expect(fetched).toHaveBeenCalledTimes(1);
});
