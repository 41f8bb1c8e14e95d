import { expect, test } from 'vitest';
import { throttle } from '../../src/session/alive.ts';

test('the first sign of life goes out at once, then at most two per second', () => {
  let sent = 0;
  let time = 0;
  const alive = throttle(
    () => sent++,
    () => time,
  );
  const counts: number[] = [];
  for (time = 0; time <= 2000; time += 100) {
    alive();
    counts.push(sent);
  }
  expect(counts[0]).toBe(1);
  expect(counts[4]).toBe(1);
  expect(counts[5]).toBe(2);
  expect(sent).toBe(5);
});

test('what does no work gives no sign of life', async () => {
  let sent = 0;
  throttle(() => sent++);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(sent).toBe(0);
});
