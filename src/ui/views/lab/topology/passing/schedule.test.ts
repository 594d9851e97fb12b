import { expect, test } from 'vitest';
import type { HostDescription, PassingFrame } from '#bridge/protocol/answers';
import { linkOfPort } from './legs.ts';
import { Player } from './player.ts';
import { placeOf, Schedule, some } from './schedule.ts';

const MS = 1e6;
const host: HostDescription = {
  ...{ name: 'h', ramBytes: 1, harts: 1, switches: ['lan', 'far'] },
  vms: ['a', 'b'].map((name, slot) => ({
    ...{ slot, state: 'running', terminal: { columns: 80, rows: 25, follows: true } },
    spec: {
      ...{ name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 1, vcpus: 1 },
      ...{ allocation: 'fixed', disks: [], nics: [{ switch: 'lan' }], autostart: true },
    },
  })),
  appliances: [{ spec: { name: 'gw', kind: 'gateway' }, ports: [{ name: 'inside', switch: 'far' }] }],
};
let serial = 0;
const passed = (at: string, from: string, to: string, cameAt: number, more: object = {}): PassingFrame => {
  serial += 1;
  const took = { cameAt, leftAt: cameAt, at: cameAt + 10_000 };
  return {
    serial,
    frame: serial,
    switch: at,
    from,
    to,
    ...took,
    length: 60,
    protocol: 'ARP',
    info: '',
    ...more,
  };
};

test('a port is at the link of what hangs there', () => {
  expect(linkOfPort(host, 'a/0')).toEqual({ edge: 'h/a#0', isStation: true });
  expect(linkOfPort(host, 'gw/inside')).toEqual({ edge: 'h/appliance:gw#inside', isStation: true });
  expect(linkOfPort(host, 'trunk/3')).toEqual({ edge: 'h/trunk#3', isStation: false });
  expect(linkOfPort(host, 'link/1')).toEqual({ edge: 'link#1', isStation: false });
  expect(linkOfPort(host, 'gone/0')).toBeUndefined();
});

test('a packet goes in over one link and out over the other, in at least the time that can be seen', () => {
  const dot = new Schedule().add(0, host, passed('lan', 'a/0', 'b/0', 5 * MS), 0, 100 * MS)!;
  const at = (ms: number) => placeOf(dot, ms * MS);
  expect(at(4)).toBeUndefined();
  expect(at(30)).toEqual({ edge: 'h/a#0', isOut: false, part: 0.5 });
  expect(at(80)).toEqual({ edge: 'h/b#0', isOut: true, part: 0.5 });
  expect(at(105)).toBeUndefined();
});

test('what it waited at the switch and took on the wire is drawn as long as it was', () => {
  const took = { leftAt: 400 * MS, at: 900 * MS };
  const dot = new Schedule().add(0, host, passed('lan', 'a/0', 'b/0', 0, took), 0, 100 * MS)!;
  expect(placeOf(dot, 300 * MS)).toEqual({ edge: 'h/a#0', isOut: false, part: 1 });
  expect(placeOf(dot, 650 * MS)).toEqual({ edge: 'h/b#0', isOut: true, part: 0.5 });
});

test('through two switches it goes one after the other, and the answer when the question has come', () => {
  const schedule = new Schedule();
  const way = [
    passed('lan', 'a/0', 'trunk/0', 0),
    passed('far', 'trunk/0', 'gw/inside', 10_000),
    passed('far', 'gw/inside', 'trunk/0', 30_000),
    passed('lan', 'trunk/0', 'a/0', 50_000),
  ].map((frame) => schedule.add(0, host, frame, 0, 100 * MS)!);
  for (const [index, dot] of way.entries())
    if (index > 0) expect(dot.times[0]).toBe(way[index - 1]!.times[3]);
  expect(way.map(({ by }) => by)).toEqual(['h/a#0', undefined, 'h/appliance:gw#inside', undefined]);
});

test('a frame to all is drawn once on its way in', () => {
  const schedule = new Schedule();
  const [one, other] = ['b/0', 'trunk/0'].map(
    (to) => schedule.add(0, host, passed('lan', 'a/0', to, 0, { frame: 7 }), 0, 100 * MS)!,
  );
  expect([placeOf(one!, MS)?.edge, placeOf(other!, MS)]).toEqual(['h/a#0', undefined]);
  expect(placeOf(other!, 60 * MS)?.edge).toBe('h/trunk#0');
});

test('the picture follows the lab: as fast as it is, and no further than it is known', () => {
  const player = new Player();
  player.told(1000 * MS, 1000);
  expect(player.drawn(1000)).toBe(1000 * MS);
  player.told(1250 * MS, 1250);
  player.drawn(1250);
  expect(player.drawn(1350)).toBeCloseTo(1100 * MS);
  // It stands where the lab does.
  for (const ms of [1600, 1900, 5000]) player.drawn(ms);
  expect(player.drawn(9000)).toBe(1250 * MS);
  // One that went back is followed.
  player.told(10 * MS, 9500);
  expect(player.now).toBe(10 * MS);
});

test('some of many are from all of them', () => {
  expect(some([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(some([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
});
