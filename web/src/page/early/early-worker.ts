import type { StartedWorker } from '../../session/started-worker.ts';

declare global {
  interface Window {
    /** The worker that `start-worker.js` has started. */
    webparityWorker?: StartedWorker;
  }
}

/** Take the worker that the HTML has started; null where it did not, as under a policy that forbids its script. */
export function takeEarlyWorker(): StartedWorker | null {
  const { webparityWorker: started } = window;
  delete window.webparityWorker;
  return started ?? null;
}
