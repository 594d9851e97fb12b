import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  ApplianceDescription,
  HostDescription,
  LabDescription,
  VmDescription,
} from '#bridge/protocol/answers';
import { layOut } from './lay-out.ts';
import { type Box, hostBox, membersOf, overlaps, type Positions } from './layout.ts';
import { positionsOf } from './steady-places.ts';

function vm(name: string, switches: readonly string[]): VmDescription {
  return {
    slot: 0,
    state: 'running',
    terminal: { columns: 80, rows: 25, follows: true },
    spec: {
      name,
      image: { kind: 'builtin', name: 'teaching' },
      ...{ memoryBytes: 1 << 21, vcpus: 1, allocation: 'fixed', disks: [], autostart: true },
      nics: switches.map((to) => ({ switch: to })),
    },
  };
}

const appliance = (
  name: string,
  to: readonly number[],
  switches: readonly string[],
): ApplianceDescription => ({
  spec: { name, kind: 'gateway' },
  ports: to.map((at, port) => ({ name: `p${port}`, switch: switches[at % switches.length]! })),
});

const HOST = fc
  .record({
    switches: fc.integer({ min: 0, max: 4 }),
    cards: fc.array(fc.array(fc.nat(3), { maxLength: 3 }), { maxLength: 40 }),
    cables: fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
  })
  .map(({ switches, cards, cables }) => {
    const names = Array.from({ length: switches }, (_, index) => `lan-${index}`);
    const appliances = switches === 0 ? [] : cables.map((to, index) => appliance(`gw-${index}`, to, names));
    return {
      ...{ ramBytes: 1, harts: 1, switches: names, appliances },
      vms: cards.map((to, index) =>
        vm(`vm-${index}`, switches === 0 ? [] : to.map((at) => names[at % switches]!)),
      ),
    };
  });
const LAB = fc.array(HOST, { minLength: 1, maxLength: 5 }).map(
  (hosts): LabDescription => ({
    ...{ title: '', seed: 1, links: [], vmCommands: [], layout: {} },
    hosts: hosts.map((host, index): HostDescription => ({ ...host, name: `h${index}` })),
  }),
);

function boxesOf(host: HostDescription, at: Positions): Box[] {
  return membersOf(host).map((member) => ({ ...member, ...at[member.key]! }));
}

/** Pairs of boxes that lie over each other. */
function overlapping(boxes: readonly Box[]): number {
  return boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) => overlaps(one, other))).length;
}

test('no node lies over another, and no host over another', () => {
  fc.assert(
    fc.property(LAB, (lab) => {
      const at = layOut(lab);
      for (const host of lab.hosts) expect(overlapping(boxesOf(host, at))).toBe(0);
      expect(overlapping(lab.hosts.map((host) => hostBox(host, at)))).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('what stands keeps its place when VMs come and go, and what comes lies over nothing', () => {
  fc.assert(
    fc.property(LAB, fc.nat(), fc.integer({ min: 1, max: 6 }), (lab, gone, more) => {
      const [first, ...others] = lab.hosts;
      const before = positionsOf(lab, {});
      const kept = first!.vms.filter((_, index) => index !== gone % Math.max(1, first!.vms.length));
      const added = Array.from({ length: more }, (_, index) =>
        vm(`new-${index}`, first!.switches.slice(0, 1)),
      );
      const host = { ...first!, vms: [...kept, ...added] };
      const after = positionsOf({ ...lab, hosts: [host, ...others] }, {}, before);
      for (const [key, at] of Object.entries(after))
        if (!key.includes('/new-')) expect([key, at]).toEqual([key, before[key]]);
      const boxes = boxesOf(host, after);
      for (const box of boxes.slice(kept.length, kept.length + more))
        expect(boxes.filter((other) => other !== box && overlaps(box, other))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('many VMs take about as much room sideways as upwards', () => {
  for (const count of [16, 40, 64]) {
    const names = Array.from({ length: count }, (_, index) => vm(`vm-${index}`, ['lan']));
    const host: HostDescription = { name: 'h', ramBytes: 1, harts: 1, switches: ['lan'], vms: names };
    const lab: LabDescription = { title: '', seed: 1, hosts: [host], links: [], vmCommands: [], layout: {} };
    const { width, height } = hostBox(host, layOut(lab));
    expect(Math.max(width / height, height / width)).toBeLessThan(1.6);
  }
});
