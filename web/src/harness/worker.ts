/** The worker: one session, fed by messages. Decoding and models run here, so that the page never freezes. */
import { browserPlatform } from './platform-browser.ts';
import type { Request, Response } from './protocol.ts';
import { Session } from './session.ts';

const session = new Session(browserPlatform());

self.addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  const reply: Response = { id: data.id, ...(await session.call(data.method, data.params)) };
  self.postMessage(reply);
});
