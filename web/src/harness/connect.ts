/** The connection to the driver that started this browser; the other side is `parity/drivers/page_connection.py`. */
import { describeError } from '../runtime/errors.ts';
import type { Method, Reply } from '../session/protocol.ts';

const PREFIX = '/webparity-driver/';
const CREDENTIAL = 'X-Webparity-Driver';
const FRAGMENT = '#webparity-driver=';

/** A call of the driver, or the address of another page to go to. */
type Message = { id: number; method: Method; params: unknown } | { go: string };

/** What the driver calls. */
export type Call = (method: Method, params: unknown) => Promise<Reply>;

/** Read the driver's token from a page's fragment; null on a page that a person has opened. */
export function readToken(fragment: string): string | null {
  return fragment.startsWith(FRAGMENT) ? fragment.slice(FRAGMENT.length) : null;
}

/** A page's requests to its driver. */
export class Connection {
  readonly #call: Call;
  readonly #go: (address: string) => void;
  #credential: string;
  #current = 0;

  /**
   * @param token from the page's address; good for one connection
   * @param call answers the driver's calls
   * @param go leaves for another page
   */
  constructor(token: string, call: Call, go: (address: string) => void) {
    this.#credential = token;
    this.#call = call;
    this.#go = go;
  }

  /** Answer calls until the driver refuses or leads to another page. */
  async serve(): Promise<void> {
    const hello = await this.#post('hello', {});
    if (!hello.ok) return;
    this.#credential = ((await hello.json()) as { key: string }).key;
    for (;;) {
      const response = await this.#post('next', {});
      if (!response.ok) return;
      if (response.status === 204) continue;
      const message = (await response.json()) as Message;
      if ('go' in message) {
        this.#go(message.go);
        return;
      }
      // Not awaited: a request for the next call is always open, and its end tells the driver of a crash.
      void this.#answer(message.id, message.method, message.params);
    }
  }

  /** Send a sign of life: how many images the current call has answered. */
  reportAlive(answered: number): void {
    void this.#post('alive', { id: this.#current, alive: answered }).catch(() => undefined);
  }

  async #answer(id: number, method: Method, params: unknown): Promise<void> {
    this.#current = id;
    try {
      await this.#post('reply', { id, ...(await this.#call(method, params)) });
    } catch (error) {
      await this.#post('reply', { id, threw: describeError(error) }).catch(() => undefined);
    }
  }

  #post(action: string, body: object): Promise<Response> {
    const headers = { [CREDENTIAL]: this.#credential, 'Content-Type': 'application/json' };
    return fetch(PREFIX + action, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store' });
  }
}
