/** Signs of life: the working thread sends them when it has done some work, never by a timer. */

/** Called after each piece of work: a file was read, a kernel was run, an image was answered. */
export type Alive = () => void;

const INTERVAL_MS = 500;

/** Limit signs of life to one in half a second: a network runs thousands of kernels in that time. */
export function throttle(send: () => void, now: () => number = () => performance.now()): Alive {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const time = now();
    if (time - last < INTERVAL_MS) return;
    last = time;
    send();
  };
}
