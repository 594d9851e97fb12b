import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

test('events run in order of time, and of channel and data where times are equal, whenever they were scheduled', () => {
  const queue = new EventQueue();
  const seen: string[] = [];
  queue.on('a', (data, at) => seen.push(`a${data}@${at}`));
  queue.on('b', (data, at) => seen.push(`b${data}@${at}`));
  queue.schedule(20, 'b', 3);
  queue.schedule(20, 'a', 5);
  queue.schedule(10, 'b', 2);
  queue.schedule(20, 'a', 1);
  queue.schedule(30, 'a', 4);
  expect(queue.nextAt()).toBe(10);
  queue.runDue(20);
  expect(seen).toEqual(['b2@10', 'a1@20', 'a5@20', 'b3@20']);
  expect(queue.nextAt()).toBe(30);
});

test('what is due of a channel can be left out', () => {
  const queue = new EventQueue();
  queue.schedule(10, 'looks', 0);
  expect(queue.nextBut('looks')).toBe(Number.POSITIVE_INFINITY);
  for (const at of [40, 20, 30]) queue.schedule(at, 'acts', at);
  expect(queue.nextBut('looks')).toBe(20);
  queue.schedule(5, 'acts', 5);
  expect(queue.nextBut('looks')).toBe(5);
});

test('an empty queue is due at Infinity, and so is an instant beyond virtual time', () => {
  const queue = new EventQueue();
  expect(queue.nextAt()).toBe(Number.POSITIVE_INFINITY);
  queue.schedule(2 ** 60, 'a', 0);
  queue.schedule(Number.POSITIVE_INFINITY, 'a', 0);
  expect(queue.length).toBe(0);
});

test('a handler may schedule; what is due at once runs in the same call', () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  queue.on('a', (data, at) => {
    seen.push(data);
    if (data < 3) queue.schedule(at + 1, 'a', data + 1);
  });
  queue.schedule(5, 'a', 0);
  queue.runDue(7);
  expect(seen).toEqual([0, 1, 2]);
});

test('off drops the events of a channel only', () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  queue.on('gone', () => seen.push(-1));
  queue.on('kept', (data) => seen.push(data));
  for (let i = 0; i < 100; i++) queue.schedule(100 - i, i % 3 === 0 ? 'kept' : 'gone', i);
  queue.off('gone');
  queue.runDue(1000);
  expect(seen).toEqual(Array.from({ length: 34 }, (_, i) => 99 - 3 * i));
});

test('property: equals a sorted list under schedule, cancel and runDue', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('schedule' as const), at: fc.nat(50), data: fc.nat(5) }),
    fc.record({ kind: fc.constant('cancel' as const), at: fc.constant(0), data: fc.nat(5) }),
    fc.record({ kind: fc.constant('run' as const), at: fc.nat(50), data: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const queue = new EventQueue();
      let model: { at: number; data: number }[] = [];
      const seen: number[] = [];
      const expected: number[] = [];
      queue.on('c', (data) => seen.push(data));
      for (const { kind, at, data } of actions) {
        if (kind === 'schedule') {
          queue.schedule(at, 'c', data);
          model.push({ at, data });
        } else if (kind === 'cancel') {
          queue.cancel('c', data);
          model = model.filter((event) => event.data !== data);
        } else {
          queue.runDue(at);
          const due = model.filter((event) => event.at <= at);
          model = model.filter((event) => event.at > at);
          expected.push(...due.sort((a, b) => a.at - b.at || a.data - b.data).map((event) => event.data));
        }
        expect(queue.length).toBe(model.length);
      }
      expect(seen).toEqual(expected);
      queue.runDue(50);
      expected.push(...model.sort((a, b) => a.at - b.at || a.data - b.data).map((event) => event.data));
      expect(seen).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
