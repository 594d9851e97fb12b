/** Neighbours by themselves: what becomes of packets that wait for who has an address. */
import { expect, test } from 'vitest';
import { NS_PER_S } from '#base/virtual-time';
import { Neighbours } from './neighbours.ts';
import { addressOf } from './wire/address.ts';

test('what is sent to one neighbour because another was given up waits with the rest, and is lost with it', () => {
  const [first, second] = [addressOf('10.0.0.2'), addressOf('10.0.0.3')];
  const [toFirst, toSecond, told] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
  let now = 0;
  const lost: Uint8Array[] = [];
  const neighbours: Neighbours = new Neighbours({
    ...{ now: () => now, ask: () => {}, send: () => {}, wake: () => {} },
    lost: (packets) => {
      lost.push(...packets);
      if (packets.includes(toFirst)) neighbours.send(second, told);
    },
  });
  neighbours.send(first, toFirst);
  neighbours.send(second, toSecond);
  for (; now < 3 * NS_PER_S; neighbours.due()) now += NS_PER_S;
  expect(lost).toEqual([toFirst, toSecond, told]);
});
