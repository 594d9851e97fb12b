import { expect, test } from 'vitest';
import { GestureQueue } from './gesture-queue.ts';
import { type Gesture, key } from './key-codes.ts';

test('what comes while others are given goes together, without moves that were overtaken', async () => {
  const given: (readonly Gesture[])[] = [];
  let go: () => void = () => undefined;
  const queue = new GestureQueue((gestures) => {
    given.push(gestures);
    return new Promise((resolve) => {
      go = resolve;
    });
  });
  const at = (x: number, buttons = 0): Gesture => ({ kind: 'pointer', x, y: 0, buttons });
  queue.add([at(1)]);
  queue.add([at(2), at(3), at(4, 1), at(5, 1), key(30, true)]);
  expect(given).toEqual([[at(1)]]);
  go();
  await Promise.resolve();
  expect(given[1]).toEqual([at(3), at(5, 1), key(30, true)]);
});
