/** Stages that limit, order and worsen: rates, who is next, what becomes of frames on the way; and that a restored port goes on alike. */
import { expect, test } from 'vitest';
import type { PortSettings } from '#base/scenario';
import { hexDigits, sha256 } from '#base/sha256';
import { decode, encode } from '#base/state/codec';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import { EventQueue } from '#machine/event-queue';
import { statesOf } from '#machine/kind';
import { SWITCH, VirtualSwitch } from '../virtual-switch.ts';
import { PORT_STAGES } from './stages.ts';
import { wireTimeNs } from './wire.ts';

await Promise.all(PORT_STAGES.map(({ later }) => later?.code.come()));

const MEGABIT = 1_000_000;

/** From one station to another, told apart by its last byte. */
function frame(from: number, to: number, last = 0, length = 1514): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([0x52, 0x54, 0, 0, 0, to, 0x52, 0x54, 0, 0, 0, from]);
  bytes[length - 1] = last;
  return bytes;
}

function switchOf(ports: readonly PortSettings[], seed = 1) {
  const events = new EventQueue();
  let now = 0;
  const network = new VirtualSwitch({ name: 'lan', events, now: () => now, stages: PORT_STAGES, seed });
  const received: { readonly port: number; readonly last: number; readonly at: number; bytes: number }[] = [];
  for (const [port, settings] of ports.entries())
    network.connect(
      `p${port}`,
      {
        receive: (got) => received.push({ port, last: got.at(-1)!, at: now, bytes: got.length }),
      },
      settings,
    );
  return {
    ...{ network, events, received },
    now: () => now,
    setNow: (at: number) => (now = at),
    /** Runs to an instant. */
    to(at: number) {
      for (; events.nextAt() <= at; events.runDue(now)) now = events.nextAt();
      now = at;
    },
    counted: (port: number, id: string): Readonly<Record<string, number>> =>
      network.ports[port]?.stages.find((stage) => stage.id === id)?.counters ?? {},
    saved: () => encode(SWITCH, network.capture()),
  };
}
type Lab = ReturnType<typeof switchOf>;

/** Sends frames at a rate, from port 0 to port 1. */
function offer(lab: Lab, bitsPerSecond: number, length: number, untilNs: number, from = 0): void {
  const everyNs = Math.floor((8 * length * NS_PER_S) / bitsPerSecond);
  for (let at = lab.now(); at < untilNs; at += everyNs) {
    lab.to(at);
    lab.network.send(from, frame(from, 1, 0, length));
  }
  lab.to(untilNs);
}
const bitsOf = ({ received }: Lab): number => received.reduce((sum, { bytes }) => sum + 8 * bytes, 0);

test('shape: a rate holds within 5 % over a second, with its burst', () => {
  for (const rate of [1, 10, 100])
    for (const length of [60, 1514]) {
      const lab = switchOf([{}, { shape: { bitsPerSecond: rate * MEGABIT } }]);
      offer(lab, 2 * rate * MEGABIT, length, NS_PER_S);
      expect(Math.abs(bitsOf(lab) / (rate * MEGABIT) - 1)).toBeLessThan(0.05);
      if (rate > 1) expect(lab.counted(1, 'shape')['noRoom']).toBeGreaterThan(0);
    }
});

test('shape: after a pause so much goes at once as the burst says', () => {
  const lab = switchOf([{}, { shape: { bitsPerSecond: MEGABIT, burstBytes: 15_140 } }]);
  for (let n = 0; n < 30; n++) lab.network.send(0, frame(0, 1));
  lab.to(NS_PER_MS);
  expect(lab.received).toHaveLength(11);
  lab.to(NS_PER_MS + 5 * 12_112_000);
  expect(lab.received).toHaveLength(16);
});

test('police: what is beyond the rate ends, or is marked so that others go first', () => {
  const lab = switchOf([{ police: { bitsPerSecond: 10 * MEGABIT } }, {}]);
  offer(lab, 30 * MEGABIT, 1514, NS_PER_S);
  expect(Math.abs(bitsOf(lab) / (10 * MEGABIT) - 1)).toBeLessThan(0.05);
  expect(lab.counted(0, 'police')['policed']).toBeGreaterThan(1000);

  const slow = { wire: { bitsPerSecond: 10 * MEGABIT }, discipline: { kind: 'strict' } };
  const marking = switchOf([{ police: { bitsPerSecond: MEGABIT, beyond: 'mark' } }, slow, {}]);
  for (let n = 0; n < 20; n++) marking.network.send(0, frame(0, 1, 1));
  for (let n = 0; n < 5; n++) marking.network.send(2, frame(2, 1, 2));
  marking.to(NS_PER_S);
  const order = marking.received.filter(({ port }) => port === 1).map(({ last }) => last);
  expect(order.slice(0, 8).filter((last) => last === 2)).toHaveLength(5);
  expect(order).toHaveLength(25);
});

test('strict: the class of a sender decides who is next, when the wire is free and not before', () => {
  const slow = { wire: { bitsPerSecond: 10 * MEGABIT, delayNs: 0 }, discipline: { kind: 'strict' } };
  const lab = switchOf([{ class: { priority: 1 } }, slow, { class: { priority: 6 } }]);
  for (let n = 0; n < 3; n++) lab.network.send(0, frame(0, 1, 10 + n));
  lab.network.send(2, frame(2, 1, 66));
  lab.to(NS_PER_S);
  const each = wireTimeNs(1514, 10 * MEGABIT);
  const heard = lab.received.filter(({ port }) => port === 1);
  expect(heard.map(({ last, at }) => [last, at / each])).toEqual([
    [10, 1],
    [66, 2],
    [11, 3],
    [12, 4],
  ]);
});

test('a FIFO before the wire lets frames arrive at the very instants at which they arrive without', () => {
  const run = (more: PortSettings) => {
    const lab = switchOf([{}, { wire: { bitsPerSecond: 10 * MEGABIT }, ...more }]);
    for (let n = 0; n < 40; n++) {
      lab.to(n * n * 30_000);
      lab.network.send(0, frame(0, 1, n, 60 + 31 * n));
    }
    lab.to(NS_PER_S);
    return lab.received;
  };
  expect(run({ discipline: { kind: 'fifo' } })).toEqual(run({}));
});

test('weighted by port, behind a shaper: a neighbour that floods leaves the other its half', () => {
  const port = { shape: { bitsPerSecond: 10 * MEGABIT }, discipline: { kind: 'weighted', by: 'port' } };
  const lab = switchOf([{}, port, {}]);
  const got = { flood: 0, steady: 0 };
  for (let ms = 0; ms < 1000; ms++) {
    lab.to(ms * NS_PER_MS);
    for (let n = 0; n < 10; n++) lab.network.send(0, frame(0, 1, 1));
    // 4.8 Mbit/s.
    if (ms % 5 < 2) lab.network.send(2, frame(2, 1, 2));
  }
  for (const { port: to, last } of lab.received) if (to === 1) got[last === 1 ? 'flood' : 'steady'] += 1;
  expect(got.steady).toBeGreaterThan(390);
  expect(8 * 1514 * (got.flood + got.steady)).toBeGreaterThan(9.5 * MEGABIT);
});

test('netem: parts of the frames are lost, doubled, damaged or ahead, as the settings say, the same for the same seed', () => {
  const netem = { lossPercent: 10, duplicatePercent: 5, corruptPercent: 5, reorderPercent: 5 };
  const run = (seed: number) => {
    const lab = switchOf([{}, { netem: { ...netem, delayNs: 3 * NS_PER_MS } }], seed);
    offer(lab, 100 * MEGABIT, 300, NS_PER_S / 8);
    lab.to(NS_PER_S);
    return lab;
  };
  const lab = run(1);
  const sent = lab.network.ports[0]!.counters.framesIn;
  const counted = lab.counted(1, 'netem');
  expect(counted['lost']! / sent).toBeCloseTo(0.1, 1);
  expect(counted['duplicated']! / sent).toBeCloseTo(0.045, 2);
  expect(counted['corrupted']! / sent).toBeCloseTo(0.045, 2);
  expect(lab.received).toHaveLength(sent - counted['lost']! + counted['duplicated']!);
  expect(run(1).received).toEqual(lab.received);
  expect(run(2).received).not.toEqual(lab.received);
});

test('netem: losses come in a row where bad times are set; jitter keeps the order unless told', () => {
  const bad = { badBeginsPercent: 2, badEndsPercent: 25, badLossPercent: 100 };
  const lab = switchOf([{}, { netem: bad }]);
  for (let n = 0; n < 4000; n++) {
    lab.to(n * 100_000);
    lab.network.send(0, frame(0, 1, n % 251, 60));
  }
  lab.to(NS_PER_S);
  const lost = lab.counted(1, 'netem')['lost']!;
  let runs = 0;
  for (const [index, { last }] of lab.received.entries())
    if (index > 0 && last !== (lab.received[index - 1]!.last + 1) % 251) runs += 1;
  expect(lost / 4000).toBeCloseTo(2 / 27, 1);
  expect(lost / runs).toBeGreaterThan(2.5);

  const shaken = (inOrder: boolean) => {
    const other = switchOf([{}, { netem: { delayNs: NS_PER_MS, jitterNs: NS_PER_MS, inOrder } }]);
    offer(other, 100 * MEGABIT, 300, NS_PER_S / 10);
    for (let n = 0; n < 200; n++) other.network.send(0, frame(0, 1, n, 60));
    other.to(NS_PER_S);
    const lasts = other.received.slice(-200).map(({ last }) => last);
    return lasts.every((last, index) => index === 0 || last >= lasts[index - 1]!);
  };
  expect([shaken(true), shaken(false)]).toEqual([true, false]);
});

/** Settings of a port with all of it. */
const ALL: PortSettings = {
  wire: { bitsPerSecond: 20 * MEGABIT },
  shape: { bitsPerSecond: 10 * MEGABIT },
  discipline: { kind: 'fq-codel', frames: 100, targetNs: NS_PER_MS, intervalNs: 10 * NS_PER_MS },
  netem: { delayNs: 5 * NS_PER_MS, jitterNs: NS_PER_MS, lossPercent: 5, duplicatePercent: 5 },
};
const POLICED = { police: { bitsPerSecond: 20 * MEGABIT } };

test('property: a restored switch goes on as the saved one, whatever its ports hold', () => {
  for (const kind of ['fifo', 'strict', 'weighted', 'codel', 'fq-codel']) {
    const ports = [
      POLICED,
      { ...ALL, discipline: { ...ALL['discipline'], kind } },
      { class: { priority: 5 } },
    ];
    const a = switchOf(ports);
    for (let n = 0; n < 300; n++) {
      a.to(n * 200_000);
      a.network.send(n % 3 === 0 ? 2 : 0, frame(n % 3 === 0 ? 2 : 0, 1, n % 256, 60 + (n % 5) * 300));
    }
    expect(a.network.ports[1]!.queued).toBeGreaterThan(20);
    const b = switchOf(ports);
    b.setNow(a.now());
    b.network.restore(decode(SWITCH, a.saved(), { parts: statesOf(PORT_STAGES) }));
    expect(hexDigits(sha256(b.saved()))).toBe(hexDigits(sha256(a.saved())));
    a.received.length = 0;
    for (const each of [a, b]) {
      for (let n = 0; n < 50; n++) {
        each.to(60 * NS_PER_MS + n * 300_000);
        each.network.send(0, frame(0, 1, n));
      }
      each.to(NS_PER_S);
    }
    expect(b.received).toEqual(a.received);
    expect(hexDigits(sha256(b.saved()))).toBe(hexDigits(sha256(a.saved())));
  }
});

test('what waits for a wire is on its way: it is handed over, lost with the link, and kept over a change of the discipline', () => {
  const lab = switchOf([{}, { ...ALL, netem: { delayNs: NS_PER_MS } }]);
  for (let n = 0; n < 30; n++) lab.network.send(0, frame(0, 1, n));
  const { queued } = lab.network.ports[1]!;
  expect(lab.network.onTheWayTo(1)).toHaveLength(queued);
  expect(queued).toBe(30);
  lab.network.setStage(1, 'discipline', { kind: 'strict' });
  lab.network.setStage(1, 'shape', { bitsPerSecond: 5 * MEGABIT });
  lab.network.setStage(1, 'netem', { delayNs: 2 * NS_PER_MS });
  expect(lab.network.ports[1]?.queued).toBe(30);
  lab.to(NS_PER_S);
  expect(lab.received).toHaveLength(30);
  for (let n = 0; n < 30; n++) lab.network.send(0, frame(0, 1, n));
  lab.network.setLink(1, false);
  expect(lab.network.ports[1]?.queued).toBe(0);
  lab.to(2 * NS_PER_S);
  expect(lab.received).toHaveLength(30);
});

test('how long frames waited is told by spans of time', () => {
  const lab = switchOf([{}, { wire: { bitsPerSecond: 10 * MEGABIT } }]);
  offer(lab, 20 * MEGABIT, 1514, NS_PER_S);
  const spans = lab.network.ports[1]!.delays();
  expect(spans.map(({ from }) => from)).toEqual([0, 1, 2, 3, 4].map((span) => (span * NS_PER_S) / 4));
  // The queue is full, and the wire takes 1.23 ms for each of its frames.
  expect(spans[3]!.medianNs / (256 * wireTimeNs(1514, 10 * MEGABIT))).toBeCloseTo(1, 1);
  expect(spans[3]!.frames).toBeGreaterThan(195);
});
