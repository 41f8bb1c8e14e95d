import { DeviceError, fromRecord, toRecord } from '../runtime/errors.ts';
import type { FileProgress } from '../runtime/files/reader.ts';
import { replayEvents, type StartedWorker } from './started-worker.ts';
import type { Method, Methods, OpenParams, WorkerNotice, Reply, CallMessage, ReplyMessage, AliveMessage } from './protocol.ts';

/** The runtime whose worker is one small file, without what loads libraries. */
const MODULE = 'webparity';
type WorkerKind = 'module' | 'library';

/** The document's client of a session in a worker. */
export class Client {
  #worker: Worker | null = null;
  #kind: WorkerKind = 'module';
  #next = 0;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #alive: (answered: number) => void;
  #reject: (error: Error) => void = () => undefined;
  #started: Promise<void> = Promise.resolve();
  /** Called with the progress of each file. */
  onprogress: (progress: FileProgress) => void = () => undefined;

  #early: StartedWorker | null;

  /**
   * @param alive called at signs of life with the number of images that the current call has answered
   * @param early a worker of the module that runs already; it becomes the first one
   */
  constructor(alive: (answered: number) => void = () => undefined, early: StartedWorker | null = null) {
    this.#alive = alive;
    this.#early = early;
  }

  /** Start a runtime's worker, and wait until its code runs. @throws DeviceError it could not be loaded, or was stopped */
  start(runtime: string): Promise<void> {
    this.#start(runtime === MODULE ? 'module' : 'library');
    return this.#started;
  }

  /** Call a method. @param transfer what need not be copied @throws RuntimeError as the session had it */
  async call<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    transfer: Transferable[] = [],
  ): Promise<Methods[M]['result']> {
    const reply = await this.reply(method, params, transfer);
    if ('error' in reply) throw fromRecord(reply.error);
    return reply.result as Methods[M]['result'];
  }

  /** Call a method; errors come back as records. `open` starts the worker of its runtime. */
  reply(method: Method, params: unknown, transfer: Transferable[] = []): Promise<Reply> {
    if (method === 'open') void this.start((params as OpenParams).runtime).catch(() => undefined);
    const worker = this.#start(this.#kind);
    const id = this.#next++;
    const request: CallMessage = { id, method, params: resolveAddresses(params) };
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage(request, transfer);
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

  #start(kind: WorkerKind): Worker {
    if (this.#worker !== null && this.#kind === kind) return this.#worker;
    if (this.#worker !== null) this.stop('another runtime was chosen');
    this.#kind = kind;
    const early = this.#takeEarly(kind);
    const worker = early?.worker ?? createWorker(kind);
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
    if (early !== null) replayEvents(early);
    return worker;
  }

  #takeEarly(kind: WorkerKind): StartedWorker | null {
    const early = this.#early;
    this.#early = null;
    if (kind === 'module') return early;
    early?.worker.terminate();
    return null;
  }
}

function createWorker(kind: WorkerKind): Worker {
  // Written out twice, because the build looks for this form.
  return kind === 'module'
    ? new Worker(new URL('./module-worker.ts', import.meta.url), { type: 'module' })
    : new Worker(new URL('./worker-entry.ts', import.meta.url), { type: 'module' });
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
