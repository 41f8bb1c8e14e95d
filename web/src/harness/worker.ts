/** The worker: one session, fed by messages. Decoding and models run here, so that the page never freezes. */
import { browserPlatform } from './platform-browser.ts';
import type { Notice, Request, Response, Sign } from './protocol.ts';
import { Session } from './session.ts';

const notify = (notice: Notice) => self.postMessage(notice);
const session = new Session(browserPlatform((progress) => notify({ progress })));

self.addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  // A message leaves at once, also from the middle of a computation that keeps this thread busy.
  const report = (alive: number) => self.postMessage({ id: data.id, alive } satisfies Sign);
  const reply: Response = { id: data.id, ...(await session.call(data.method, data.params, report)) };
  self.postMessage(reply);
});
notify({ started: true });
