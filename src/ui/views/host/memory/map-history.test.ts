import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MapHistory } from './map-history.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length, max: 3 });

test('what was kept comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(bytes(64), bytes(64)), { minLength: 1, maxLength: 5 }), (maps) => {
      const history = new MapHistory();
      for (const [at, [owners, states]] of maps.entries()) history.keep(at, { owners, states });
      expect(history.count).toBe(maps.length);
      for (const [at, [owners, states]] of maps.entries())
        expect(history.frames(at, 64)).toEqual({ owners, states });
    }),
  );
});

test('marks and ages come back where they were known, and nowhere else', () => {
  const history = new MapHistory();
  const [owners, states] = [new Uint8Array([16, 16, 17]), new Uint8Array([1, 1, 1])];
  const [marks, ages] = [new Uint8Array([1, 255, 0]), new Uint8Array([0x18, 0, 0x70])];
  history.keep(1, { owners, states });
  history.keep(2, { owners, states, marks });
  history.keep(3, { owners, states, marks, ages });
  expect(history.frames(0, 3)).toEqual({ owners, states });
  expect(history.frames(1, 3)).toEqual({ owners, states, marks });
  expect(history.frames(2, 3)).toEqual({ owners, states, marks, ages });
});

test('when time has gone back, what lay later is forgotten', () => {
  const history = new MapHistory();
  const of = (owner: number) => ({ owners: new Uint8Array(8).fill(owner), states: new Uint8Array(8) });
  for (const at of [10, 20, 30]) history.keep(at, of(at));
  history.keep(15, of(99));
  expect([history.count, history.atNs(0), history.atNs(1)]).toEqual([2, 10, 15]);
  expect(history.frames(1, 8).owners[0]).toBe(99);
});

test('it is bounded by moments and by bytes, and keeps the latest', () => {
  const history = new MapHistory();
  const calm = { owners: new Uint8Array(8), states: new Uint8Array(8) };
  for (let at = 0; at < 1000; at++) history.keep(at, calm);
  expect([history.count, history.atNs(history.count - 1)]).toEqual([300, 999]);
  // The worst there is: no two frames beside each other are equal.
  const frames = 262_144;
  const wild = {
    owners: Uint8Array.from({ length: frames }, (_, n) => n & 1),
    states: new Uint8Array(frames),
  };
  for (let at = 1000; at < 1006; at++) history.keep(at, wild);
  expect(history.bytes).toBeLessThanOrEqual(8 << 20);
  expect(history.atNs(history.count - 1)).toBe(1005);
  const { owners } = history.frames(history.count - 1, frames);
  expect(owners.every((owner, frame) => owner === wild.owners[frame])).toBe(true);
});
