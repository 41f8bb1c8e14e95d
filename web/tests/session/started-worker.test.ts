import { expect, test, vi } from 'vitest';
import { Client } from '../../src/session/client.ts';
import type { StartedWorker } from '../../src/session/started-worker.ts';

/** A worker as `start-worker.js` leaves it: what it said before a client knew it is kept. */
class FakeWorker extends EventTarget {
  onmessage: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  readonly posted: unknown[] = [];
  terminated = false;
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
}

function start(events: Event[]): { worker: FakeWorker; early: StartedWorker } {
  const worker = new FakeWorker();
  return { worker, early: { worker: worker as unknown as Worker, events } };
}

vi.stubGlobal('document', { baseURI: 'https://example.org/' });
vi.stubGlobal(
  'ErrorEvent',
  class extends Event {
    readonly message: string;
    constructor(type: string, { message, ...init }: EventInit & { message: string }) {
      super(type, init);
      this.message = message;
    }
  },
);

test('a client takes a worker that has started before, with what it has said', async () => {
  const { worker, early } = start([new MessageEvent('message', { data: { started: true } })]);
  const client = new Client(undefined, early);
  await expect(client.start('webparity')).resolves.toBeUndefined();
  const reply = client.reply('close', {});
  expect(worker.posted).toEqual([{ id: 0, method: 'close', params: {} }]);
  worker.dispatchEvent(new MessageEvent('message', { data: { id: 0, result: {} } }));
  await expect(reply).resolves.toEqual({ result: {} });
});

test('a worker whose code did not come is not waited for', async () => {
  const { early } = start([new ErrorEvent('error', { message: '' })]);
  await expect(new Client(undefined, early).start('webparity')).rejects.toThrow(/its code could not be loaded/);
});

test('a worker of the module is ended where a library runs first', () => {
  const { worker, early } = start([]);
  const made: string[] = [];
  vi.stubGlobal(
    'Worker',
    class extends FakeWorker {
      constructor(url: URL) {
        super();
        made.push(url.pathname);
      }
    },
  );
  void new Client(undefined, early).start('tfjs').catch(() => undefined);
  expect(worker.terminated).toBe(true);
  expect(made).toHaveLength(1);
});
