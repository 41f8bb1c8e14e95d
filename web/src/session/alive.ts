/** Signs of life: sent by the thread that works, because of work done, and never by a timer. */

/** Told after each piece of work: a file read, a kernel run, an image answered. */
export type Alive = () => void;

const INTERVAL_MS = 500;

/** Pass on at most one sign in half a second: a network runs thousands of kernels in that time. */
export function throttle(send: () => void, now: () => number = () => performance.now()): Alive {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const time = now();
    if (time - last < INTERVAL_MS) return;
    last = time;
    send();
  };
}
