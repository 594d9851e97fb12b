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
  const hits = (): readonly number[] => {
    const rules = host.network.switches.get('lan')!.parts.list.find(({ id }) => id === 'rules')!;
    return (rules.part.view!() as { rules: { frames: number }[] }).rules.map(({ frames }) => frames);
  };
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
  const shut = [...host.network.switches.values()].flatMap(({ parts }) => {
    const tree = parts.list.find(({ id }) => id === 'spanningTree')!.part.view!() as {
      ports: { role: string }[];
    };
    return tree.ports.filter(({ role }) => role === 'alternate');
  });
  expect(shut).toHaveLength(1);
});
