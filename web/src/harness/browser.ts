/** The browser harness: a driver calls `window.webparityHarness`. */
import { Client } from '../session/client.ts';
import type { Method, Reply } from '../session/protocol.ts';

declare global {
  interface Window {
    webparityHarness?: { call(method: Method, params: unknown): Promise<Reply> };
    /** Set by a driver to receive the worker's signs of life. */
    webparityAlive?: (answered: number) => void;
  }
}

const client = new Client((answered) => window.webparityAlive?.(answered));

window.webparityHarness = {
  async call(method, params) {
    const reply = await client.reply(method, params);
    if (method === 'close') client.stop(); // the next open starts in a fresh worker
    return reply;
  },
};
