import fc from 'fast-check';
import { expect, test } from 'vitest';
import { macBytes } from '#base/packets/values';
import { decode, encode } from '#base/state/codec';
import { EventQueue } from '#machine/event-queue';
import { BROADCAST, formatMac, PORT_QUEUE_LIMIT } from './ether-frame.ts';
import { AGING_NS, PORT_LIMIT, TABLE_LIMIT } from './forwarding-table.ts';
import { PORT_STAGES } from './stages/stages.ts';
import { USUAL_DELAY_NS, WIRE_STATE, wireTimeNs } from './stages/wire.ts';
import { SWITCH, VirtualSwitch } from './virtual-switch.ts';

const MAC = 0x5254_0000_0000;

function frame(destination: number, source: number, length = 60, fill = 0): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill);
  const hex = destination.toString(16).padStart(12, '0') + source.toString(16).padStart(12, '0');
  bytes.set(Buffer.from(hex, 'hex').subarray(0, length));
  return bytes;
}

const PARTS = { parts: [WIRE_STATE] };

function newSwitch(ports = 3) {
  const events = new EventQueue();
  const clock = { now: 0 };
  const network = new VirtualSwitch({ name: 'net0', events, now: () => clock.now, stages: PORT_STAGES });
  const received: { port: number; at: number; frame: Uint8Array }[] = [];
  for (let port = 0; port < ports; port++)
    network.connect(`p${port}`, { receive: (f) => received.push({ port, at: clock.now, frame: f.slice() }) });
  return {
    network,
    events,
    clock,
    received,
    /** Runs all deliveries at their instants. */
    run: () => {
      while (events.length > 0) {
        clock.now = Math.max(clock.now, events.nextAt());
        events.runDue(clock.now);
      }
      return received.splice(0);
    },
    saved: () => {
      return encode(SWITCH, network.capture());
    },
  };
}

/** What the stages of a port have counted. */
function countsOf(network: VirtualSwitch, port: number): Readonly<Record<string, number>> {
  return Object.assign({}, ...(network.ports[port]?.stages ?? []).map(({ counters }) => counters));
}

test('an unknown destination is flooded to all other ports, a known one goes to its port alone', () => {
  const { network, run } = newSwitch();
  network.send(0, frame(MAC + 1, MAC));
  expect(run().map((r) => r.port)).toEqual([1, 2]);
  network.send(1, frame(MAC, MAC + 1));
  expect(run().map((r) => r.port)).toEqual([0]);
  expect(network.table().map(({ mac, port }) => [mac, port])).toEqual([
    [MAC, 0],
    [MAC + 1, 1],
  ]);
});

test('broadcast and multicast are flooded, link-local and one’s own side filtered', () => {
  const { network, run } = newSwitch();
  network.send(0, frame(BROADCAST, MAC));
  network.send(0, frame(0x3333_0000_0001, MAC));
  expect(run().map((r) => r.port)).toEqual([1, 2, 1, 2]);
  network.send(0, frame(0x0180_c200_0000, MAC));
  network.send(0, frame(MAC, MAC));
  expect(run()).toEqual([]);
  expect(network.counters.filtered).toBe(2);
});

test('a frame arrives after its time on the wire and the delay of the link; a second waits for the first', () => {
  const { network, clock, run } = newSwitch(2);
  clock.now = 1000;
  network.send(0, frame(MAC + 1, MAC, 1514));
  network.send(0, frame(MAC + 1, MAC, 60));
  const first = 1000 + wireTimeNs(1514);
  expect(run().map((r) => r.at)).toEqual([first + USUAL_DELAY_NS, first + wireTimeNs(60) + USUAL_DELAY_NS]);
  expect(wireTimeNs(1514)).toBe(12_304);
});

test('the sender may reuse its buffer', () => {
  const { network, run } = newSwitch(2);
  const bytes = frame(MAC + 1, MAC, 60, 7);
  network.send(0, bytes);
  bytes.fill(0);
  expect(run()[0]?.frame[59]).toBe(7);
});

test('runts, giants and impossible sources are dropped and counted', () => {
  const { network, run } = newSwitch(2);
  network.send(0, new Uint8Array(0));
  network.send(0, frame(MAC + 1, MAC, 13));
  network.send(0, frame(MAC + 1, MAC, 1519));
  network.send(0, frame(MAC + 1, BROADCAST));
  network.send(0, frame(MAC + 1, 0));
  network.send(9, frame(MAC + 1, MAC));
  expect(run()).toEqual([]);
  expect(network.ports[0]?.counters).toMatchObject({ dropped: 5, framesIn: 0 });
  expect(countsOf(network, 0)).toMatchObject({ runt: 2, giant: 1, badSource: 2 });
});

test('a queue is bounded: what does not fit is dropped and counted', () => {
  const { network, run, events } = newSwitch(2);
  for (let i = 0; i < PORT_QUEUE_LIMIT + 10; i++) network.send(0, frame(MAC + 1, MAC, 1514));
  expect(network.ports[1]).toMatchObject({ queued: PORT_QUEUE_LIMIT, counters: { dropped: 10 } });
  expect(countsOf(network, 1)).toMatchObject({ queueFull: 10 });
  expect(events.length).toBe(PORT_QUEUE_LIMIT);
  expect(run()).toHaveLength(PORT_QUEUE_LIMIT);
  expect(network.ports[1]?.counters).toMatchObject({
    framesOut: PORT_QUEUE_LIMIT,
    bytesOut: PORT_QUEUE_LIMIT * 1514,
  });
});

test('one port that forges sources without end cannot push out what others taught', () => {
  const { network, run, events } = newSwitch(3);
  network.send(1, frame(BROADCAST, MAC + 1));
  run();
  for (let i = 0; i < 200_000; i++) {
    network.send(0, frame(MAC, 0x0200_0000_0000 + i, 14));
    if (i % 256 === 0) events.runDue(Number.MAX_SAFE_INTEGER);
  }
  expect(network.table().length).toBe(1 + PORT_LIMIT);
  expect(network.table()[0]).toMatchObject({ mac: MAC + 1, port: 1 });
});

test('the table is bounded over all ports', () => {
  const { network, run } = newSwitch(16);
  for (let port = 0; port < 16; port++)
    for (let i = 0; i < PORT_LIMIT; i++)
      network.send(port, frame(MAC, 0x0200_0000_0000 + port * PORT_LIMIT + i));
  run();
  expect(network.table().length).toBe(TABLE_LIMIT);
  expect(network.counters.notLearned).toBe(16 * PORT_LIMIT - TABLE_LIMIT);
});

test('addresses are forgotten with age, and make room for new ones', () => {
  const { network, clock, run } = newSwitch(2);
  network.send(1, frame(BROADCAST, MAC + 1));
  run();
  clock.now += AGING_NS;
  network.send(0, frame(MAC + 1, MAC));
  expect(network.counters.flooded).toBe(2);
  expect(network.table().map((e) => e.mac)).toEqual([MAC]);
});

test('an address that appears elsewhere moves', () => {
  const { network, run } = newSwitch(3);
  network.send(1, frame(BROADCAST, MAC));
  network.send(2, frame(BROADCAST, MAC));
  run();
  network.send(0, frame(MAC, MAC + 5));
  expect(run().map((r) => r.port)).toEqual([2]);
  expect(network.counters.moved).toBe(1);
});

test('a link that is down carries nothing, and what was on its way is lost', () => {
  const { network, run } = newSwitch(2);
  network.send(0, frame(MAC + 1, MAC));
  network.setLink(1, false);
  network.send(0, frame(MAC + 1, MAC));
  network.send(1, frame(MAC, MAC + 1));
  expect(run()).toEqual([]);
  expect(countsOf(network, 1)).toMatchObject({ linkDown: 2 });
  network.setLink(1, true);
  network.send(0, frame(MAC + 1, MAC));
  expect(run()).toHaveLength(1);
});

test('a port that was disconnected gets nothing, and its number is given again', () => {
  const { network, run, received } = newSwitch(2);
  network.send(0, frame(MAC + 1, MAC));
  network.disconnect(1);
  expect(run()).toEqual([]);
  expect(network.connect('new', { receive: (f) => received.push({ port: 99, at: 0, frame: f }) })).toBe(1);
  network.send(0, frame(MAC + 1, MAC));
  expect(run().map((r) => r.port)).toEqual([99]);
});

test('a switch forgets ports that are gone: the state of those that stay is the same', () => {
  const a = newSwitch(3);
  const b = newSwitch(2);
  for (const s of [a, b]) s.network.send(0, frame(BROADCAST, MAC));
  a.network.disconnect(2);
  a.network.disconnect(2);
  a.network.disconnect(-1);
  const stateOf = ({ network }: typeof a) => encode(SWITCH, network.capture());
  expect(stateOf(a)).toEqual(stateOf(b));
  b.network.restore(decode(SWITCH, a.saved(), PARTS));
  expect(() => newSwitch(3).network.restore(decode(SWITCH, b.saved(), PARTS))).toThrow('ports of net0');
});

test('property: any traffic keeps the bounds; the rest of a saved run equals the run', () => {
  const step = fc.record({
    kind: fc.constantFrom('send', 'send', 'send', 'send', 'run', 'link'),
    port: fc.nat(3),
    destination: fc.oneof(
      fc.nat(5).map((n) => MAC + n),
      fc.constantFrom(BROADCAST, 0, 0x0180_c200_0003),
    ),
    source: fc.oneof(
      fc.nat(5).map((n) => MAC + n),
      fc.constantFrom(BROADCAST, 0),
    ),
    length: fc.oneof(fc.nat(100), fc.constantFrom(1514, 1518, 1519)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const a = newSwitch(3);
      for (const { kind, port, destination, source, length } of steps) {
        if (kind === 'send') a.network.send(port, frame(destination, source, length));
        else if (kind === 'link') a.network.setLink(port, length % 2 === 0);
        else {
          a.clock.now += length * 100;
          a.events.runDue(a.clock.now);
        }
      }
      const bytes = a.saved();
      const b = newSwitch(3);
      b.network.restore(decode(SWITCH, bytes, PARTS));
      b.clock.now = a.clock.now;
      expect(b.saved()).toEqual(bytes);
      a.received.length = 0;
      expect(b.run()).toEqual(a.run());
      expect(b.saved()).toEqual(a.saved());
    }),
    { numRuns: 200 },
  );
});

test('each part of the state changes the saved bytes; a switch with other ports is refused', () => {
  const changes: ((s: ReturnType<typeof newSwitch>) => void)[] = [
    () => {},
    (s) => s.network.send(0, frame(BROADCAST, MAC)),
    (s) => s.network.send(0, frame(BROADCAST, MAC, 60, 1)),
    (s) => s.network.send(0, frame(BROADCAST, MAC + 1)),
    (s) => s.network.send(0, new Uint8Array(1)),
    (s) => s.network.setLink(2, false),
    (s) => {
      s.clock.now = 1;
      s.network.send(0, frame(BROADCAST, MAC));
    },
  ];
  const hex = changes.map((change) => {
    const s = newSwitch();
    change(s);
    return Buffer.from(s.saved()).toString('hex');
  });
  expect(new Set(hex).size).toBe(changes.length);
  expect(() => newSwitch(2).network.restore(decode(SWITCH, newSwitch(3).saved(), PARTS))).toThrow(
    'ports of net0',
  );
});

test('addresses as text', () => {
  expect(formatMac(MAC + 0xab)).toBe('52:54:00:00:00:ab');
  expect([...(macBytes('52:54:00:00:00:AB') ?? [])]).toEqual([0x52, 0x54, 0, 0, 0, 0xab]);
  for (const text of ['', '52:54:00:00:00', '52:54:00:00:00:zz', '525400000000'])
    expect(macBytes(text)).toBeUndefined();
});
