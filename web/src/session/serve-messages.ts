import type { Runtimes } from '../runtime/choose-backend.ts';
import { createBrowserPlatform } from './platform-browser.ts';
import type { AliveMessage, CallMessage, ReplyMessage, WorkerNotice } from './protocol.ts';
import { Session } from './session.ts';

/** Answer a worker's messages with one session. Decoding and models run here, so that the page does not freeze. */
export function serveMessages(runtimes: Runtimes): void {
  const notify = (notice: WorkerNotice) => self.postMessage(notice);
  const session = new Session(createBrowserPlatform((progress) => notify({ progress })), runtimes);
  self.addEventListener('message', async ({ data }: MessageEvent<CallMessage>) => {
    // A message is sent at once, even while a computation keeps this thread busy.
    const report = (alive: number) => self.postMessage({ id: data.id, alive } satisfies AliveMessage);
    const reply: ReplyMessage = { id: data.id, ...(await session.call(data.method, data.params, report)) };
    self.postMessage(reply);
  });
  notify({ started: true });
}
