/** A worker that runs before the client knows it, with the events that have come from it since. */
export interface StartedWorker {
  readonly worker: Worker;
  readonly events: readonly Event[];
}

/** Send the events that a worker has sent so far to its listeners, which are in place by now. */
export function replayEvents({ worker, events }: StartedWorker): void {
  worker.onmessage = null;
  worker.onerror = null;
  for (const event of events) {
    // An event that was dispatched before cannot be again; a copy of it can.
    worker.dispatchEvent(
      event instanceof ErrorEvent
        ? new ErrorEvent('error', { message: event.message, cancelable: true })
        : new MessageEvent(event.type, event instanceof MessageEvent ? { data: event.data } : {}),
    );
  }
}
