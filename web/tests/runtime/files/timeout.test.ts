import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { STALL_MS, StallError, withStallLimit } from '../../../src/runtime/files/timeout.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

const waitForever = () => new Promise<never>(() => undefined);

test('what comes in time is given, and no timer stays', async () => {
  expect(await withStallLimit(Promise.resolve(1))).toBe(1);
  await expect(withStallLimit(Promise.reject(new Error('reset')))).rejects.toThrow('reset');
  expect(vi.getTimerCount()).toBe(0);
});

test('what does not come ends after the limit, not before', async () => {
  const ended = vi.fn<(error: unknown) => void>();
  withStallLimit(waitForever()).catch(ended);
  await vi.advanceTimersByTimeAsync(STALL_MS - 1);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toHaveBeenCalledWith(expect.any(StallError));
});

test('a timer that fires late says that the thread was busy: what came meanwhile is given', async () => {
  const ended = vi.fn<(error: unknown) => void>();
  withStallLimit(waitForever()).catch(ended);
  const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10 * STALL_MS);
  await vi.advanceTimersByTimeAsync(STALL_MS);
  expect(ended).not.toHaveBeenCalled();
  now.mockRestore();
});
