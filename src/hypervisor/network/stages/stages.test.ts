/** Stages of ports: settings of those that there are, and one of somebody's own among them. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { PortSettings } from '#base/scenario';
import { EventQueue } from '#machine/event-queue';
import { BROADCAST } from '../ether-frame.ts';
import { VirtualSwitch } from '../virtual-switch.ts';
import { defineStage, type StageKind } from './stage.ts';
import { PORT_STAGES } from './stages.ts';
import { wireTimeNs } from './wire.ts';

const MAC = 0x5254_0000_0000;

function frame(destination: number, source: number, last = 0): Uint8Array {
  const bytes = new Uint8Array(60);
  const hex = destination.toString(16).padStart(12, '0') + source.toString(16).padStart(12, '0');
  bytes.set(Buffer.from(hex, 'hex'));
  bytes[59] = last;
  return bytes;
}

/** A switch with a port for each of these settings, and what they get: port, last byte, instant. */
function switchOf(stages: readonly StageKind[], ports: readonly PortSettings[]) {
  const events = new EventQueue();
  let now = 0;
  const network = new VirtualSwitch({ name: 'net0', events, now: () => now, stages });
  const received: { port: number; last: number; at: number }[] = [];
  for (const [port, settings] of ports.entries())
    network.connect(
      `p${port}`,
      { receive: (bytes) => received.push({ port, last: bytes[59]!, at: now }) },
      settings,
    );
  return {
    network,
    run: () => {
      for (now = events.nextAt(); events.length > 0; now = events.nextAt()) events.runDue(now);
      now = 0;
      return received.splice(0);
    },
  };
}

test('the wire’s speed and delay, and the length of the queue, are settings of a port', () => {
  const slow = { wire: { bitsPerSecond: 10_000_000, delayNs: 0 }, queue: { frames: 2 } };
  const { network, run } = switchOf(PORT_STAGES, [{}, slow]);
  for (let n = 0; n < 3; n++) network.send(0, frame(MAC + 1, MAC, n));
  const each = wireTimeNs(60, 10_000_000);
  expect(run().map(({ at }) => at)).toEqual([each, 2 * each]);
  expect(network.ports[1]?.counters).toMatchObject({ dropped: 1, framesOut: 2 });
});

test('a setting that a stage does not take is refused', () => {
  expect(() => switchOf(PORT_STAGES, [{ wire: { speed: 1 } }])).toThrow();
  expect(() => switchOf(PORT_STAGES, [{ queue: { frames: 0 } }])).toThrow();
});

/** Puts frames off by their last byte, in microseconds. */
const LATE: StageKind = defineStage({
  id: 'late',
  isUsual: false,
  settings: { unitNs: v.number() },
  counters: [],
  create: ({ unitNs }) => ({
    egress: (passing) => {
      passing.at += unitNs * passing.bytes[59]!;
      return true;
    },
  }),
});

test('a stage that delays may change the order in which frames arrive', () => {
  const { network, run } = switchOf([...PORT_STAGES, LATE], [{}, { late: { unitNs: 1_000_000 } }, {}]);
  for (const last of [3, 1, 2]) network.send(0, frame(BROADCAST, MAC, last));
  const received = run();
  expect(received.filter(({ port }) => port === 1).map(({ last }) => last)).toEqual([1, 2, 3]);
  expect(received.filter(({ port }) => port === 2).map(({ last }) => last)).toEqual([3, 1, 2]);
});

/** Keeps domains apart, and changes a byte of what comes in. */
const APART: StageKind = defineStage({
  id: 'apart',
  isUsual: false,
  settings: { domain: v.number() },
  counters: [],
  create: ({ domain }) => ({
    carries: (other) => other === domain,
    ingress: (passing) => {
      passing.domain = domain;
      passing.bytes = passing.bytes.slice();
      passing.bytes[59] = 0x77;
      return true;
    },
  }),
});

test('frames of one domain do not reach another, nor what was learned there', () => {
  const { network, run } = switchOf(
    [APART, ...PORT_STAGES],
    [1, 1, 2, 2].map((domain) => ({ apart: { domain } })),
  );
  network.send(0, frame(BROADCAST, MAC));
  network.send(2, frame(BROADCAST, MAC));
  expect(run().map(({ port, last }) => [port, last])).toEqual([
    [1, 0x77],
    [3, 0x77],
  ]);
  network.send(1, frame(MAC, MAC + 1));
  expect(run().map(({ port }) => port)).toEqual([0]);
  expect(network.ports[2]?.counters.dropped).toBe(0);
  expect(network.table().map(({ domain, mac, port }) => [domain, mac, port])).toEqual([
    [1, MAC, 0],
    [1, MAC + 1, 1],
    [2, MAC, 2],
  ]);
});
