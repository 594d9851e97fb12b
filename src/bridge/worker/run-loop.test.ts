/** The loop over a `defer` that tests step through: who gets a turn when. */
import { expect, test } from 'vitest';
import { deferByMessage, RunLoop } from './run-loop.ts';

/** A slice has ended, and what follows it. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Turns that have been asked for; run by hand. */
function stepped(slice: () => number | Promise<number>): { loop: RunLoop; turns: (() => void)[] } {
  const turns: (() => void)[] = [];
  return {
    loop: new RunLoop(
      async () => slice(),
      (turn) => turns.push(turn),
    ),
    turns,
  };
}

test('however often it is woken, there is one turn; what calls in the meantime comes before the next', async () => {
  const order: string[] = [];
  const { loop, turns } = stepped(() => {
    order.push('slice');
    return 0;
  });
  loop.wake();
  loop.wake();
  expect(turns.length).toBe(1);
  turns.shift()!();
  await settled();
  // A call that has arrived during the slice; the loop has asked for a turn behind it.
  turns.unshift(() => order.push('call'));
  for (const turn of turns.splice(0)) turn();
  await settled();
  expect(order).toEqual(['slice', 'call', 'slice']);
  expect(turns.length).toBe(1);
});

test('it waits as long as it is told, and no longer when it is woken', async () => {
  let waitMs = 10_000;
  const { loop, turns } = stepped(() => waitMs);
  loop.wake();
  turns.shift()!();
  await settled();
  expect(turns.length).toBe(0);
  loop.wake();
  expect(turns.length).toBe(1);
  waitMs = 1;
  turns.shift()!();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(turns.length).toBe(1);
  waitMs = Number.POSITIVE_INFINITY;
  turns.shift()!();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(turns.length).toBe(0);
});

test('woken while a slice is under way, there is another one behind it, and never two at once', async () => {
  const ends: (() => void)[] = [];
  const { loop, turns } = stepped(() => new Promise((resolve) => ends.push(() => resolve(1e6))));
  loop.wake();
  turns.shift()!();
  loop.wake();
  await settled();
  expect([turns.length, ends.length]).toEqual([0, 1]);
  ends.shift()!();
  await settled();
  expect(turns.length).toBe(1);
});

test('a message to itself is a turn of its own, in order', async () => {
  const defer = deferByMessage();
  const order: number[] = [];
  await new Promise<void>((resolve) => {
    defer(() => order.push(1));
    defer(() => order.push(2));
    defer(resolve);
    order.push(0);
  });
  expect(order).toEqual([0, 1, 2]);
});
