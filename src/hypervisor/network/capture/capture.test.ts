/** Captures: what is kept, how it is asked for, and that cards, ports and captures count the same frames. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { dissect } from '#base/packets/dissect';
import { topLayer } from '#base/packets/summary';
import type { PortSettings } from '#base/scenario';
import { bootHost, copyOf, shellVm, type } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import type { CapturePage } from './questions/capture.ts';
import type { TraceAnswer } from './questions/trace.ts';

const MS = 1_000_000;

/** Two VMs that ping each other, and a third that hears what is flooded; all of it captured. */
function pinging(port: PortSettings = {}): Host {
  const card = (name: string, address: number) =>
    shellVm(name, { append: `virtlab.ip=10.0.0.${address}/24`, nics: [{ switch: 'lan', port }] });
  const host = bootHost([card('a', 1), card('b', 2), card('c', 3)]);
  must(host.execute({ op: 'capture.start', args: { name: 'all', bytes: 1 << 20, snap: 2048 } }));
  must(host.execute({ op: 'capture.start', args: { name: 'b', vm: 'b', bytes: 1 << 20, snap: 2048 } }));
  host.advance(60 * MS);
  type(host, 'a', 'ping 10.0.0.2 9 20\n');
  host.advance(400 * MS);
  return host;
}
function pageOf(host: Host, args: object): CapturePage {
  return (must(host.ask('capture', args)) as { value: CapturePage }).value;
}
function tracesOf(host: Host, args: object): TraceAnswer {
  return (must(host.ask('trace', args)) as { value: TraceAnswer }).value;
}
/** What the card of a VM has counted. */
function cardOf(host: Host, vm: string): Record<string, number> {
  const asked = must(host.ask('devices', { vm })) as {
    value: { devices: { kind: string; counters: { id: string; value: number }[] }[] };
  };
  const card = asked.value.devices.find(({ counters }) => counters.some(({ id }) => id === 'framesIn'));
  return Object.fromEntries((card?.counters ?? []).map(({ id, value }) => [id, value]));
}
const lines = ({ frames }: CapturePage): string[] =>
  frames.map((seen) => {
    const top = topLayer(dissect(seen.bytes));
    return `${seen.point} ${seen.portName} ${top?.protocol.id}`;
  });

test('each frame that cards and ports count is captured at each point, and no other', () => {
  const host = pinging();
  const { frames, lost } = pageOf(host, { name: 'all' });
  expect(lost).toBe(0);
  for (const port of host.network.switches.get('lan')!.ports) {
    const seen = (point: string) =>
      frames.filter((each) => each.portName === port.name && each.point === point);
    const bytes = (point: string) => seen(point).reduce((sum, { length }) => sum + length, 0);
    expect([seen('accepted').length, bytes('accepted')]).toEqual([
      port.counters.framesIn,
      port.counters.bytesIn,
    ]);
    expect([seen('delivered').length, bytes('delivered')]).toEqual([
      port.counters.framesOut,
      port.counters.bytesOut,
    ]);
    expect(seen('dropped').length).toBe(port.counters.dropped);
  }
  // A card has sent what came in, and has received what was delivered, or says that it had no room for it.
  for (const vm of ['a', 'b', 'c']) {
    const counts = cardOf(host, vm);
    const at = (point: string) =>
      frames.filter((each) => each.portName === `${vm}/0` && each.point === point).length;
    expect([vm, at('accepted')]).toEqual([vm, counts['framesOut']]);
    expect([vm, at('delivered')]).toEqual([vm, counts['framesIn']! + counts['droppedIn']!]);
  }
  expect(frames.filter(({ point }) => point === 'delivered').length).toBeGreaterThan(18);
});

test('what is lost on the way is seen where it ended, and why', () => {
  const host = pinging({ wire: { bitsPerSecond: 1_000_000 }, netem: { lossPercent: 30 } } as PortSettings);
  const { frames } = pageOf(host, { name: 'all' });
  const dropped = frames.filter(({ point }) => point === 'dropped');
  const counted = host.network.switches
    .get('lan')!
    .ports.reduce((sum, { counters }) => sum + counters.dropped, 0);
  expect(dropped.length).toBe(counted);
  expect(counted).toBeGreaterThan(0);
  expect(dropped[0]).toMatchObject({ direction: 'out', stage: 'netem', reason: expect.any(String) });
});

test('a capture of a VM hears its ports alone', () => {
  const host = pinging();
  const heard = pageOf(host, { name: 'b' });
  expect(new Set(heard.frames.map(({ portName }) => portName))).toEqual(new Set(['b/0']));
  const ofAll = pageOf(host, { name: 'all', filter: 'frame.interface_name == "b/0"' });
  expect(lines(heard)).toEqual(lines(ofAll));
});

test('a page goes on where the last one ended, and a filter lets through what it means', () => {
  const host = pinging();
  const whole = pageOf(host, { name: 'all' });
  const parts: string[] = [];
  for (let from = 1, asked = 0; asked < 100; asked++) {
    const page = pageOf(host, { name: 'all', from, count: 7 });
    if (page.frames.length === 0) break;
    parts.push(...lines(page));
    from = page.next;
  }
  expect(parts).toEqual(lines(whole));
  const echoes = pageOf(host, { name: 'all', filter: 'icmp.type == 8' });
  expect(new Set(lines(echoes))).toEqual(new Set(['accepted a/0 icmp', 'delivered b/0 icmp']));
  expect(host.ask('capture', { name: 'all', filter: 'icmp.typ' })).toMatchObject({
    error: { code: 'filter.noField' },
  });
  expect(host.ask('capture', { name: 'none' })).toMatchObject({ error: { code: 'capture.nothing' } });
});

test('times of a filter count from the first frame of the capture, kept or not', () => {
  const host = pinging();
  must(host.execute({ op: 'capture.start', args: { name: 'late', bytes: 4096, snap: 64 } }));
  type(host, 'a', 'ping 10.0.0.2 20 5\n');
  host.advance(host.now + 300 * MS);
  const { frames, since = 0, lost } = pageOf(host, { name: 'late' });
  expect(lost).toBeGreaterThan(0);
  expect(since).toBeGreaterThan(400 * MS);
  const middle = frames[frames.length >> 1]!;
  const filter = `frame.time_relative > ${((middle.at - since) / 1e9).toFixed(9)}`;
  const later = pageOf(host, { name: 'late', filter });
  expect(later.frames).toEqual(frames.filter(({ at }) => at > middle.at));
  expect(later.frames.length).toBeGreaterThan(0);
  expect(later.frames.length).toBeLessThan(frames.length);
});

test('the way of a frame is found from a serial on, however many frames are kept', () => {
  const host = pinging();
  const { frames } = pageOf(host, { name: 'all', filter: 'icmp.type == 8', points: true });
  const third = frames.filter(({ point }) => point === 'accepted')[2]!;
  const { traces } = tracesOf(host, { name: 'all', filter: 'icmp.type == 8', from: third.serial });
  expect(traces[0]).toMatchObject({ serial: third.serial });
  const ring = must(host.network.captures.find('all'));
  expect([...ring.from(3, 2)].map(({ serial }) => serial)).toEqual([3, 4]);
});

test('a ring keeps what came last, and counts what had to go', () => {
  const host = pinging();
  must(host.execute({ op: 'capture.start', args: { name: 'small', bytes: 4096, snap: 64 } }));
  type(host, 'a', 'ping 10.0.0.2 20 5\n');
  host.advance(host.now + 300 * MS);
  const { kept, lost, counts, frames } = pageOf(host, { name: 'small', points: true });
  expect(lost).toBeGreaterThan(0);
  expect(Object.values(counts).reduce((sum, each) => sum + each.frames, 0)).toBe(kept + lost);
  expect(frames.at(-1)?.serial).toBe(kept + lost);
  expect(Math.max(...frames.map(({ bytes }) => bytes.length))).toBe(64);
});

test('the way of a frame is told from card to card, with the decision of the switch', () => {
  const host = pinging();
  const { traces } = tracesOf(host, { name: 'all', filter: 'icmp.type == 8' });
  expect(traces[0]?.steps.map(({ kind, portName }) => `${kind} ${portName}`)).toEqual([
    'sent a/0',
    'accepted a/0',
    'decided a/0',
    'queued b/0',
    'delivered b/0',
    'received b/0',
  ]);
  expect(traces[0]?.steps[2]).toMatchObject({ why: 'known', to: ['b/0'] });
  const asked = tracesOf(host, { name: 'all', filter: 'arp.opcode == 1' }).traces[0];
  expect(asked?.steps.filter(({ kind }) => kind === 'received').map(({ vm }) => vm)).toEqual(['b', 'c']);
});

test('the way of a frame goes on in the next switch, behind a trunk', () => {
  const card = (name: string, address: number, at: string) =>
    shellVm(name, { append: `virtlab.ip=10.0.0.${address}/24`, nics: [{ switch: at }] });
  const switches = [{ name: 'lan' }, { name: 'far' }];
  const host = bootHost([card('a', 1, 'lan'), card('b', 2, 'far')], {
    ...{ switches, trunks: [{ a: 'lan', b: 'far', delayNs: MS }] },
  });
  must(host.execute({ op: 'capture.start', args: { name: 'all', bytes: 1 << 20, snap: 2048 } }));
  host.advance(60 * MS);
  type(host, 'a', 'ping 10.0.0.2 3 20\n');
  host.advance(300 * MS);
  const { traces } = tracesOf(host, { name: 'all', filter: 'icmp.type == 8' });
  const places = traces[0]?.steps.map(({ kind, switch: at, portName }) => `${kind} ${at} ${portName}`);
  expect(places).toEqual([
    ...['sent lan a/0', 'accepted lan a/0', 'decided lan a/0', 'queued lan trunk/0', 'delivered lan trunk/0'],
    ...[
      'accepted far trunk/0',
      'decided far trunk/0',
      'queued far b/0',
      'delivered far b/0',
      'received far b/0',
    ],
  ]);
});

test('to capture changes nothing that a guest sees, and captures go on after a restore', () => {
  const host = pinging();
  must(host.execute({ op: 'capture.stop', args: { name: 'b' } }));
  const restored = copyOf(host);
  expect(restored.hash()).toBe(host.hash());
  for (const each of [host, restored]) {
    type(each, 'a', 'ping 10.0.0.2 2 5\n');
    each.advance(each.now + 100 * MS);
  }
  expect(restored.hash()).toBe(host.hash());
  const [first] = restored.network.captures.all;
  expect(first?.settings).toMatchObject({ name: 'all', snap: 2048 });
  expect(lines(pageOf(restored, { name: 'all' })).length).toBeGreaterThan(3);
  must(host.execute({ op: 'capture.stop', args: { name: 'all' } }));
  expect(host.network.tap.isOn).toBe(false);
});
