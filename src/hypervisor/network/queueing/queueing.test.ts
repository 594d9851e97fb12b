/** Disciplines: who is next, who is lost, how long frames wait. */
import { expect, test } from 'vitest';
import { NS_PER_MS } from '#base/virtual-time';
import { nextDropAt } from './delay-control.ts';
import type { DisciplineSettings, LossReason } from './discipline.ts';
import { DISCIPLINES, type DisciplineId } from './disciplines.ts';
import type { WaitingFrame } from './flow.ts';
import { conversationOf, dscpClassOf, markedCongested } from './packet-header.ts';

const USUAL: DisciplineSettings = {
  ...{ frames: 256, by: 'priority', weights: [1], targetNs: 5 * NS_PER_MS, intervalNs: 100 * NS_PER_MS },
  ...{ ecn: false, seed: 1 },
};

/** A frame of IPv4 and UDP. */
function packet({ length = 1514, tos = 0, from = 1, port = 1 } = {}): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([0x08, 0x00, 0x45, tos], 12);
  bytes.set([17, 0, 0, 10, 0, 0, from, 10, 0, 0, 99, 0, port, 0, 9], 23);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += bytes[at]! * 256 + bytes[at + 1]!;
  sum = (sum & 0xffff) + (sum >> 16);
  bytes.set([(~sum >> 8) & 0xff, ~sum & 0xff], 24);
  return bytes;
}
function waiting(bytes: Uint8Array, more: Partial<WaitingFrame> = {}): WaitingFrame {
  return { bytes, domain: 0, priority: 0, group: 0, number: 0, from: 0, since: 0, at: 0, ...more };
}

function made(kind: DisciplineId, settings: Partial<DisciplineSettings> = {}) {
  const lost: { readonly frame: WaitingFrame; readonly reason: LossReason }[] = [];
  let marked = 0;
  const discipline = DISCIPLINES[kind].create(
    { ...USUAL, ...settings },
    {
      lost: (frame, reason) => lost.push({ frame, reason }),
      marked: () => {
        marked += 1;
      },
    },
  );
  return { discipline, lost, marks: () => marked };
}

test('strict: the highest priority first, background after best effort; the lowest loses when there is no room', () => {
  const { discipline, lost } = made('strict', { frames: 6 });
  for (const priority of [0, 1, 7, 0, 5, 1]) discipline.put(waiting(packet(), { priority }));
  discipline.put(waiting(packet(), { priority: 6 }));
  expect(lost).toMatchObject([{ frame: { priority: 1 }, reason: 'noRoom' }]);
  const served = Array.from({ length: 7 }, () => discipline.take(0)?.priority);
  expect(served).toEqual([7, 6, 5, 0, 0, 1, undefined]);
});

test('strict by DSCP: what IP says of itself', () => {
  const { discipline } = made('strict', { by: 'dscp' });
  for (const dscp of [0, 46, 8]) discipline.put(waiting(packet({ tos: dscp << 2 })));
  expect(Array.from({ length: 3 }, () => discipline.take(0)!.bytes[15]! >> 2)).toEqual([46, 0, 8]);
});

test('weighted: parts of the wire are as the weights are, whatever lengths frames have', () => {
  const { discipline } = made('weighted', { frames: 4000, weights: [1, 1, 3] });
  const sizes = [1514, 1514, 300];
  for (let n = 0; n < 1200; n++)
    for (const priority of [0, 2])
      discipline.put(waiting(packet({ length: sizes[priority]! }), { priority }));
  const bytes = [0, 0, 0];
  for (let n = 0; n < 600; n++) {
    const frame = discipline.take(0)!;
    bytes[frame.priority]! += frame.bytes.length;
  }
  expect(bytes[2]! / bytes[0]!).toBeGreaterThan(2.7);
  expect(bytes[2]! / bytes[0]!).toBeLessThan(3.3);
});

test('weighted by port: a neighbour that floods loses its own frames, not those of others', () => {
  const { discipline, lost } = made('weighted', { frames: 20, by: 'port' });
  for (let n = 0; n < 100; n++) discipline.put(waiting(packet(), { from: 3 }));
  for (let n = 0; n < 5; n++) discipline.put(waiting(packet(), { from: 4 }));
  expect(lost.every(({ frame }) => frame.from === 3)).toBe(true);
  const served = Array.from({ length: 10 }, () => discipline.take(0)?.from);
  expect(served.filter((from) => from === 4)).toHaveLength(5);
});

test('the intervals of the control law shorten with the square root of the drops', () => {
  expect([1, 4, 16, 100, 10_000].map((count) => nextDropAt(0, 100 * NS_PER_MS, count))).toEqual(
    [1, 2, 4, 10, 100].map((root) => {
      return Math.floor((100 * NS_PER_MS * Math.floor(65_536 / root)) / 65_536);
    }),
  );
});

/**
 * A wire of 10 Mbit/s that is offered twice as much by somebody who does not slow down; how long the frames had waited that went on, in
 * milliseconds, second by second.
 */
function overloaded(kind: DisciplineId, seconds: number, settings: Partial<DisciplineSettings> = {}) {
  const { discipline, lost, marks } = made(kind, settings);
  const waited: number[][] = Array.from({ length: seconds }, () => []);
  const stepNs = 1.2 * NS_PER_MS;
  for (let step = 0; step * stepNs < seconds * 1000 * NS_PER_MS; step++) {
    const now = step * stepNs;
    for (let n = 0; n < 2; n++) discipline.put(waiting(packet({ tos: 2 }), { since: now }));
    const frame = discipline.take(now);
    if (frame !== undefined)
      waited[Math.floor(now / (1000 * NS_PER_MS))]!.push((now - frame.since) / NS_PER_MS);
  }
  const medians = waited.map((each) => each.sort((a, b) => a - b)[each.length >> 1]!);
  return { medians, lost, marks };
}

test('a queue that is full waits for its whole length; CoDel drops until it is short', () => {
  expect(overloaded('fifo', 3).medians.at(-1)).toBeGreaterThan(200);
  // Who never slows down takes it long to tame: but each second frames wait less.
  const { medians, lost } = overloaded('codel', 30, { frames: 1000 });
  expect(medians.at(-1)).toBeLessThan(medians[2]!);
  expect(lost.some(({ reason }) => reason === 'late')).toBe(true);
});

test('with ECN the frame goes on, marked', () => {
  const { marks } = overloaded('codel', 2, { ecn: true });
  expect(marks()).toBeGreaterThan(0);
});

test('FQ-CoDel: who sends little goes first, and does not pay for those who fill the queue', () => {
  const { discipline, lost } = made('fq-codel', { frames: 100 });
  for (let n = 0; n < 200; n++) discipline.put(waiting(packet({ port: 1 })));
  expect(lost).toHaveLength(100);
  discipline.take(0);
  discipline.put(waiting(packet({ port: 2, length: 60 })));
  discipline.take(0);
  expect(discipline.take(0)?.bytes.length).toBe(60);
  expect(lost.every(({ frame }) => frame.bytes.length === 1514)).toBe(true);
});

test('FQ-CoDel: long streams share the wire', () => {
  const { discipline } = made('fq-codel', { frames: 4000 });
  for (let n = 0; n < 300; n++) {
    for (let more = 0; more < 5; more++) discipline.put(waiting(packet({ port: 1 })));
    discipline.put(waiting(packet({ port: 2 })));
  }
  const served = Array.from({ length: 400 }, () => discipline.take(0)!.bytes[35]);
  expect(Math.abs(served.filter((port) => port === 1).length - 200)).toBeLessThanOrEqual(2);
});

test('property: of each discipline, every frame goes on once or is lost, and a restored one goes on alike', () => {
  for (const kind of Object.keys(DISCIPLINES) as DisciplineId[]) {
    const a = made(kind, { frames: 40, by: 'dscp', weights: [1, 2, 3] });
    let random = 1;
    const next = (below: number): number => {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      return (random >>> 8) % below;
    };
    const step = (to: typeof a, now: number, draw: readonly [number, number, number]): number => {
      if (draw[0] < 6)
        to.discipline.put(
          waiting(packet({ tos: draw[1] << 5, port: draw[2], length: 60 + 10 * draw[1] }), { since: now }),
        );
      else return to.discipline.take(now)?.bytes.length ?? -1;
      return 0;
    };
    let [put, taken] = [0, 0];
    for (let n = 0; n < 2000; n++) {
      const draw = [next(10), next(8), next(4)] as const;
      if (draw[0] < 6) put += 1;
      if (step(a, n * 300_000, draw) > 0) taken += 1;
      expect(a.discipline.length).toBeLessThanOrEqual(40);
    }
    expect(put).toBe(taken + a.lost.length + a.discipline.length);
    expect(a.discipline.length).toBe(a.discipline.flows().reduce((sum, { length }) => sum + length, 0));
    const b = made(kind, { frames: 40, by: 'dscp', weights: [1, 2, 3] });
    b.discipline.restore(a.discipline.capture());
    for (let n = 2000; n < 2500; n++) {
      const draw = [next(10), next(8), next(4)] as const;
      expect(step(b, n * 300_000, draw)).toBe(step(a, n * 300_000, draw));
    }
    a.discipline.clear();
    expect([a.discipline.length, a.discipline.take(0)]).toEqual([0, undefined]);
  }
});

test('headers: class, congestion with the sum brought up to date, conversation; garbage is no exception', () => {
  const plain = packet({ tos: (46 << 2) | 1 });
  expect(dscpClassOf(plain)).toBe(5);
  const marked = markedCongested(plain)!;
  expect(marked[15]! & 3).toBe(3);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += marked[at]! * 256 + marked[at + 1]!;
  expect((sum & 0xffff) + (sum >> 16)).toBe(0xffff);
  expect(markedCongested(packet())).toBeUndefined();
  expect(conversationOf(packet({ port: 1 }), 7)).not.toBe(conversationOf(packet({ port: 2 }), 7));
  const tagged = new Uint8Array([...plain.subarray(0, 12), 0x81, 0, 0, 5, ...plain.subarray(12)]);
  expect(dscpClassOf(tagged)).toBe(5);
  // Two tags, of a provider and a customer, hide nothing; three do, as from access lists.
  const behind = (...tags: readonly number[]): Uint8Array =>
    new Uint8Array([...plain.subarray(0, 12), ...tags, ...plain.subarray(12)]);
  const two = behind(0x88, 0xa8, 0, 7, 0x81, 0, 0, 5);
  expect([two, behind(0x81, 0, 0, 1, 0x81, 0, 0, 2, 0x81, 0, 0, 3)].map(dscpClassOf)).toEqual([5, 0]);
  expect(conversationOf(two, 7)).toBe(conversationOf(tagged, 7));
  for (let length = 0; length < 64; length++) {
    const garbage = plain.slice(0, length);
    expect(dscpClassOf(garbage)).toBeLessThan(8);
    expect(conversationOf(garbage, 1)).toBeGreaterThanOrEqual(0);
    markedCongested(garbage);
  }
});
