/** Bandwidth of cards, fixed and on demand: the same senders under both. */
import { expect, test } from 'vitest';
import { NS_PER_S } from '#base/virtual-time';
import { ether, mac } from '../../fixtures/frames.ts';
import { type TestSwitch, testSwitch } from '../../fixtures/test-switch.ts';
import type { BandwidthView } from './view.ts';

const MEGABIT = 1_000_000;
const BYTES = 1000;
const SHARES = { p0: 3 * MEGABIT, p1: 3 * MEGABIT, p2: 3 * MEGABIT };

const FRAMES = [0, 1, 2].map((port) => ether({ to: mac(9), from: mac(port), type: 0x88b5, least: BYTES }));

type Allocation = 'fixed' | 'on-demand';
function shared(allocation: Allocation, ports: Readonly<Record<string, number>> = SHARES): TestSwitch {
  const settings = { bitsPerSecond: 9 * MEGABIT, allocation, ports, idleNs: NS_PER_S / 10 };
  return testSwitch([{}, {}, {}, {}], { bandwidth: settings });
}
const part = ({ network }: TestSwitch) => network.parts.list.find(({ id }) => id === 'bandwidth');
const view = (made: TestSwitch): BandwidthView => part(made)?.part.view?.() as BandwidthView;

/** Megabits that came through of each sender who sends so many a second, for a second. */
function carried(made: TestSwitch, rates: readonly number[]): number[] {
  const sums = rates.map(() => 0);
  const due = rates.map(() => 0);
  for (let tick = 0; tick < 1000; tick++) {
    for (const [port, rate] of rates.entries())
      for (due[port]! += (rate * MEGABIT) / 1000; due[port]! >= 8 * BYTES; due[port]! -= 8 * BYTES) {
        if (made.sent(port, FRAMES[port]!).some(({ port: to }) => to === 3)) sums[port]! += 8 * BYTES;
      }
    made.wait(NS_PER_S / 1000);
  }
  return sums.map((bits) => bits / MEGABIT);
}
/** The buckets' first fill aside. */
function settled(
  allocation: Allocation,
  rates: readonly number[],
  ports?: Readonly<Record<string, number>>,
): number[] {
  const made = shared(allocation, ports);
  carried(made, rates);
  return carried(made, rates);
}

test('fixed: each has its share and no more, and nobody has what another does not use', () => {
  const [greedy, steady, idle] = settled('fixed', [9, 2, 0]);
  expect(greedy).toBeCloseTo(3, 0);
  expect(steady).toBeCloseTo(2, 1);
  expect(idle).toBe(0);
});

test('on demand: who sends has what others leave, and still each its share when all send', () => {
  const [greedy, steady] = settled('on-demand', [9, 2, 0]);
  expect(greedy).toBeGreaterThan(6.6);
  expect(greedy).toBeLessThan(7.4);
  expect(steady).toBeCloseTo(2, 1);
  const all = settled('on-demand', [9, 3, 20]);
  for (const rate of all) expect(Math.abs(rate - 3)).toBeLessThan(0.2);
});

test('on demand: shares are in proportion', () => {
  const ports = { p0: 6 * MEGABIT, p1: 2 * MEGABIT, p2: MEGABIT };
  const [six, two, one] = settled('on-demand', [20, 20, 20], ports);
  expect(six! / two!).toBeCloseTo(3, 0);
  expect(two! / one!).toBeCloseTo(2, 0);
});

test('fixed: for whom nothing is left is refused, where on demand all have some', () => {
  const ports = { p0: 5 * MEGABIT, p1: 5 * MEGABIT, p2: 4 * MEGABIT };
  const fixed = shared('fixed', ports);
  expect(view(fixed).ports.map(({ state }) => state)).toEqual(['reserved', 'refused', 'reserved']);
  expect(view(fixed)).toMatchObject({ allocatedBitsPerSecond: 9 * MEGABIT });
  expect(carried(fixed, [1, 1, 1])[1]).toBe(0);
  expect(part(fixed)?.counters['refused']).toBeGreaterThan(100);
  expect(settled('on-demand', [5, 5, 5], ports).every((rate) => rate > 2)).toBe(true);
});

test('on demand a card has a share from its first frame until it is idle', () => {
  const made = shared('on-demand');
  expect(view(made)).toMatchObject({ allocatedBitsPerSecond: 0 });
  carried(made, [1, 0, 0]);
  expect(view(made).ports.map(({ state }) => state)).toEqual(['in use', 'idle', 'idle']);
  expect(view(made).ports[0]?.assured).toBe(9 * MEGABIT);
  made.wait(NS_PER_S);
  // Nothing has come that would have said so, and yet it is nobody's.
  expect(view(made)).toMatchObject({
    allocatedBitsPerSecond: 0,
    ports: [{ state: 'idle', assured: 0 }, {}, {}],
  });
  carried(made, [0, 1, 0]);
  expect(view(made).ports.map(({ state }) => state)).toEqual(['idle', 'in use', 'idle']);
  expect(part(made)?.counters).toMatchObject({ taken: 2, released: 1 });
});

test('who has no share is not limited, and a switch goes on as it was saved', () => {
  const [one, other] = [shared('on-demand'), shared('on-demand')];
  for (const each of [one, other]) carried(each, [20, 2, 1]);
  const settings = other.network.parts.settings['bandwidth'];
  for (const given of [undefined, settings]) other.network.setPart('bandwidth', given);
  expect(other.network.capture()).not.toEqual(one.network.capture());
  other.network.restore(one.network.capture());
  expect(other.network.capture()).toEqual(one.network.capture());
  expect(carried(other, [20, 2, 1])).toEqual(carried(one, [20, 2, 1]));
  const frame = ether({ to: mac(8), from: mac(3), type: 0x88b5 });
  for (let sent = 0; sent < 1000; sent++) expect(one.reached(3, frame)).toHaveLength(3);
});
