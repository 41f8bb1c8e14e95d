import { DeviceError, fromRecord, toRecord } from '../runtime/errors.ts';
import type { FileProgress } from '../runtime/files/reader.ts';
import type { Method, Methods, WorkerNotice, Reply, CallMessage, ReplyMessage, AliveMessage } from './protocol.ts';

/** The document's client of a session in a worker. */
export class Client {
  #worker: Worker | null = null;
  #next = 0;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #alive: (answered: number) => void;
  #reject: (error: Error) => void = () => undefined;
  #started: Promise<void> = Promise.resolve();
  /** Called with the progress of each file. */
  onprogress: (progress: FileProgress) => void = () => undefined;

  /** @param alive called at signs of life with the number of images that the current call has answered */
  constructor(alive: (answered: number) => void = () => undefined) {
    this.#alive = alive;
  }

  /** Start the worker, and wait until its code runs. @throws DeviceError it could not be loaded, or was stopped */
  start(): Promise<void> {
    this.#start();
    return this.#started;
  }

  /** Call a method. @throws RuntimeError as the session had it */
  async call<M extends Method>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    const reply = await this.reply(method, params);
    if ('error' in reply) throw fromRecord(reply.error);
    return reply.result as Methods[M]['result'];
  }

  /** Call a method; errors come back as records. */
  reply(method: Method, params: unknown): Promise<Reply> {
    const worker = this.#start();
    const id = this.#next++;
    const request: CallMessage = { id, method, params: resolveAddresses(params) };
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage(request);
    });
  }

  /** End the worker and free its memory; pending calls fail. The next call starts a new worker. */
  stop(reason = 'it was stopped'): void {
    this.#worker?.terminate();
    this.#worker = null;
    const error = toRecord(new DeviceError(`Expected the worker to answer; ${reason}.`));
    for (const resolve of this.#waiting.values()) resolve({ error });
    this.#waiting.clear();
    this.#reject(fromRecord(error));
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL('./worker-entry.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<ReplyMessage | AliveMessage>) => {
      if ('alive' in data) {
        this.#alive(data.alive);
        return;
      }
      const { id, ...reply } = data;
      this.#waiting.get(id)?.(reply);
      this.#waiting.delete(id);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (this.#worker === worker) {
        const cause = event.message || 'its code could not be loaded';
        this.stop(`it broke down (${cause}). Reload the page`);
      }
    });
    this.#started = new Promise((resolve, reject) => {
      this.#reject = reject;
      worker.addEventListener('message', ({ data }: MessageEvent<WorkerNotice | ReplyMessage>) => {
        if ('started' in data) resolve();
        if ('progress' in data) this.onprogress(data.progress);
      });
    });
    this.#started.catch(() => undefined); // callers of methods get the error there
    this.#worker = worker;
    return worker;
  }
}

/** Make addresses absolute by the document's address; a worker would resolve them by its own file's. */
function resolveAddresses(params: unknown): unknown {
  if (typeof params !== 'object' || params === null) return params;
  const resolve = (value: unknown) => (typeof value === 'string' ? new URL(value, document.baseURI).href : value);
  const copy: Record<string, unknown> = { ...params };
  if ('site' in copy) copy['site'] = resolve(copy['site']);
  if (Array.isArray(copy['images'])) copy['images'] = copy['images'].map(resolve);
  return copy;
}
