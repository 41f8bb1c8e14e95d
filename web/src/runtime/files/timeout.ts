/** How long one step of a transfer may take before it counts as stalled. */
export const STALL_MS = 15_000;

/** If the timer fires this much too late, the thread was busy or the device asleep, and the wait begins again. */
const LATE_MS = 1_000;

/** Error for a transfer of which nothing arrived within the limit. */
export class StallError extends Error {
  constructor(ms: number) {
    super(`nothing came for ${ms / 1000} s`);
  }
}

/** Wait for one step of a transfer. @throws Stalled it took longer than `ms` */
export async function withStallLimit<T>(step: Promise<T>, ms = STALL_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const arm = () => {
      const due = performance.now() + ms;
      timer = setTimeout(() => (performance.now() - due > LATE_MS ? arm() : reject(new StallError(ms))), ms);
    };
    arm();
  });
  try {
    return await Promise.race([step, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
