/** Over trunks, appliances, mirrors and a link between hosts: whoever gets frames, counters of ports, captures and the picture of what passes agree to the frame. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { LIMITS } from '#base/catalogue/limits';
import { must } from '#base/fixtures/must';
import { randomNumbers } from '#base/fixtures/random-numbers';
import type { NicSpec } from '#base/scenario';
import { EventQueue } from '#machine/event-queue';
import { REGISTRIES } from '../../registries.ts';
import { defineAppliance } from '../appliances/appliance.ts';
import { HostNetwork, type NetworkSpec } from '../host-network.ts';
import { passingOf } from './questions/passing.ts';

await Promise.all(REGISTRIES.stages.map(({ later }) => later?.code.come()));

const FRAMES = 3000;
const MS = 1_000_000;

/** Carries on by its other port what it hears by one. */
const REPEATER = defineAppliance({
  id: 'repeater',
  settings: { a: v.string(), b: v.string() },
  counters: [
    { id: 'heardA', unit: 'count', text: { en: 'heard at a', zh: 'a 口收到' } },
    { id: 'heardB', unit: 'count', text: { en: 'heard at b', zh: 'b 口收到' } },
  ],
  ports: ({ a, b }) => [
    { name: 'a', switch: a },
    { name: 'b', switch: b },
  ],
  moved: (settings, port, at) => ({ ...settings, [port]: at }),
  create: (_, context, counters) => ({
    receive(port, frame) {
      counters[port === 0 ? 'heardA' : 'heardB'] += 1;
      context.send(1 - port, frame);
    },
  }),
});

/** A host's network with a card at each of some switches, heard in every way there is. */
function heard(spec: NetworkSpec, nics: readonly NicSpec[], now: () => number) {
  const events = new EventQueue();
  const network = new HostNetwork({
    ...{ spec: { name: 'h', ...spec }, seed: 3, events, now, desktopOf: () => undefined },
    registries: { ...REGISTRIES, appliances: [REPEATER] },
    uplinks: [{ link: 0, switch: 'lan', delayNs: MS, bitsPerSecond: 50_000_000 }],
  });
  const got = new Map<string, number>();
  const count = (name: string): void => void got.set(name, (got.get(name) ?? 0) + 1);
  const senders = nics.map((nic, slot) =>
    network.connect(slot, 0, `vm${slot}/0`, nic, () => count(`${nic.switch} vm${slot}/0`)),
  );
  const ports = [...network.switches.values()].flatMap((at) =>
    at.ports.map((port) => ({ at: at.name, port })),
  );
  // As many captures as a host may have; what passes at further ports is in the picture.
  for (const [index, { at, port }] of ports.slice(0, LIMITS.captures).entries())
    must(network.captures.start({ name: `c${index}`, switch: at, port: port.name, bytes: 65_536, snap: 64 }));
  const shown = new Map<string, number>();
  let [next, delivered] = [1, 0];
  const look = (): void => {
    const passing = passingOf(network.captures.lookOn(), next, 10_000);
    next = passing.next;
    delivered = passing.delivered;
    for (const { switch: at, to } of passing.frames)
      shown.set(`${at} ${to}`, (shown.get(`${at} ${to}`) ?? 0) + 1);
  };
  look();
  return { network, events, senders, got, ports, shown, look, told: () => delivered };
}

test('of what passes trunks, appliances, mirrors and a link between hosts nothing is missing and nothing is invented', () => {
  let now = 0;
  const mirror = { sources: [{ port: 'vm0/0', direction: 'both' }], to: 'vm3/0' };
  const spec: NetworkSpec = {
    switches: [{ name: 'lan', parts: { mirror } }, { name: 'back' }, { name: 'far' }],
    trunks: [{ a: 'lan', b: 'back', portA: { wire: { bitsPerSecond: 10_000_000 }, queue: { frames: 8 } } }],
    appliances: [{ name: 'between', kind: 'repeater', a: 'back', b: 'far' } as never],
  };
  const lossy = { netem: { lossPercent: 10, duplicatePercent: 10, delayNs: MS, jitterNs: MS } };
  const here = heard(
    spec,
    [{ switch: 'lan' }, { switch: 'back', port: lossy }, { switch: 'far' }, { switch: 'lan' }],
    () => now,
  );
  const there = heard(
    { switches: [{ name: 'lan' }] },
    [{ switch: 'lan' }, { switch: 'lan', port: lossy }],
    () => now,
  );
  const both = [here, there];
  const handed = [0, 0];
  /** All that is due by an instant happens, and what goes over the link is handed over. */
  const goTo = (until: number): void => {
    for (let steps = 0; steps < 1_000_000; steps++) {
      const due = Math.min(...both.map(({ events }) => events.nextAt()));
      if (due > until) break;
      now = Math.max(now, due);
      for (const { events } of both) events.runDue(now);
      for (const [index, { network }] of both.entries()) {
        const sent = network.takeSent();
        handed[index]! += sent.length;
        both[1 - index]!.network.put(sent);
      }
    }
    now = Number.isFinite(until) ? Math.max(now, until) : now;
  };
  const random = randomNumbers(5);
  /** Who listens to the mirror says nothing. */
  const speakers = [here.senders[0], here.senders[1], here.senders[2], there.senders[0], there.senders[1]];
  for (let sent = 0; sent < FRAMES; sent++) {
    const from = random(speakers.length);
    const frame = new Uint8Array(60 + random(400));
    frame.set([0x52, 0x54, 0, 0, 0, random(speakers.length)]);
    if (random(8) === 0) frame.fill(255, 0, 6);
    frame.set([0x52, 0x54, 0, 0, 0, from, 0x88, 0xb5], 6);
    speakers[from]?.(frame);
    if (random(3) === 0) goTo(now + random(MS));
    if (sent % 40 === 0) for (const { look } of both) look();
  }
  for (let rest = 0; rest < 2000; rest++) {
    goTo(now + MS);
    if (rest % 20 === 0) for (const { look } of both) look();
  }

  for (const { network, ports, got, shown, look, told } of both) {
    look();
    for (const [index, { at, port }] of ports.entries()) {
      const name = `${at} ${port.name}`;
      if (index < LIMITS.captures) {
        const { counts } = must(network.captures.find(`c${index}`));
        expect([name, counts.delivered.frames]).toEqual([name, port.counters.framesOut]);
        expect([name, counts.accepted.frames]).toEqual([name, port.counters.framesIn]);
      }
      expect([name, shown.get(name) ?? 0]).toEqual([name, port.counters.framesOut]);
      if (port.name.startsWith('vm'))
        expect([name, got.get(name) ?? 0]).toEqual([name, port.counters.framesOut]);
      expect([name, port.counters.framesIn + port.counters.framesOut > 0]).toEqual([name, true]);
    }
    expect(told()).toBe(ports.reduce((sum, { port }) => sum + port.counters.framesOut, 0));
  }
  const counters = ({ ports }: typeof here, at: string, name: string) =>
    ports.find((each) => each.at === at && each.port.name === name)!.port.counters;
  // What leaves by one end of a cable comes in at the other, and nothing besides.
  const [lan, back] = [counters(here, 'lan', 'trunk/0'), counters(here, 'back', 'trunk/0')];
  expect([lan.framesIn, back.framesIn]).toEqual([back.framesOut, lan.framesOut]);
  const [up, down] = [counters(here, 'lan', 'link/0'), counters(there, 'lan', 'link/0')];
  expect(handed).toEqual([up.framesOut, down.framesOut]);
  expect([up.framesIn, down.framesIn]).toEqual([down.framesOut, up.framesOut]);
  // An appliance has heard what was delivered to it, and what it said came in.
  const [a, b] = [counters(here, 'back', 'between/a'), counters(here, 'far', 'between/b')];
  expect(here.network.appliances[0]!.placed.counters).toEqual({ heardA: a.framesOut, heardB: b.framesOut });
  expect([a.framesIn, b.framesIn]).toEqual([b.framesOut, a.framesOut]);
  // Who listens to the mirror gets its copies and nothing else.
  const copied = here.network.switches.get('lan')!.parts.list.find(({ id }) => id === 'mirror')!.counters[
    'copied'
  ];
  expect(counters(here, 'lan', 'vm3/0').framesOut).toBe(copied);
});
