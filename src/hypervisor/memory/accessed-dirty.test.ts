/** A and D of the G-stage, protected page tables and huge leaves, on guests that run. */
import { expect, test } from 'vitest';
import { type Gpa, PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { PTE_A, PTE_D, PTE_R, PTE_W, PTE_X } from '#machine/page-tables/page-table-entry';
import { bootHost, program, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { Vm } from '../vm/vm.ts';
import { giveBack } from './balloon.ts';
import { backHuge } from './huge-leaf.ts';
import { probeGuestPhysical } from './walk.ts';

const MS = 1_000_000;
const MIB = 1 << 20;
const READ_PAGE = RAM_BASE + 0x10_0000;
const WRITTEN_PAGE = RAM_BASE + 0x11_0000;

const bits = (vm: Vm, gpa: number): string => {
  const flags = vm.memory.flagsOf(gpa);
  return ((flags & PTE_A) === 0 ? '' : 'A') + ((flags & PTE_D) === 0 ? '' : 'D');
};

/** Reads one page and writes another, for ever. */
const TOUCHING = program(
  'touching',
  `
  li s0, ${READ_PAGE}
  li s1, ${WRITTEN_PAGE}
next:
  lw t0, 0(s0)
  sw t0, 0(s1)
  j next`,
);

test('the hart sets A and D, a harvest names the pages and clears them, and the hart sets them again', () => {
  const host = bootHost([vmSpec('a', TOUCHING)]);
  host.advance(10 * MS);
  const vm = vmOf(host);
  const [slot] = vm.memory.slots;
  expect([bits(vm, READ_PAGE), bits(vm, WRITTEN_PAGE)]).toEqual(['A', 'AD']);
  const seen: number[] = [];
  vm.memory.harvest(slot!, PTE_D, (gpa) => seen.push(gpa));
  expect(seen).toContain(WRITTEN_PAGE);
  expect(seen).not.toContain(READ_PAGE);
  expect(bits(vm, WRITTEN_PAGE)).toBe('A');
  vm.memory.harvest(slot!, PTE_A, () => {});
  expect([bits(vm, READ_PAGE), bits(vm, WRITTEN_PAGE)]).toEqual(['', '']);
  // The same store again: without a fence the TLB would let it pass unseen.
  host.advance(20 * MS);
  expect([bits(vm, READ_PAGE), bits(vm, WRITTEN_PAGE)]).toEqual(['A', 'AD']);
});

test('devices and the hypervisor set A and D as a hart does, and a look sets neither', () => {
  const host = bootHost([vmSpec('a', TOUCHING)]);
  const vm = vmOf(host);
  host.execute({ op: 'vm.pause', args: { vm: 'a' } });
  const page = RAM_BASE + 0x14_0000;
  vm.memory.writeU32(page, 1);
  expect(bits(vm, page)).toBe('AD');
  const [slot] = vm.memory.slots;
  vm.memory.harvest(slot!, PTE_A, () => {});
  vm.memory.harvest(slot!, PTE_D, () => {});
  vm.memory.peek(page);
  expect(bits(vm, page)).toBe('');
  vm.memory.readU32(page);
  expect(bits(vm, page)).toBe('A');
  vm.memory.fill(page, 8, 3);
  expect(bits(vm, page)).toBe('AD');
});

/** Sv39 in the guest: the root maps all of RAM by one leaf of 1 GiB, with A and D clear; then it reads at READ_PAGE. */
const TABLE = RAM_BASE + 0x12_0000;
const PAGED = program(
  'paged',
  `
  la t0, handler
  csrw stvec, t0
  li s2, ${WRITTEN_PAGE}
  li t0, ${TABLE}
  li t1, ${((RAM_BASE / PAGE_SIZE) << 10) | 0xcf}
  # Code runs by an entry that has A already; the page itself by one that has not.
  sd t1, 16(t0)
  li t1, ${((RAM_BASE / PAGE_SIZE) << 10) | 0x0f}
  sd t1, 24(t0)
  li t2, 8
  slli t2, t2, 60
  srli t0, t0, 12
  or t2, t2, t0
  csrw satp, t2
  sfence.vma
  li t0, 1
  sw t0, 4(s2)
wait:
  lw t0, 0(s2)
  beqz t0, wait
  li s0, ${READ_PAGE + 0x4000_0000}
  lw t0, 0(s0)
  sw t0, 8(s2)
  li t0, 2
  sw t0, 4(s2)
end: j end
  .align 2
handler:
  csrr t0, scause
  sw t0, 12(s2)
  li t0, 3
  sw t0, 4(s2)
stop: j stop`,
);

function pagedHost(): { host: Host; vm: Vm } {
  const host = bootHost([vmSpec('a', PAGED)]);
  host.advance(10 * MS);
  const vm = vmOf(host);
  expect(vm.memory.readU32(WRITTEN_PAGE + 4)).toBe(1);
  vm.memory.writeU32(READ_PAGE, 77);
  return { host, vm };
}

test('a load whose walk sets an A bit in a write-protected page table ends: the page is one that is written', () => {
  const { host, vm } = pagedHost();
  vm.memory.watch(TABLE);
  vm.memory.writeU32(WRITTEN_PAGE, 1);
  host.advance(20 * MS);
  const word = (at: number): number => vm.memory.readU32(WRITTEN_PAGE + at);
  expect([word(4), word(8)]).toEqual([2, 77]);
  expect(vm.memory.isWatched(TABLE)).toBe(false);
  expect(vm.memory.readU32(TABLE + 24) & PTE_A).toBe(PTE_A);
  expect(vm.exitDetails.list().find(({ detail }) => detail === 'permit')?.count).toBe(1);
});

test('a probe says that the walk would set the bit, and that a page table that may not be written stops it', () => {
  const { host, vm } = pagedHost();
  const [vcpu] = vm.vcpus;
  const far = READ_PAGE + 0x4000_0000;
  const at = () => vm.walk(vcpu!, far >>> 0, Math.floor(far / 2 ** 32), 'load');
  const walk = at();
  expect(walk.fault).toBeUndefined();
  expect(walk.steps.find(({ stage }) => stage === 'VS')).toMatchObject({ kind: 'leaf', sets: 'A' });
  expect(walk.spa).toBe(vm.memory.peek(READ_PAGE));
  vm.memory.protect(TABLE, PTE_R | PTE_X);
  const stopped = at();
  expect(stopped.fault).toMatchObject({ stage: 'G', cause: 21, why: 'permission' });
  // No entry is at fault by itself: the VS-stage leaf is as valid as before.
  expect(stopped.steps.every(({ kind }) => kind !== 'fault')).toBe(true);
  // It is the G-stage leaf of the table's page that stops the walk.
  expect(stopped.steps[stopped.fault?.step ?? -1]).toMatchObject({ stage: 'G', forVsLevel: 2, kind: 'leaf' });
  vm.memory.writeU32(WRITTEN_PAGE, 1);
  host.advance(20 * MS);
  // The guest is told as hardware would tell it: a load access fault.
  expect([vm.memory.readU32(WRITTEN_PAGE + 4), vm.memory.readU32(WRITTEN_PAGE + 12)]).toEqual([3, 5]);
});

/** Writes and reads back a word in each page of 2 MiB, and counts the rounds. */
const SWEEP_BASE = RAM_BASE + 2 * MIB;
const SWEEPER = program(
  'sweeper',
  `
  li s0, ${WRITTEN_PAGE}
wait:
  lw t0, 4(s0)
  beqz t0, wait
round:
  li s1, ${SWEEP_BASE}
  li s2, 512
each:
  lw t0, 0(s1)
  addi t0, t0, 1
  sw t0, 0(s1)
  li t1, 4096
  add s1, s1, t1
  addi s2, s2, -1
  bnez s2, each
  lw t0, 0(s0)
  addi t0, t0, 1
  sw t0, 0(s0)
  j round`,
);

function sweeping(): { host: Host; vm: Vm } {
  const host = bootHost([vmSpec('a', SWEEPER, { memoryBytes: 6 * MIB })]);
  host.advance(10 * MS);
  const vm = vmOf(host);
  expect(backHuge(vm.memory, SWEEP_BASE + PAGE_SIZE)).toBe(true);
  return { host, vm };
}

test('2 MiB are mapped by one leaf, split and joined while the guest writes them; hart and probe see the same', () => {
  const { host, vm } = sweeping();
  const { memory } = vm;
  const rounds = (): number => memory.readU32(WRITTEN_PAGE);
  const context = { ram: vm.ram, gRoot: memory.root, vsatpLo: 0, vsatpHi: 0, vsstatusLo: 0, user: false };
  const before = Array.from({ length: 512 }, (_, page) => memory.peek(SWEEP_BASE + page * PAGE_SIZE));
  const tables = memory.tableFrames;
  const lookAll = (level: number): void => {
    for (let page = 0; page < 512; page += 37) {
      const walk = probeGuestPhysical(context, (SWEEP_BASE + page * PAGE_SIZE) as Gpa, 'store');
      expect([walk.spa, walk.steps.at(-1)?.level, walk.fault]).toEqual([before[page], level, undefined]);
    }
  };
  const advance = (): void => {
    const from = rounds();
    host.advance(host.now + 20 * MS);
    expect(rounds()).toBeGreaterThan(from);
    expect(vm.state).toBe('running');
  };
  memory.writeU32(WRITTEN_PAGE + 4, 1);
  expect(memory.levelOf(SWEEP_BASE)).toBe(1);
  lookAll(1);
  advance();
  // Protecting one page splits the leaf; the others stay as they are.
  const inside = SWEEP_BASE + 5 * PAGE_SIZE;
  expect(memory.watch(inside)).toBe(true);
  expect([memory.levelOf(SWEEP_BASE), memory.tableFrames]).toEqual([0, tables + 1]);
  expect(memory.flagsOf(inside) & (PTE_R | PTE_W | PTE_X)).toBe(PTE_R | PTE_X);
  advance();
  expect(memory.isWatched(inside)).toBe(false);
  lookAll(0);
  expect(memory.join(SWEEP_BASE, 1)).toBe(true);
  expect([memory.levelOf(SWEEP_BASE), memory.tableFrames]).toEqual([1, tables]);
  lookAll(1);
  // A harvest names the whole leaf, and the hart sets D in it again.
  const named: string[] = [];
  memory.harvest(memory.slots[0]!, PTE_D, (gpa, bytes) => named.push(`${gpa} ${bytes}`));
  expect(named).toContain(`${SWEEP_BASE} ${2 * MIB}`);
  advance();
  expect(memory.flagsOf(SWEEP_BASE) & PTE_D).toBe(PTE_D);
  const counts = new Set(
    Array.from({ length: 512 }, (_, page) => memory.readU32(SWEEP_BASE + page * PAGE_SIZE)),
  );
  // Each page was written once in each round, the last one perhaps not to its end.
  expect(counts.size).toBeLessThanOrEqual(2);
  expect(Math.max(...counts) - rounds()).toBeLessThanOrEqual(1);
  host.execute({ op: 'vm.powerOff', args: { vm: 'a' } });
  expect(host.frames.free).toBe(host.frames.count);
});

test('what does not lie in adjacent frames with equal permissions is not joined', () => {
  const { memory } = sweeping().vm;
  memory.protect(SWEEP_BASE + 7 * PAGE_SIZE, PTE_R);
  expect(memory.join(SWEEP_BASE, 1)).toBe(false);
  memory.protect(SWEEP_BASE + 7 * PAGE_SIZE, PTE_R | PTE_W | PTE_X);
  expect(memory.join(SWEEP_BASE, 2)).toBe(false);
  expect(memory.join(SWEEP_BASE, 1)).toBe(true);
  expect(memory.join(SWEEP_BASE, 1)).toBe(false);
  // A page of it in another frame: the rest is not joined with it.
  const second = SWEEP_BASE + PAGE_SIZE;
  expect(giveBack(memory, second, 'absent')).toBe('given');
  memory.writeU32(RAM_BASE + 0x18_0000, 1);
  memory.writeU32(second, 1);
  expect(memory.join(SWEEP_BASE, 1)).toBe(false);
});
