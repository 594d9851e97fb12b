/** Switches in circles agree on a tree, and on another one when a cable is pulled; nobody who is no switch has a say in it. */
import { beforeAll, expect, test } from 'vitest';
import type { PortSettings, SwitchParts, TrunkSpec } from '#base/scenario';
import { decode, encode } from '#base/state/codec';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import { statesOf } from '#machine/kind';
import { RandomGenerator } from '#machine/random-generator';
import { switchSet } from '../../../commands/switch-set.ts';
import { REGISTRIES } from '../../../registries.ts';
import { switchShape } from '../../../shapes/network.ts';
import { parseShape, type Shape } from '../../../shapes/parse.ts';
import { BROADCAST, destinationOf, isLinkLocal, macAt } from '../../ether-frame.ts';
import { EVERYBODY, ether, mac } from '../../fixtures/frames.ts';
import { type TestCard, type TestNetwork, testNetwork } from '../../fixtures/test-network.ts';
import { NETWORK } from '../../host-network.ts';
import { PORT_STAGES } from '../../stages/stages.ts';
import { SWITCH_PARTS } from '../switch-parts.ts';
import { bpduFrame, isBpdu, readBpdu } from './bpdu.ts';
import { SPANNING_TREE } from './kind.ts';
import type { TreePortView, TreeView } from './view.ts';

beforeAll(async () => {
  await Promise.all([SPANNING_TREE, ...PORT_STAGES].map(({ later }) => later?.code.come()));
});

const CIRCLE: readonly TrunkSpec[] = [
  { a: 'a', b: 'b' },
  { a: 'b', b: 'c' },
  { a: 'c', b: 'a' },
];
const CARDS = ['a', 'b', 'c'].map((at): TestCard => ({ switch: at }));

interface Made {
  readonly trunks?: readonly TrunkSpec[];
  readonly cards?: readonly TestCard[];
  readonly settings?: SwitchParts[string];
}
/** Switches a, b and c, of which a shall be the root. */
function circle({ trunks = CIRCLE, cards = CARDS, settings = {} }: Made = {}): TestNetwork {
  const switches = ['a', 'b', 'c'].map((name, place) => ({
    name,
    parts: { spanningTree: { priority: 4096 * (place + 1), ...settings } },
  }));
  return testNetwork({ switches, trunks }, cards);
}

const partOf = ({ network }: TestNetwork, at: string) =>
  network.switches.get(at)?.parts.list.find(({ id }) => id === 'spanningTree');
const viewOf = (made: TestNetwork, at: string): TreeView => partOf(made, at)?.part.view?.() as TreeView;
const portOf = (made: TestNetwork, at: string, name: string): TreePortView | undefined =>
  viewOf(made, at).ports.find((port) => port.name === name);
const trunkPorts = (made: TestNetwork): string[] =>
  ['a', 'b', 'c'].flatMap((at) =>
    viewOf(made, at)
      .ports.filter(({ name }) => name.startsWith('trunk/'))
      .map(({ name, role, state }) => `${at} ${name} ${role} ${state}`),
  );
const shout = (from: number): Uint8Array => ether({ to: EVERYBODY, from: mac(from), type: 0x88b5 });
/** Who got frames of others, BPDUs aside. */
const heard = (made: TestNetwork): number[] =>
  made.got
    .splice(0)
    .filter(({ bytes }) => !isLinkLocal(destinationOf(bytes)))
    .map(({ card }) => card)
    .sort();

test('a circle of three switches ends with one port that discards, and a broadcast arrives once', () => {
  const made = circle();
  made.runTo(NS_PER_S);
  expect(trunkPorts(made)).toEqual([
    'a trunk/0 designated forwarding',
    'a trunk/2 designated forwarding',
    'b trunk/0 root forwarding',
    'b trunk/1 designated forwarding',
    'c trunk/1 alternate discarding',
    'c trunk/2 root forwarding',
  ]);
  expect(viewOf(made, 'c')).toMatchObject({ isRoot: false, cost: 20_000, rootPort: 'trunk/2' });
  expect(viewOf(made, 'c').root).toBe(viewOf(made, 'a').bridge);
  made.send(0, shout(1));
  made.runTo(2 * NS_PER_S);
  expect(heard(made)).toEqual([1, 2]);
});

test('all is agreed upon within a few ways of a frame, not after delays', () => {
  const made = circle();
  const isThere = (): boolean => trunkPorts(made).filter((text) => text.endsWith('forwarding')).length === 5;
  made.runTo(NS_PER_S, isThere);
  expect(isThere()).toBe(true);
  expect(made.now()).toBeLessThan(NS_PER_MS);
});

test('where the way is cut the other one is there within a millisecond, and nobody looks for others where they were', () => {
  const made = circle();
  made.runTo(NS_PER_S);
  // The one at c is known at a behind the cable that is cut then.
  made.send(2, shout(3));
  made.runTo(NS_PER_S + NS_PER_MS);
  heard(made);
  made.network.removeTrunk(2);
  const cutAt = made.now();
  made.runTo(2 * NS_PER_S, () => portOf(made, 'c', 'trunk/1')?.state === 'forwarding');
  expect(made.now() - cutAt).toBeLessThan(NS_PER_MS);
  expect(portOf(made, 'c', 'trunk/1')?.role).toBe('root');
  made.runTo(made.now() + NS_PER_MS);
  made.send(0, ether({ to: mac(3), from: mac(1), type: 0x88b5 }));
  made.runTo(2 * NS_PER_S);
  expect(heard(made)).toContain(2);
  expect(partOf(made, 'a')?.counters['changes']).toBeGreaterThan(0);
  // And back.
  made.network.addTrunk({ a: 'c', b: 'a', number: 2 });
  made.runTo(3 * NS_PER_S);
  expect(trunkPorts(made).filter((text) => text.endsWith('discarding'))).toEqual([
    'c trunk/1 alternate discarding',
  ]);
});

test('where nobody says any more that the cable is cut, it is known after three hellos', () => {
  const dead: PortSettings = { netem: { lossPercent: 100 } };
  const made = circle();
  made.runTo(NS_PER_S);
  const plug = made.network.plugged('a', 'trunk/2')?.plug;
  plug?.setStage('netem', dead['netem']);
  const deadAt = made.now();
  made.runTo(20 * NS_PER_S, () => portOf(made, 'c', 'trunk/1')?.state === 'forwarding');
  expect(made.now() - deadAt).toBeGreaterThan(4 * NS_PER_S);
  expect(made.now() - deadAt).toBeLessThan(7 * NS_PER_S);
});

test('priority of bridges and cost of cables say which way it is', () => {
  const trunks = [CIRCLE[0]!, CIRCLE[1]!, { ...CIRCLE[2]!, bitsPerSecond: 10_000_000 }];
  const made = circle({ trunks });
  made.runTo(NS_PER_S);
  expect(portOf(made, 'c', 'trunk/2')).toMatchObject({ role: 'alternate', cost: 2_000_000 });
  expect(viewOf(made, 'c')).toMatchObject({ rootPort: 'trunk/1', cost: 40_000 });
  made.network.switches.get('c')?.setPart('spanningTree', { priority: 0 });
  made.runTo(2 * NS_PER_S);
  expect(['a', 'b', 'c'].map((at) => viewOf(made, at).isRoot)).toEqual([false, false, true]);
});

test('two cables side by side: the one of the lesser number is taken, and a cable to oneself is a backup', () => {
  const made = circle({ trunks: [CIRCLE[0]!, CIRCLE[0]!, { a: 'b', b: 'c' }] });
  made.runTo(NS_PER_S);
  expect([0, 1].map((trunk) => portOf(made, 'b', `trunk/${trunk}`)?.role)).toEqual(['root', 'alternate']);
  made.network.removeTrunk(0);
  made.runTo(NS_PER_S + NS_PER_MS);
  expect(portOf(made, 'b', 'trunk/1')).toMatchObject({ role: 'root', state: 'forwarding' });
});

test('it is spoken on trunks that let no frame without a tag through, and the VLANs go where it says', () => {
  const tagged: PortSettings = { vlan: { trunk: [10, 20] } };
  const trunks = CIRCLE.map((trunk) => ({ ...trunk, portA: tagged, portB: tagged }));
  const cards = ['a', 'b', 'c', 'c'].map((at, card) => ({
    switch: at,
    port: { vlan: { access: card === 3 ? 20 : 10 } },
  }));
  const made = circle({ trunks, cards });
  made.runTo(NS_PER_S);
  expect(portOf(made, 'c', 'trunk/1')?.state).toBe('discarding');
  made.send(0, shout(1));
  made.runTo(2 * NS_PER_S);
  expect(heard(made)).toEqual([1, 2]);
});

test('a card’s port forwards at once, and its addresses stay when the tree changes', () => {
  const made = circle();
  made.send(0, shout(1));
  expect(portOf(made, 'a', 'vm0/0')).toMatchObject({ edge: true, state: 'forwarding' });
  made.runTo(NS_PER_S);
  made.network.removeTrunk(0);
  made.runTo(2 * NS_PER_S);
  const known = made.network.switches.get('a')?.table() ?? [];
  expect(known.some(({ mac: each }) => each === macAt(Uint8Array.from(mac(1)), 0))).toBe(true);
});

/** Numbers below a bound, by chance. */
function below(seed: number): (bound: number) => number {
  const random = new RandomGenerator(seed);
  return (bound) => random.next() % bound;
}

const SUPERIOR = bpduFrame(1, {
  ...{ kind: 'rapid', role: 'designated', change: true, changeAck: false, proposal: true, agreement: false },
  ...{ learning: true, forwarding: true },
  vector: { root: { priority: 0, mac: 1 }, cost: 0, bridge: { priority: 0, mac: 1 }, port: 0x8001 },
  times: { ageNs: 0, maxAgeNs: 20 * NS_PER_S, helloNs: 2 * NS_PER_S, forwardDelayNs: 15 * NS_PER_S },
});

test('a VM that says it is the root is shut out, until its cable is pulled and plugged in again', () => {
  const made = circle();
  made.runTo(NS_PER_S);
  made.send(1, SUPERIOR);
  made.runTo(2 * NS_PER_S);
  expect(portOf(made, 'b', 'vm1/0')).toMatchObject({ shut: true, state: 'discarding', role: 'disabled' });
  expect(viewOf(made, 'c').root).toBe(viewOf(made, 'a').bridge);
  expect(partOf(made, 'b')?.counters).toMatchObject({ guarded: 1 });
  made.send(1, shout(2));
  made.runTo(3 * NS_PER_S);
  expect(heard(made)).toEqual([]);
  const port = portOf(made, 'b', 'vm1/0')?.port ?? -1;
  for (const up of [false, true]) made.network.switches.get('b')?.setLink(port, up);
  made.send(1, shout(2));
  made.runTo(4 * NS_PER_S);
  expect(heard(made)).toEqual([0, 2]);
});

test('the guard may let such frames end, or be off: then a VM is a bridge as any other', () => {
  const dropped = circle({ settings: { guard: 'drop' } });
  dropped.runTo(NS_PER_S);
  dropped.send(1, SUPERIOR);
  dropped.runTo(2 * NS_PER_S);
  expect(portOf(dropped, 'b', 'vm1/0')).toMatchObject({ shut: false, state: 'forwarding' });
  expect(viewOf(dropped, 'c').root).toBe(viewOf(dropped, 'a').bridge);
  const off = circle({ settings: { guard: 'off' } });
  off.runTo(NS_PER_S);
  off.send(1, SUPERIOR);
  off.runTo(2 * NS_PER_S);
  expect(viewOf(off, 'c').root).toBe('0/00:00:00:00:00:01');
  // It says no more: it is forgotten, all over.
  off.runTo(40 * NS_PER_S);
  expect(viewOf(off, 'c').root).toBe(viewOf(off, 'a').bridge);
});

test('a VM that joins two of its cards is found out by what it carries', () => {
  const made = circle({ cards: [{ switch: 'a' }, { switch: 'b' }] });
  for (let tick = 1; tick <= 60; tick++) {
    for (const { card, bytes } of made.got.splice(0)) made.send(1 - card, bytes);
    made.runTo((tick * NS_PER_S) / 20);
  }
  const shut = [portOf(made, 'a', 'vm0/0'), portOf(made, 'b', 'vm1/0')].map((port) => port?.shut);
  expect(shut).toContain(true);
});

test('broken units are counted and do nothing, whatever they say', () => {
  const made = circle({ settings: { guard: 'off' } });
  made.runTo(NS_PER_S);
  const before = trunkPorts(made);
  const random = below(7);
  for (let round = 0; round < 2000; round++) {
    const bytes = SUPERIOR.slice(0, 17 + random(44));
    // Neither the destination nor LLC, and the protocol's number is none.
    bytes[17] = 1 + random(255);
    for (let turned = 0; turned < 4; turned++) {
      const place = 19 + random(Math.max(1, bytes.length - 19));
      if (place < bytes.length) bytes[place] = random(256);
    }
    made.send(1, bytes);
  }
  made.runTo(2 * NS_PER_S);
  expect(trunkPorts(made)).toEqual(before);
  expect(partOf(made, 'b')?.counters['malformed']).toBe(2000);
});

test('whatever units say, there is an end to it, and afterwards a tree again', () => {
  const made = circle({ settings: { guard: 'off' } });
  const random = below(11);
  for (let round = 0; round < 3000; round++) {
    const bytes = SUPERIOR.slice();
    for (let turned = random(6); turned >= 0; turned--) bytes[19 + random(34)] = random(256);
    made.send(random(3), bytes);
    if (round % 10 === 0) made.runTo(made.now() + random(NS_PER_S));
  }
  for (let card = 0; card < 3; card++) made.network.disconnect(card);
  // What was said may be as old as it may become at each of the switches.
  made.runTo(made.now() + 200 * NS_PER_S);
  expect(viewOf(made, 'c').root).toBe(viewOf(made, 'a').bridge);
  expect(trunkPorts(made).filter((text) => text.endsWith('discarding'))).toHaveLength(1);
});

test('a flood of others does not keep switches from speaking', () => {
  const trunks = CIRCLE.map((trunk) => ({ ...trunk, bitsPerSecond: 10_000_000 }));
  const made = circle({ trunks });
  const big = ether({ to: EVERYBODY, from: mac(1), type: 0x88b5, least: 1514 });
  for (let ms = 0; ms < 15_000; ms += 5) {
    for (let frame = 0; frame < 8; frame++) made.send(0, big);
    made.runTo(ms * NS_PER_MS);
    made.got.length = 0;
  }
  const drops = made.network.plugged('a', 'trunk/0')?.plug.switch?.ports[0]?.counters.dropped ?? 0;
  expect(drops).toBeGreaterThan(1000);
  expect(partOf(made, 'c')?.counters['changes']).toBeLessThan(8);
  expect(portOf(made, 'c', 'trunk/1')?.state).toBe('discarding');
});

test('saved in the middle and restored it goes on as it was', () => {
  const [one, other] = [circle(), circle()];
  one.runTo(30_000);
  const bytes = encode(NETWORK, one.network.capture());
  other.runTo(30_000);
  const parts = [...statesOf(PORT_STAGES), ...statesOf(SWITCH_PARTS)];
  other.network.restore(decode(NETWORK, bytes, { parts }));
  expect(encode(NETWORK, other.network.capture())).toEqual(bytes);
  for (const each of [one, other]) each.runTo(5 * NS_PER_S);
  expect(encode(NETWORK, other.network.capture())).toEqual(encode(NETWORK, one.network.capture()));
  expect(trunkPorts(other).filter((text) => text.endsWith('discarding'))).toHaveLength(1);
});

test('a unit is read as it was written; a neighbour of the old protocol is answered in it', () => {
  expect(isBpdu(SUPERIOR)).toBe(true);
  const read = readBpdu(SUPERIOR);
  expect(read?.kind === 'rapid' && bpduFrame(1, read)).toEqual(SUPERIOR);
  const made = circle({ settings: { guard: 'off' } });
  made.runTo(5 * NS_PER_S);
  if (read === undefined || read.kind === 'change') throw new Error('no configuration');
  const old = {
    ...read,
    kind: 'old' as const,
    vector: { ...read.vector, root: { priority: 61_440, mac: 9 } },
  };
  made.got.length = 0;
  made.send(1, bpduFrame(9, old));
  made.runTo(8 * NS_PER_S);
  const answers = made.got.filter(({ card }) => card === 1).map(({ bytes }) => readBpdu(bytes)?.kind);
  expect(new Set(answers)).toEqual(new Set(['old']));
  expect(destinationOf(made.got[0]!.bytes)).not.toBe(BROADCAST);
});

test('times that would forget what still holds are refused, in documents and in commands', () => {
  const codes = (spanningTree: object): string[] => {
    const spec = { name: 'a', parts: { spanningTree } };
    const args = { switch: 'a', part: 'spanningTree', settings: spanningTree };
    return [
      parseShape(switchShape(REGISTRIES), spec),
      parseShape(switchSet.shape(REGISTRIES) as Shape<unknown>, args),
    ].map((parsed) => (parsed.ok ? 'ok' : parsed.error.code));
  };
  const wrong = ['scenario.treeTimes', 'scenario.treeTimes'];
  expect(codes({})).toEqual(['ok', 'ok']);
  expect(codes({ forwardDelaySeconds: 10 })).toEqual(wrong);
  expect(codes({ forwardDelaySeconds: 11 })).toEqual(['ok', 'ok']);
  expect(codes({ helloSeconds: 10 })).toEqual(wrong);
  expect(codes({ helloSeconds: 9 })).toEqual(['ok', 'ok']);
  expect(codes({ maxAgeSeconds: 40 })).toEqual(wrong);
  expect(codes({ maxAgeSeconds: 41 })).toEqual(['scenario.tooLarge', 'scenario.tooLarge']);
});
