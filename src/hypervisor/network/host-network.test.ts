/** The network of a host by itself: trunks, appliances, what changes while it is there, and that it goes on as it was saved. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { HostSpec } from '#base/scenario';
import { decode, encode } from '#base/state/codec';
import { declare } from '#base/state/declare';
import { partState, stateIn } from '#base/state/part';
import { integer } from '#base/state/types';
import { EventQueue } from '#machine/event-queue';
import { statesOf } from '#machine/kind';
import { commandNamed } from '../commands.ts';
import { bootHost, copyOf, shellVm, teachingKernel, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { REGISTRIES } from '../registries.ts';
import { defineAppliance } from './appliances/appliance.ts';
import { BROADCAST } from './ether-frame.ts';
import { HostNetwork, NETWORK } from './host-network.ts';
import type { CardAllocations } from './questions/card-allocation.ts';
import { PORT_STAGES } from './stages/stages.ts';

const MAC = 0x5254_0000_0000;

function frame(destination: number, source: number, last = 0): Uint8Array {
  const made = new Uint8Array(60);
  const hex = destination.toString(16).padStart(12, '0') + source.toString(16).padStart(12, '0');
  made.set(Buffer.from(hex, 'hex'));
  made[59] = last;
  return made;
}

const HEARD = declare<{ heard: number; due: number }>('heard', { heard: integer, due: integer });
/** Sends what it hears back by its other port, a millisecond later, with the number of the frame. */
const REPEATER = defineAppliance({
  id: 'repeater',
  settings: { from: v.string(), to: v.string() },
  counters: [{ id: 'repeated', unit: 'count', text: { en: 'repeated', zh: '已转发' } }],
  state: HEARD,
  ports: ({ from, to }) => [
    { name: 'in', switch: from },
    { name: 'out', switch: to },
  ],
  moved: (settings, port, at) => ({ ...settings, [port === 'in' ? 'from' : 'to']: at }),
  create: (_, context, counters) => {
    let [heard, due] = [0, 0];
    const wait = (at: number): void => {
      due = at;
      context.cancel(0);
      if (due > 0) context.schedule(due, 0);
    };
    return {
      receive: () => {
        heard += 1;
        wait(context.now() + 1_000_000);
      },
      timer: () => {
        due = 0;
        counters.repeated += 1;
        context.send(1, frame(BROADCAST, MAC + 0xff, heard));
      },
      capture: () => partState(HEARD, { heard, due }),
      restore: (state) => {
        const saved = stateIn(HEARD, state);
        heard = saved.heard;
        wait(saved.due);
      },
    };
  },
});

type Spec = Pick<HostSpec, 'switches' | 'trunks' | 'appliances'>;

/** A network with a card at each of these switches, and what the cards get. */
function networkOf(spec: Spec, cards: readonly string[]) {
  const events = new EventQueue();
  let now = 0;
  const network = new HostNetwork({
    ...{ spec: { name: 'h', ...spec }, seed: 1, uplinks: [], events, now: () => now },
    registries: { ...REGISTRIES, appliances: [REPEATER] },
    desktopOf: () => undefined,
  });
  const got: number[][] = cards.map(() => []);
  const send = cards.map((at, card) =>
    network.connect(card, 0, `vm${card}/0`, { switch: at }, (bytes) => got[card]!.push(bytes[59]!)),
  );
  const run = (until: number): void => {
    for (; events.nextAt() <= until; events.runDue(now)) now = Math.max(now, events.nextAt());
    now = until;
  };
  return { network, got, send, run, events };
}

const TWO = { switches: [{ name: 'x' }, { name: 'y' }] };

test('a trunk carries frames between two switches, which learn who lies behind it', () => {
  const { network, got, send, run } = networkOf({ ...TWO, trunks: [{ a: 'x', b: 'y' }] }, ['x', 'y', 'y']);
  send[0]!(frame(BROADCAST, MAC, 1));
  run(1e6);
  send[1]!(frame(MAC, MAC + 1, 2));
  run(2e6);
  expect(got).toEqual([[2], [1], [1]]);
  expect(network.switches.get('y')?.counters).toMatchObject({ forwarded: 1, flooded: 1 });
  network.removeTrunk(0);
  send[0]!(frame(BROADCAST, MAC, 3));
  run(3e6);
  expect(got[1], 'the cable is gone').toEqual([1]);
  expect(network.spec).toEqual(TWO);
});

test('a trunk is as slow as its specification says, and a port of it as the port’s', () => {
  const slow = { a: 'x', b: 'y', bitsPerSecond: 1_000_000, portB: { queue: { frames: 1 } } };
  const { network, got, send, run } = networkOf({ ...TWO, trunks: [slow] }, ['x', 'y']);
  for (let n = 0; n < 3; n++) send[0]!(frame(BROADCAST, MAC, n));
  run(1_500_000);
  expect(got[1], 'each takes 672 µs').toHaveLength(2);
  for (let n = 0; n < 3; n++) send[1]!(frame(BROADCAST, MAC + 1, n));
  expect(network.plugged('y', 'trunk/0')?.plug.switch?.ports[0]?.counters.dropped).toBe(2);
});

test('frames that go round in a circle are never more than queues hold', () => {
  const trunks = [0, 1].map(() => ({ a: 'x', b: 'y' }));
  const { network, send, run, events } = networkOf({ ...TWO, trunks }, ['x']);
  for (let n = 0; n < 64; n++) send[0]!(frame(BROADCAST, MAC, n));
  for (let ms = 1; ms <= 5; ms++) {
    run(ms * 1e6);
    expect(events.length).toBeLessThanOrEqual(5 * 256);
  }
  const carried = network.switches.get('x')?.counters.flooded ?? 0;
  expect(carried, 'they do go round').toBeGreaterThan(5000);
});

test('an appliance hears, waits and sends; saved and restored it goes on as it was', () => {
  const appliances = [{ name: 'rep', kind: 'repeater', from: 'x', to: 'y' }];
  const spec = { ...TWO, trunks: [{ a: 'y', b: 'x', delayNs: 1000 }], appliances };
  const [one, other] = [networkOf(spec, ['x', 'y']), networkOf(spec, ['x', 'y'])];
  one.send[1]!(frame(MAC + 5, MAC, 9));
  one.run(500_000);
  const bytes = encode(NETWORK, one.network.capture());
  other.run(500_000);
  other.network.restore(decode(NETWORK, bytes, { parts: [HEARD, ...statesOf(PORT_STAGES)] }));
  for (const each of [one, other]) each.run(3_000_000);
  expect(encode(NETWORK, other.network.capture())).toEqual(encode(NETWORK, one.network.capture()));
  // Heard once as its way went over the trunk, and then its own frame, that came back by it.
  expect(one.network.appliances[0]?.placed.counters['repeated']).toBeGreaterThan(1);
  expect(other.got[1]).toEqual(one.got[1]!.slice(one.got[1]!.length - other.got[1]!.length));
});

test('ports and switches are changed by commands, and a restored host has them as they stand', () => {
  const network = {
    switches: [{ name: 'lan' }, { name: 'dmz' }],
    trunks: [{ a: 'lan', b: 'dmz' }],
  };
  const host = bootHost([], network);
  const set = (args: object) => host.execute({ op: 'port.set', args });
  const at = { switch: 'lan', port: 'trunk/0', stage: 'wire' };
  const wire = { bitsPerSecond: 10_000_000, delayNs: 0 };
  expect(set({ ...at, settings: wire })).toEqual({ ok: true, value: null });
  expect(set({ ...at, switch: 'wan', settings: wire })).toMatchObject({
    error: { code: 'network.noSwitch' },
  });
  expect(set({ ...at, port: 'a/0', settings: wire })).toMatchObject({ error: { code: 'network.noPort' } });
  expect(host.spec.trunks).toEqual([{ a: 'lan', b: 'dmz', number: 0, portA: { wire } }]);
  const restored = copyOf(host);
  expect(restored.hash()).toBe(host.hash());
  expect(restored.network.switches.get('lan')?.ports[0]?.settings['wire']).toEqual(wire);
  set({ ...at, settings: null });
  expect(host.spec.trunks).toEqual([{ a: 'lan', b: 'dmz', number: 0 }]);
  expect(host.network.switches.get('lan')?.ports[0]?.bitsPerSecond).toBe(1_000_000_000);
});

test('switches, trunks and appliances come and go by commands, and each can be taken back', () => {
  const host = bootHost([]);
  const done = (op: string, args: object): void => {
    expect(host.execute({ op, args })).toEqual({ ok: true, value: null });
    const undo = commandNamed(REGISTRIES.commands, op)?.undo(args);
    const [before, hash] = [host.spec, host.hash()];
    expect(undo && host.execute(undo)).toEqual({ ok: true, value: null });
    const redo = undo && commandNamed(REGISTRIES.commands, undo.op)?.undo(undo.args);
    expect(redo && host.execute(redo)).toEqual({ ok: true, value: null });
    expect(host.spec).toEqual(before);
    expect(host.hash()).toBe(hash);
  };
  const refused = (op: string, args: object, code: string): void =>
    expect(host.execute({ op, args })).toMatchObject({ error: { code } });
  done('network.addSwitch', { switch: { name: 'dmz' } });
  refused('network.addSwitch', { switch: { name: 'dmz' } }, 'network.nameTaken');
  done('network.addTrunk', { trunk: { a: 'lan', b: 'dmz', number: 3 } });
  refused('network.addTrunk', { trunk: { a: 'lan', b: 'lan' } }, 'scenario.trunkToItself');
  refused('network.addTrunk', { trunk: { a: 'lan', b: 'wan' } }, 'network.noSwitch');
  refused('network.removeSwitch', { switch: 'dmz' }, 'network.inUse');
  done('network.removeTrunk', { trunk: 3, was: { a: 'lan', b: 'dmz' } });
  refused('network.removeTrunk', { trunk: 3 }, 'network.noTrunk');
  done('network.removeSwitch', { switch: 'dmz', was: { name: 'dmz' } });
  refused('network.removeAppliance', { appliance: 'r' }, 'network.noAppliance');
  expect(host.spec.switches).toEqual([{ name: 'lan' }]);
  expect(copyOf(host).hash()).toBe(host.hash());
});

test('the cable of an appliance goes to another switch and back, and the appliance goes on as it was', () => {
  const host = bootHost([], {
    switches: [{ name: 'lan' }, { name: 'dmz' }],
    appliances: [
      {
        ...{ name: 'r', kind: 'router', mtu: 1500, reversePath: true, routes: [] },
        interfaces: [
          { port: 'p1', switch: 'lan', address: '10.0.1.1/24' },
          { port: 'p2', switch: 'dmz', address: '10.0.2.1/24' },
        ],
        ports: { p1: { wire: { bitsPerSecond: 1_000_000 } } },
      } as never,
    ],
  });
  const [before, hash] = [host.spec, host.hash()];
  const router = host.network.appliances[0];
  const move = (to: string | null, was: string | null): object => ({
    op: 'network.moveAppliance',
    args: { appliance: 'r', port: 'p1', switch: to, was },
  });
  const done = (command: object): void =>
    expect(host.execute(command as never)).toEqual({ ok: true, value: null });
  done(move('dmz', 'lan'));
  expect(host.network.appliances[0]).toBe(router);
  expect(host.network.switches.get('dmz')?.ports.map(({ name }) => name)).toEqual(['r/p2', 'r/p1']);
  expect(host.network.switches.get('dmz')?.ports[1]?.bitsPerSecond).toBe(1_000_000);
  expect(host.spec.appliances?.[0]).toMatchObject({ interfaces: [{ switch: 'dmz' }, { switch: 'dmz' }] });
  done(move(null, 'dmz'));
  expect(copyOf(host).hash()).toBe(host.hash());
  done(move('lan', null));
  expect([host.spec, host.hash()]).toEqual([before, hash]);
  const wrong = (args: object): unknown =>
    host.execute({
      op: 'network.moveAppliance',
      args: { appliance: 'r', port: 'p1', switch: 'lan', ...args },
    });
  expect(wrong({ port: 'p3' })).toMatchObject({ error: { code: 'network.noPort' } });
  expect(wrong({ switch: 'wan' })).toMatchObject({ error: { code: 'network.noSwitch' } });
  expect(wrong({ appliance: 'q' })).toMatchObject({ error: { code: 'network.noAppliance' } });
});

test('what comes back stands where it was among the others', () => {
  const switches = ['one', 'two', 'three'].map((name) => ({ name }));
  const trunks = [0, 1, 2].map((number) => ({ a: 'one', b: 'three', number }));
  const host = bootHost([], { switches, trunks });
  const before = host.spec;
  const done = (op: string, args: object): void =>
    expect(host.execute({ op, args })).toEqual({ ok: true, value: null });
  const was = { name: 'two', parts: { mirror: { sources: [{ port: 'trunk/0' }], to: 'trunk/1' } } };
  done('network.removeSwitch', { switch: 'two' });
  done('network.addSwitch', { switch: was, place: 1 });
  done('network.removeTrunk', { trunk: 1 });
  done('network.addTrunk', { trunk: trunks[1]! });
  expect(host.spec.trunks).toEqual(before.trunks);
  expect(host.spec.switches.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
  expect(host.spec.switches[1]).toMatchObject(was);
  expect(copyOf(host).hash()).toBe(host.hash());
});

test('a card’s cable goes to another switch, or to none, and a restored host has it there', () => {
  const host = bootHost([vmSpec('a', teachingKernel(), { nics: [{ switch: 'lan' }] })], {
    switches: [{ name: 'lan' }, { name: 'dmz' }],
  });
  const move = (to: string | null): void => {
    const args = { vm: 'a', card: 0, switch: to };
    expect(host.execute({ op: 'vm.setNetwork', args })).toEqual({ ok: true, value: null });
  };
  move('dmz');
  expect(host.network.switches.get('dmz')?.ports.map(({ name }) => name)).toEqual(['a/0']);
  move(null);
  expect(host.vm('a')?.spec.nics).toEqual([{ switch: '' }]);
  expect(copyOf(host).hash()).toBe(host.hash());
  move('lan');
  expect(host.network.switches.get('lan')?.ports).toHaveLength(1);
  const args = { vm: 'a', card: 0, switch: 'wan' };
  expect(host.execute({ op: 'vm.setNetwork', args })).toMatchObject({ error: { code: 'network.noSwitch' } });
});

test('a card has a port on demand while a driver uses it, and gives it back when the VM is off', async () => {
  const nics = (portAllocation: object) => [{ switch: 'lan', address: '10.0.0.1/24', ...portAllocation }];
  const host = bootHost(
    [
      shellVm('fixed', { nics: nics({}) }),
      shellVm('demand', { nics: nics({ address: '10.0.0.2/24', portAllocation: 'on-demand' }) }),
      shellVm('off', {
        nics: nics({ address: '10.0.0.3/24', portAllocation: 'on-demand' }),
        autostart: false,
      }),
    ],
    { switches: [{ name: 'lan' }] },
  );
  await REGISTRIES.questions.come();
  const held = (of: Host): string[] => of.network.switches.get('lan')!.ports.map(({ name }) => name);
  const without = (of: Host): unknown => {
    const answer = of.ask('switches', {});
    if (!answer.ok) throw new Error(answer.error.code);
    return (answer.value.value as readonly { readonly withoutPort?: unknown }[])[0]?.withoutPort;
  };
  // A fixed one has its port before any instruction; a VM that is off has one too.
  expect(held(host)).toEqual(['fixed/0']);
  expect(without(host)).toEqual(['demand/0', 'off/0']);
  host.advance(100_000_000);
  expect(held(host)).toEqual(['fixed/0', 'demand/0']);
  // Who has it by now is reached like any other.
  const came = (): number => host.vm('demand')?.devices.counted('net', 'framesIn') ?? 0;
  const before = came();
  host.network.plugOf(host.vm('fixed')?.slot ?? -1, 0)?.send(frame(BROADCAST, MAC + 0xaa));
  host.advance(host.now + 10_000_000);
  expect(came()).toBe(before + 1);
  const restored = copyOf(host);
  expect(restored.hash()).toBe(host.hash());
  expect(held(restored)).toEqual(held(host));
  for (const each of [host, restored]) {
    expect(each.execute({ op: 'vm.powerOff', args: { vm: 'demand' } }).ok).toBe(true);
    expect(held(each)).toEqual(['fixed/0']);
    expect(each.execute({ op: 'vm.powerOff', args: { vm: 'fixed' } }).ok).toBe(true);
    expect(held(each), 'fixed: though nobody uses it').toEqual(['fixed/0']);
    expect(without(each)).toEqual(['demand/0', 'off/0']);
    expect(each.execute({ op: 'vm.start', args: { vm: 'demand' } }).ok).toBe(true);
    each.advance(each.now + 100_000_000);
    expect(held(each)).toEqual(['fixed/0', 'demand/0']);
  }
  expect(restored.hash()).toBe(host.hash());
});

test('cards fixed and on demand are compared by what is reserved, used and left over', async () => {
  const nics = (last: number, more: object = {}) => [
    { switch: 'lan', address: `10.0.0.${last}/24`, ...more },
  ];
  const onDemand = { portAllocation: 'on-demand' } as const;
  const off = { autostart: false } as const;
  const ports = { 'fixed/0': 3_000_000, 'demand/0': 5_000_000, 'none/0': 1_000_000 };
  const host = bootHost(
    [
      shellVm('fixed', { nics: nics(1) }),
      shellVm('idle', { ...off, nics: nics(2) }),
      shellVm('demand', { nics: nics(3, onDemand) }),
      shellVm('later', { ...off, nics: nics(4, onDemand) }),
    ],
    {
      switches: [
        { name: 'lan', parts: { bandwidth: { bitsPerSecond: 9_000_000, allocation: 'fixed', ports } } },
      ],
    },
  );
  await REGISTRIES.questions.come();
  const rows = (of: Host): CardAllocations => {
    const answer = of.ask('card-allocation', {});
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value.value as CardAllocations;
  };
  const counts = (of: Host): unknown =>
    rows(of).ports.map(({ allocation, cards, reserved, used, left }) => [
      ...[allocation, cards, reserved, used, left],
    ]);
  host.advance(100_000_000);
  const [fixed, demand] = [
    ['fixed', 2, 2, 1, 1],
    ['on-demand', 2, 1, 1, 0],
  ];
  expect(counts(host)).toEqual([fixed, demand]);
  const restored = copyOf(host);
  expect(counts(restored)).toEqual([fixed, demand]);
  // A card that is plugged in as it is said there.
  const card = { vm: 'later', switch: 'lan', ...onDemand };
  expect(host.execute({ op: 'vm.plugCard', args: card }).ok).toBe(true);
  expect(counts(host)).toEqual([fixed, ['on-demand', 3, 1, 1, 0]]);
  expect(host.execute({ op: 'vm.start', args: { vm: 'later' } }).ok).toBe(true);
  host.advance(host.now + 100_000_000);
  // Its kernel drives both.
  expect(counts(host)).toEqual([fixed, ['on-demand', 3, 3, 3, 0]]);
  expect(host.execute({ op: 'vm.powerOff', args: { vm: 'fixed' } }).ok).toBe(true);
  expect(counts(host)).toEqual([
    ['fixed', 2, 2, 0, 2],
    ['on-demand', 3, 3, 3, 0],
  ]);
  // A card without a port has no share of the bandwidth; means are over the time since it was given out.
  const before = rows(host).bandwidth[0];
  expect(before).toMatchObject({ allocation: 'fixed', whole: 9_000_000, reserved: 8_000_000 });
  const plug = host.network.plugOf(host.vm('demand')?.slot ?? -1, 0);
  for (let sent = 0; sent < 100; sent++) plug?.send(frame(BROADCAST, MAC + 0xbb));
  const after = rows(host).bandwidth[0]!;
  expect(after.used).toBeGreaterThan(before!.used);
  expect(after.used + after.left).toBe(9_000_000);
});
