/**
 * What the scenarios promise happens when they run. Each is run once: what is asked of all of them is asked of a run whose own test has ended.
 */
import { afterEach, expect, test } from 'vitest';
import { BUILTIN_LABS, placeOfLab } from '#base/catalogue/builtin-labs';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import type { FaultCurvesAnswer } from '#hypervisor/memory/questions/fault-curves';
import { hostOf, startLab } from '../fixtures/test-lab.ts';
import type { Lab } from '../lab.ts';
import { builtinScenario } from './builtin.ts';

const S = 1000 * NS_PER_MS;
/** So long each of them runs, at least; and so long, if something is done in it that late. */
const [LEAST_SECONDS, MOST_SECONDS] = [4, 9];

/** A lab that comes along, with the teaching kernel alone. */
interface Run {
  readonly id: string;
  readonly lab: Lab;
  readonly host: Host;
  /** Runs to a time in seconds. */
  readonly to: (seconds: number) => Promise<void>;
}
/** The run of the test that runs, and the labs that have been run. */
let running: Run | undefined;
const seen = new Set<string>();

async function labOf(id: string): Promise<Run> {
  const lab = await startLab(builtinScenario(id, { linux: false })!);
  running = { id, lab, host: hostOf(lab), to: async (seconds) => void (await lab.advance(seconds * S)) };
  return running;
}

test('a lab that is opened at one of its machines has it, with Linux and without', () => {
  for (const { id } of BUILTIN_LABS) {
    const at = placeOfLab(id);
    if (at === undefined) continue;
    for (const linux of [true, false]) {
      const host = builtinScenario(id, { linux })?.hosts[at.host];
      const vms = host?.vms.map(({ name }) => name) ?? [];
      const isOwned = host?.software !== undefined;
      expect([id, at.vm === undefined ? isOwned || vms.length > 0 : vms.includes(at.vm)]).toEqual([id, true]);
    }
  }
});

/** It has run with all of its VMs, and no command of its scenario has been refused. */
async function expectRuns({ id, lab, to }: Run): Promise<void> {
  const done = lab.scenario.commands.map(({ at }) => at / S + 1);
  const until = Math.max(LEAST_SECONDS, ...done.filter((seconds) => seconds <= MOST_SECONDS));
  if (lab.now < until * S) await to(until);
  for (const index of lab.hosts.keys()) {
    const host = hostOf(lab, index);
    const stopped = host.vms().filter(({ state }) => state !== 'running');
    expect([id, stopped.map(({ spec }) => spec.name)]).toEqual([id, id === 'guard-range' ? ['greedy'] : []]);
    const errors = host.log.since(0).filter(({ severity, vm }) => severity === 'error' && vm !== 'greedy');
    // Its software is none of the teaching kernel's.
    const missing = errors.filter(({ code }) => id === 'nested' && code === 'image-missing');
    expect([id, errors]).toEqual([id, missing]);
  }
  seen.add(id);
}
afterEach(async () => {
  const ended = running;
  running = undefined;
  if (ended !== undefined) await expectRuns(ended);
});

/** What a VM has told. */
const said = (host: Host, vm: string): string =>
  new TextDecoder().decode(host.vm(vm)?.console.since(0).bytes);
function ask(host: Host, id: string, args: object): unknown {
  return must(host.ask(id, args)).value;
}

test('fixed or on demand: the same work, on demand with the fewest frames, in one run with one offset', async () => {
  const { host, to } = await labOf('allocation');
  await to(3);
  const frames = (vm: string): number => host.vm(vm)!.memory.dataFrames;
  expect(frames('on-demand')).toBeGreaterThan(1024);
  expect(frames('on-demand')).toBeLessThan(2048);
  expect([frames('fixed'), frames('one-run')]).toEqual([4096, 4096]);
  expect(ask(host, 'offsets', { vm: 'one-run' })).toMatchObject({ kept: true, offsets: 1 });
  expect(ask(host, 'offsets', { vm: 'on-demand' })).toMatchObject({ kept: false });
  for (const vm of ['on-demand', 'fixed', 'one-run'])
    expect(said(host, vm)).toContain('1024 pages are filled');
});

test('how long a walk is: a nested one reads fewer entries where the G-stage has huge leaves', async () => {
  const { host, to } = await labOf('walk-lengths');
  await to(3);
  const references = (vm: string): unknown =>
    (ask(host, 'walk', { vm, address: '0x10000', space: 'pid:2' }) as { references: unknown }).references;
  expect(references('small-leaves')).toEqual({ nested: 15, native: 3 });
  expect(references('huge-leaves')).toEqual({ nested: 11, native: 3 });
});

test('equal pages: what the four have in common is in one frame', async () => {
  const { host, to } = await labOf('equal-pages');
  await to(9);
  const { pages, frames } = ask(host, 'sharing', {}) as { pages: number; frames: number };
  expect(pages - frames).toBeGreaterThan(2000);
});

test('more than there is: the lender lends, and what it gave is used by others', async () => {
  const { host, to } = await labOf('balloon');
  await to(12);
  const { memory } = host.vm('lender')!;
  expect(memory.balloonedPages).toBeGreaterThan(2000);
  for (const vm of ['worker', 'other']) expect(said(host, vm)).toMatch(/pages are filled and read back/);
});

test('thrashing: each rule finds pages that go, and the guest finds in them what it wrote', async () => {
  const { lab, to } = await labOf('thrashing');
  await to(6);
  for (const [index, { name }] of lab.scenario.hosts.entries()) {
    const host = hostOf(lab, index);
    const { memory, state } = host.vm(`on-${name}`)!;
    expect([name, state, memory.swappedPages > 100]).toEqual([name, 'running', true]);
    expect(said(host, `on-${name}`)).not.toContain('does not hold');
    const { references, curves } = ask(host, 'fault-curves', { vm: `on-${name}` }) as FaultCurvesAnswer;
    const best = curves.at(-1)!.faults;
    expect(references).toBeGreaterThan(1000);
    for (const { faults } of curves) expect(faults.every((count, size) => count >= best[size]!)).toBe(true);
    expect(curves.some(({ faults }) => faults.some((count, size) => count > best[size]!))).toBe(true);
  }
});

test('a guard range: who stays below works on, who goes beyond is stopped at the first touch', async () => {
  const { host, to } = await labOf('guard-range');
  await to(4);
  expect(said(host, 'careful')).toContain('1024 pages are filled and read back');
  expect(said(host, 'greedy')).not.toContain('pages are filled');
  // Its kernel zeros a frame that lies in the guard, and cannot go on.
  expect(said(host, 'greedy')).toContain('value 0xffffffc080800000');
  expect([host.vm('careful')!.state, host.vm('greedy')!.state]).toEqual(['running', 'failed']);
});

test('the hostile guest: each attempt is stopped, and the victim works on', async () => {
  const { host, to } = await labOf('hostile-guest');
  await to(9);
  expect(said(host, 'hostile')).not.toContain('not stopped');
  expect(said(host, 'hostile')).toContain('attack: ');
  expect(said(host, 'victim')).not.toContain('does not hold');
});

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
  await to(8);
  const port = (vm: string) =>
    host.network.switches.get('lan')!.ports.find(({ name }) => name === `${vm}/0`)!;
  expect(port('fifo').delays().at(-2)!.medianNs).toBeGreaterThan(200 * NS_PER_MS);
  expect(Math.max(...pings(host, 'to-codel').slice(-10))).toBeLessThan(20);
  expect(port('codel').counters.dropped).toBeGreaterThan(0);
});

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

test('a way out over a router: VMs of two VLANs reach each other and the gateway behind it, by the routes that the lab gives them', async () => {
  const { host, to } = await labOf('routed-way-out');
  await to(6);
  expect([pings(host, 'sales').length > 2, pings(host, 'office').length > 1]).toEqual([true, true]);
  expect(host.network.appliances[0]!.placed.counters['badSource']).toBe(0);
});

test('all others run with all of their VMs, and no command of theirs is refused', async () => {
  for (const { id } of BUILTIN_LABS.filter((lab) => !seen.has(lab.id))) {
    const run = await labOf(id);
    running = undefined;
    await expectRuns(run);
  }
});
