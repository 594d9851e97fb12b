/** What the scenarios about traffic control promise happens when they run. */
import { expect, test } from 'vitest';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import { hostOf, startLab } from '../fixtures/test-lab.ts';
import { builtinScenario } from './builtin.ts';

const S = 1000 * NS_PER_MS;

async function labOf(
  name: string,
): Promise<{ readonly host: Host; readonly to: (seconds: number) => Promise<void> }> {
  const lab = await startLab(builtinScenario(name, { linux: false })!);
  return { host: hostOf(lab, 0), to: async (seconds) => void (await lab.advance(seconds * S)) };
}
/** Milliseconds that pings took, as a VM has told since so many bytes of its console. */
function pings(host: Host, vm: string, since = 0): readonly number[] {
  const text = new TextDecoder().decode(host.vm(vm)?.console.since(since).bytes);
  return [...text.matchAll(/time=([\d.]+) ms/g)].map(([, ms]) => Number(ms));
}

test('a greedy neighbour: who pings waits for the whole queue, until those who send are served by turns', async () => {
  const { host, to } = await labOf('greedy-neighbour');
  await to(11);
  const before = pings(host, 'steady');
  await to(13);
  const meanwhile = pings(host, 'steady').length;
  await to(17);
  const after = pings(host, 'steady').slice(meanwhile);
  expect(before.some((ms) => ms > 150)).toBe(true);
  expect(after.length).toBeGreaterThan(12);
  expect(Math.max(...after)).toBeLessThan(10);
});

test('bufferbloat: before one wire frames wait for long, before the other pings do not', async () => {
  const { host, to } = await labOf('bufferbloat');
  await to(12);
  const port = (vm: string) =>
    host.network.switches.get('lan')!.ports.find(({ name }) => name === `${vm}/0`)!;
  expect(port('fifo').delays().at(-2)!.medianNs).toBeGreaterThan(200 * NS_PER_MS);
  expect(Math.max(...pings(host, 'to-codel').slice(-10))).toBeLessThan(20);
  expect(port('codel').counters.dropped).toBeGreaterThan(0);
});

/** What a VM has told. */
const said = (host: Host, vm: string): string =>
  new TextDecoder().decode(host.vm(vm)?.console.since(0).bytes);
/** What stages of a port have counted: those that are not zero. */
function counted(host: Host, at: string, port: string): Readonly<Record<string, number>> {
  const found = host.network.switches.get(at)!.ports.find(({ name }) => name === port)!;
  const counts = found.stages.flatMap(({ counters }) => Object.entries(counters));
  return Object.fromEntries(counts.filter(([, value]) => value > 0));
}
/** What a part of a switch shows of itself. */
function shown<T>(host: Host, at: string, part: string): T {
  const found = host.network.switches.get(at)!.parts.list.find(({ id }) => id === part)!;
  return found.part.view!() as T;
}
const count = (text: string, part: string): number => text.split(part).length - 1;

test('VLANs: over a port that was left a trunk somebody comes into another VLAN, at a port of one VLAN his tags end', async () => {
  const { host, to } = await labOf('vlans');
  await to(9);
  expect([pings(host, 'alice').length, pings(host, 'boss').length]).toEqual([7, 7]);
  expect(said(host, 'mallory')).toContain('nobody on the network has that address');
  expect(said(host, 'payroll')).toContain('UDP received 4\r\n');
  expect(said(host, 'bob')).not.toContain('panic');
  await to(14);
  expect(count(said(host, 'mallory'), '4 packets for 10.0.0.5 sent')).toBe(3);
  expect(count(said(host, 'payroll'), 'UDP received 4\r\n')).toBe(2);
  expect(counted(host, 'floor-1', 'mallory/0')).toEqual({ tagged: 8 });
  expect([pings(host, 'alice').length, pings(host, 'boss').length]).toEqual([12, 12]);
});

test('ARP spoofing: what two say to each other comes by a third, until a guard at his port knows who has which address', async () => {
  const { host, to } = await labOf('arp-spoofing');
  const passed = (): number =>
    Number(/(\d+) packets of theirs/.exec(said(host, 'mallory').split('attack: ').at(-1)!)?.[1] ?? 0);
  await to(4.9);
  const before = pings(host, 'client').length;
  await to(12);
  expect(passed()).toBeGreaterThan(40);
  expect(pings(host, 'client').length - before).toBeGreaterThan(25);
  await to(16);
  const until = passed();
  const meanwhile = pings(host, 'client').length;
  await to(20);
  expect(passed()).toBe(until);
  expect(pings(host, 'client').length - meanwhile).toBeGreaterThan(14);
  expect(counted(host, 'lan', 'mallory/0')['spoofed']).toBeGreaterThan(10);
});

test('flow rules: of two that fit, the one of higher priority says what becomes of a packet', async () => {
  const { host, to } = await labOf('flow-rules');
  interface Shown {
    readonly rules: readonly { readonly frames: number }[];
  }
  const hits = (): readonly number[] => shown<Shown>(host, 'lan', 'rules').rules.map(({ frames }) => frames);
  const received = (): number => host.network.switches.get('lan')!.ports[0]!.counters.bytesOut;
  await to(6);
  const flood = received();
  await to(11.9);
  expect(pings(host, 'client').length).toBeGreaterThan(36);
  expect(received() - flood).toBeLessThan(15_000);
  expect(hits()[0]).toBeGreaterThan(20);
  expect(hits()[1]).toBeGreaterThan(300);
  const [of, others] = [pings(host, 'client').length, pings(host, 'other').length];
  await to(17);
  expect(pings(host, 'client').length - of).toBeLessThan(2);
  expect(said(host, 'client')).toContain('no answer');
  expect(pings(host, 'other').length - others).toBeGreaterThan(18);
  expect(hits()[0]).toBe(0);
});

test('a broadcast storm: in a circle of trunks frames for everybody go round, storm control holds them, and a spanning tree is the cure', async () => {
  const { host, to } = await labOf('broadcast-storm');
  const trunkFrames = (): number =>
    [...host.network.switches.values()]
      .flatMap(({ ports }) => ports.filter(({ isBridged }) => isBridged))
      .reduce((sum, { counters }) => sum + counters.framesOut, 0);
  await to(6);
  const before = pings(host, 'north-vm').length;
  expect(before).toBeGreaterThan(14);
  await to(14);
  const start = trunkFrames();
  const lost = pings(host, 'north-vm').length;
  await to(16);
  expect(trunkFrames() - start).toBeGreaterThan(3000);
  expect(host.network.switches.get('north')!.counters.moved).toBeGreaterThan(2000);
  await to(17);
  const calm = trunkFrames();
  await to(19);
  expect(trunkFrames() - calm).toBeLessThan(50);
  expect(counted(host, 'north', 'trunk/0')['broadcast']).toBeGreaterThan(0);
  expect(pings(host, 'north-vm').length).toBe(lost);
  await to(27);
  expect(pings(host, 'north-vm').length - lost).toBeGreaterThan(10);
  interface Shown {
    readonly ports: readonly { readonly role: string }[];
  }
  const shut = [...host.network.switches.keys()].flatMap((at) =>
    shown<Shown>(host, at, 'spanningTree').ports.filter(({ role }) => role === 'alternate'),
  );
  expect(shut).toHaveLength(1);
});

test('bandwidth: what one does not send lies idle where it is reserved, and on demand it is whose who sends', async () => {
  const { host, to } = await labOf('card-allocation');
  interface Shown {
    readonly allocatedBitsPerSecond: number;
    readonly ports: readonly { readonly passedBytes: number; readonly borrowedBytes: number }[];
  }
  const passed = (): number[][] =>
    ['fixed', 'on-demand'].map((at) =>
      shown<Shown>(host, at, 'bandwidth').ports.map(({ passedBytes }) => passedBytes),
    );
  await to(5);
  const [from] = [passed()];
  await to(9);
  const until = passed();
  const rates = until.map((at, place) => at.map((bytes, vm) => ((bytes - from[place]![vm]!) * 8) / 4e6));
  const [fixed, onDemand] = rates as [number[], number[]];
  expect(Math.abs(fixed[0]! - 3)).toBeLessThan(0.2);
  expect(onDemand[0]!).toBeGreaterThan(2 * fixed[0]!);
  expect(Math.abs(onDemand[1]! - fixed[1]!)).toBeLessThan(0.2);
  expect(shown<Shown>(host, 'fixed', 'bandwidth')).toMatchObject({ allocatedBitsPerSecond: 9_000_000 });
  await to(12);
  const late = passed().map((at) => at[2]!);
  await to(15);
  for (const [place, bytes] of passed()
    .map((at) => at[2]!)
    .entries())
    expect(((bytes - late[place]!) * 8) / 3e6).toBeGreaterThan(2.4);
});

test('a spanning tree: pings go on when the cable that they take is pulled, and the lesser number is the root', async () => {
  const { host, to } = await labOf('spanning-tree');
  interface Shown {
    readonly isRoot: boolean;
    readonly ports: readonly { readonly name: string; readonly state: string }[];
  }
  const discarding = (): string[] =>
    ['north', 'east', 'south'].flatMap((at) =>
      shown<Shown>(host, at, 'spanningTree')
        .ports.filter(({ state }) => state === 'discarding')
        .map(({ name }) => `${at} ${name}`),
    );
  await to(5.9);
  expect(discarding()).toEqual(['south trunk/1']);
  const before = pings(host, 'south-vm').length;
  await to(11.9);
  expect(discarding()).toEqual([]);
  expect(pings(host, 'south-vm').length - before).toBeGreaterThan(55);
  await to(15.9);
  expect(discarding()).toEqual(['south trunk/1']);
  await to(20);
  expect(shown<Shown>(host, 'south', 'spanningTree').isRoot).toBe(true);
  expect(discarding()).toEqual(['east trunk/0']);
});

test('routed VLANs: who pings into the other VLAN goes over the router, and nowhere without it', async () => {
  const { host, to } = await labOf('routed-vlans');
  await to(7.9);
  const [routed, near] = [pings(host, 'sales').length, pings(host, 'sales-2').length];
  expect(routed).toBeGreaterThan(25);
  expect(host.network.appliances[0]!.placed.counters['forwarded']).toBeGreaterThanOrEqual(2 * routed);
  await to(12);
  expect(pings(host, 'sales').length - routed).toBeLessThan(3);
  expect(pings(host, 'sales-2').length - near).toBeGreaterThan(18);
});
