/** Where a vCPU ran lately: the list itself, and what a guest that changes satp without a trap leaves in it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { bootHost, copyOf, program, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { AddressSpaces } from '../memory/questions/spaces.ts';
import { sv39Hi } from '../memory/vsatp.ts';
import { RECENT_SPACES, RecentSpaces } from './recent-spaces.ts';

const MS = 1_000_000;

test('the list holds the latest spaces, each once, with the time at which it was left last', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ page: fc.nat(30), asid: fc.nat(3) }), { maxLength: 200 }), (runs) => {
      const recent = new RecentSpaces();
      const model = new Map<number, { asid: number; lastNs: number }>();
      for (const [index, { page, asid }] of runs.entries()) {
        recent.left(page, sv39Hi(0, asid), index + 1);
        model.delete(page);
        model.set(page, { asid, lastNs: index + 1 });
      }
      const latest = [...model].reverse().slice(0, RECENT_SPACES);
      expect(recent.list()).toEqual(
        latest.map(([page, { asid, lastNs }]) => ({ vsatpLo: page, vsatpHi: sv39Hi(0, asid), lastNs })),
      );
    }),
  );
});

/** A table with one gigapage, all of RAM at its own address, in a page of the guest; and a value of satp for it. */
const TABLE = (register: string, page: number): string => `
  li t0, ${0x8010_0000 + page * 0x1000}
  li t1, 0x200000cf
  sd t1, 16(t0)
  srli ${register}, t0, 12
  li t1, 8
  slli t1, t1, 60
  or ${register}, ${register}, t1
`;
const SPACES = program(
  'three-spaces',
  `${TABLE('s0', 0)}${TABLE('s1', 1)}${TABLE('s2', 2)}
  csrw satp, s0
  csrw satp, s1
  csrw satp, s2
loop:
  csrw satp, s1
  addi s4, s4, 1
  csrw satp, s2
  j loop
`,
);

function spacesOf(host: ReturnType<typeof bootHost>): AddressSpaces {
  return must(host.ask('spaces', { vm: 'a' })).value as AddressSpaces;
}

test('a guest that changes satp without a trap is followed, change by change', () => {
  const host = bootHost([vmSpec('a', SPACES)]);
  host.advance(MS);
  const { vcpu, spaces, namesProcesses } = spacesOf(host);
  expect([vcpu, namesProcesses]).toEqual([{ state: 'running', hart: 0, lastHart: 0 }, false]);
  const [now, other, first] = spaces;
  expect(spaces.map(({ isNow }) => isNow)).toEqual([true, false, false]);
  expect(new Set([now?.root, other?.root])).toEqual(new Set(['0x80101000', '0x80102000']));
  expect([now?.lastNs, first?.root]).toEqual([host.now, '0x80100000']);
  // The loop leaves the other one in each of its rounds; the first was left before it.
  expect(host.now - (other?.lastNs ?? 0)).toBeLessThan(10_000);
  expect(first?.lastNs).toBeLessThan(50_000);
});

test('two runs note the same times; a host that is restored begins anew, and runs on as the other', () => {
  const host = bootHost([vmSpec('a', SPACES)]);
  host.advance(MS);
  const again = bootHost([vmSpec('a', SPACES)]);
  again.advance(MS / 2);
  again.advance(MS);
  expect(spacesOf(again)).toEqual(spacesOf(host));
  const restored = copyOf(host);
  expect(spacesOf(restored).spaces.map(({ isNow }) => isNow)).toEqual([true]);
  for (const each of [host, restored]) each.advance(2 * MS);
  expect(restored.hash()).toBe(host.hash());
});

test('what ran in a VM before it was switched on again is not told of what runs now', () => {
  const host = bootHost([vmSpec('a', SPACES)]);
  host.advance(MS);
  must(host.execute({ op: 'vm.reset', args: { vm: 'a' } }));
  expect(vmOf(host).vcpus[0]?.recentSpaces.list()).toEqual([]);
  expect(spacesOf(host).spaces.map(({ root }) => root)).toEqual([undefined]);
});
