/** Who has to go when a table of address translation is full, and that to find him costs the same however full it is. */
import { expect, test } from 'vitest';
import { NS_PER_S } from '#base/virtual-time';
import { RandomGenerator } from '#machine/random-generator';
import { isSame } from '../wire/address.ts';
import { PROTOCOL } from '../wire/ip.ts';
import { type Mapping, Mappings, type MappingsState, MOST_MAPPINGS, MOST_OF_STATION } from './mappings.ts';

const REMOTE = { address: Uint8Array.of(198, 51, 100, 7), port: 7 };
const NOTHING = { closes: false, resets: false };
const station = (number: number): Uint8Array => Uint8Array.of(10, 0, 0, number);

/** A table at an instant that the test sets. */
function table() {
  const clock = { now: 0 };
  const mappings = new Mappings(() => clock.now);
  const out = (from: number, port: number, protocol: number = PROTOCOL.udp, seen = NOTHING) =>
    mappings.outward(protocol, { address: station(from), port }, REMOTE, seen);
  return { clock, mappings, out };
}

/** The rule, by a walk over the whole table: of those that have run out the one longest unused, else that of all. */
function whoGoes(all: readonly Mapping[], from: number, now: number): Mapping | undefined {
  const own = all.filter(({ inside }) => isSame(inside, station(from)));
  const asked = own.length >= MOST_OF_STATION ? own : all.length >= MOST_MAPPINGS ? all : [];
  return asked.find(({ until }) => until <= now) ?? asked[0];
}

test('who goes is who is longest unused, and first who has run out, for any mixture of lifetimes', () => {
  const { clock, mappings, out } = table();
  const random = new RandomGenerator(7);
  const below = (most: number): number => random.next() % most;
  let [made, over] = [0, 0];
  for (let step = 0; step < 2500; step++) {
    // Many at one instant, and now and then so much later that some have run out.
    if (below(50) === 0) clock.now += below(20) * NS_PER_S;
    const from = below(8) > 0 ? 2 : 3 + below(12);
    const protocol = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.icmp][below(3)]!;
    const all = mappings.capture().mappings;
    const closes = { closes: below(2) === 0, resets: below(8) === 0 };
    const chosen = all[below(Math.max(1, all.length))];
    if (chosen !== undefined && below(3) === 0) {
      mappings.inward(chosen.protocol, chosen.outsidePort, REMOTE, closes);
      continue;
    }
    const expected = whoGoes(all, from, clock.now);
    const result = out(from, 70_000 + step, protocol, closes);
    const left = mappings.capture().mappings;
    expect(result?.evicted).toBe(expected !== undefined && expected.until > clock.now);
    if (expected === undefined) continue;
    made += 1;
    if (expected.until <= clock.now) over += 1;
    expect(
      left.some(
        ({ outsidePort, protocol: of }) => outsidePort === expected.outsidePort && of === expected.protocol,
      ),
    ).toBe(false);
    expect(left).toHaveLength(all.length);
  }
  // Both kinds have been there.
  expect(made - over).toBeGreaterThan(100);
  expect(over).toBeGreaterThan(100);
});

/** A table full to its end, none of it run out: how often a mapping is looked at while some more are made for a station. */
function looks(from: number, ofStation: number, more: number): number {
  let count = 0;
  const watched = (each: Mapping): Mapping =>
    new Proxy(each, {
      get: (target, key, self) => {
        count += 1;
        return Reflect.get(target, key, self);
      },
    });
  const full = table();
  for (let n = 0; n < MOST_MAPPINGS; n++) full.out(n < ofStation ? 1 : 2 + (n % 200), n, PROTOCOL.tcp);
  const state: MappingsState = full.mappings.capture();
  const { mappings, out } = table();
  mappings.restore({ ...state, mappings: state.mappings.map(watched) });
  expect(mappings.capture().mappings).toHaveLength(MOST_MAPPINGS);
  count = 0;
  for (let n = 0; n < more; n++) expect(out(from, 100_000 + n)?.evicted).toBe(true);
  expect(mappings.capture().mappings).toHaveLength(MOST_MAPPINGS);
  return count;
}

test('a new mapping of a station that is full, or in a table that is, looks at a few of those that are there', () => {
  // Of the one that goes its ports and addresses are read, of the others nothing.
  expect(looks(1, MOST_OF_STATION, 100)).toBeLessThan(100 * 10);
  expect(looks(250, 0, 100)).toBeLessThan(100 * 10);
});

test('a state in which a port inside stands twice is refused', () => {
  const { mappings, out } = table();
  out(1, 1);
  const { mappings: [one] = [], nextPort } = mappings.capture();
  expect(() => mappings.restore({ mappings: [one!, one!], nextPort })).toThrow('twice');
});
