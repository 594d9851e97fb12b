/** Whatever stages, parts and pulled cables do to frames without a pattern: endpoints, counters of ports, captures and the picture of what passes agree to the frame. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { randomNumbers } from '#base/fixtures/random-numbers';
import type { PortSettings } from '#base/scenario';
import { EventQueue } from '#machine/event-queue';
import { FrameTap } from '../frame-tap.ts';
import { PORT_STAGES } from '../stages/stages.ts';
import { SWITCH_PARTS } from '../switch-parts/switch-parts.ts';
import { VirtualSwitch } from '../virtual-switch.ts';
import { Captures } from './captures.ts';
import { passingOf } from './questions/passing.ts';

await Promise.all(PORT_STAGES.map(({ later }) => later?.code.come()));

const FRAMES = 20_000;
const MS = 1_000_000;

const PORTS: readonly PortSettings[] = [
  {
    vlan: { access: 10 },
    netem: { lossPercent: 10, duplicatePercent: 10, delayNs: MS, jitterNs: MS, inOrder: false },
  },
  { vlan: { access: 10 }, police: { bitsPerSecond: 5_000_000 } },
  { vlan: { access: 20 }, wire: { bitsPerSecond: 10_000_000 }, queue: { frames: 16 } },
  { vlan: { access: 20 }, shape: { bitsPerSecond: 5_000_000 }, discipline: { kind: 'fq-codel' } },
  { vlan: { trunk: [10, 20], native: 10 } },
  { vlan: { trunk: [20] }, 'storm-control': { broadcast: 1000 } },
];

test('of what was sent nothing is missing and nothing is invented', () => {
  const events = new EventQueue();
  const random = randomNumbers(11);
  let now = 0;
  const tap = new FrameTap();
  const lan = new VirtualSwitch({
    ...{ name: 'lan', events, now: () => now, stages: PORT_STAGES, tap, seed: 5 },
    ...{ parts: SWITCH_PARTS, settings: { mirror: { sources: [{ port: 'p0' }], to: 'p5' } } },
  });
  const received = PORTS.map(() => 0);
  const bytesReceived = PORTS.map(() => 0);
  for (const [port, settings] of PORTS.entries()) {
    const receive = (bytes: Uint8Array): void => {
      received[port]! += 1;
      bytesReceived[port]! += bytes.length;
    };
    lan.connect(`p${port}`, { receive }, settings);
  }
  const captures = new Captures({ tap, switches: new Map([['lan', lan]]) });
  for (const [port] of PORTS.entries())
    must(captures.start({ name: `c${port}`, port: `p${port}`, bytes: 65_536, snap: 64 }));
  must(captures.start({ name: 'all', bytes: 65_536, snap: 64 }));
  // Somebody looks on, who asks now and then.
  const shown = PORTS.map(() => 0);
  let [next, told] = [1, 0];
  const look = (): void => {
    const passing = passingOf(captures.lookOn(), next, 10_000);
    next = passing.next;
    told = passing.delivered;
    for (const { to, cameAt, leftAt, at } of passing.frames) {
      shown[Number(to.slice(1))]! += 1;
      expect(cameAt <= leftAt && leftAt <= at).toBe(true);
    }
  };
  look();
  // What parts of the switch end, they count, and no port does.
  const byParts = PORTS.map(() => 0);
  tap.listen(({ point, direction, port }) => {
    if (point === 'dropped' && direction === 'switch') byParts[port]! += 1;
  });
  const sent = PORTS.map(() => 0);
  for (let count = 0; count < FRAMES; count++) {
    const port = random(PORTS.length);
    const frame = new Uint8Array(random(20) === 0 ? random(1600) : 60 + random(200));
    for (let at = 0; at < Math.min(frame.length, 40); at++) frame[at] = random(256);
    frame.set([0x52, 0x54, 0, 0, 0, random(8)].slice(0, frame.length));
    if (random(8) === 0) frame.fill(255, 0, 6);
    if (frame.length > 18) frame.set([0x52, 0x54, 0, 0, 0, random(8)], 6);
    if (random(3) === 0 && frame.length > 18) frame.set([0x81, 0, 0, [0, 10, 20, 30][random(4)]!], 12);
    sent[port]! += 1;
    lan.send(port, frame);
    if (random(50) === 0) lan.setLink(random(PORTS.length), random(3) > 0);
    if (random(100) === 0) look();
    if (random(4) === 0) for (now += random(MS); events.nextAt() <= now; ) events.runDue(now);
  }
  for (let steps = 0; events.nextAt() < Number.POSITIVE_INFINITY && steps < 100_000; steps++) {
    now = Math.max(now, events.nextAt());
    events.runDue(now);
  }
  look();
  for (const [port] of PORTS.entries()) {
    const { counters } = lan.ports[port]!;
    const { counts } = must(captures.find(`c${port}`));
    expect([port, counts.accepted.frames]).toEqual([port, counters.framesIn]);
    expect([port, counts.delivered.frames, counts.delivered.bytes]).toEqual([
      ...[port, counters.framesOut, counters.bytesOut],
    ]);
    expect([port, counts.delivered.frames, counts.delivered.bytes]).toEqual([
      port,
      received[port],
      bytesReceived[port],
    ]);
    expect([port, shown[port]]).toEqual([port, received[port]]);
    expect([port, counts.dropped.frames]).toEqual([port, counters.dropped + byParts[port]!]);
  }
  const { counts } = must(captures.find('all'));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  expect(counts.delivered.frames).toBe(sum(received));
  expect(told).toBe(sum(received));
  expect(sum(received)).toBeGreaterThan(FRAMES / 10);
  // Each that was sent came in, or its way ended before that: at its port, or since nobody heard it.
  const cameIn = sum(lan.ports.map(({ counters }) => counters.framesIn));
  expect(counts.accepted.frames).toBe(cameIn);
  expect(cameIn).toBeLessThanOrEqual(sum(sent));
});
