/** Fences of a VM's mappings: on every hart that ran in it, once, before it runs in it again. */
import { expect, test, vi } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { PTE_R, PTE_X } from '#machine/page-tables/page-table-entry';
import { bootHost, program, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { RIGHTS } from '../memory/page-access.ts';

const MS = 1_000_000;
const PAGE = RAM_BASE + 0x10_0000;
const FAULTS = RAM_BASE + 0x11_0000;

/** All vCPUs store into one page for ever, and count the faults that they get, each in a word of its own. */
const STORING = program(
  'storing',
  `
  la t0, handler
  csrw stvec, t0
  mv s3, a0
  bnez a0, work
  li a7, 0x48534d
  li a6, 0
  li a0, 1
  la a1, second
  li a2, 0
  ecall
  j work
second:
  mv s3, a0
  la t0, handler
  csrw stvec, t0
work:
  slli s3, s3, 3
  li s0, ${FAULTS}
  add s0, s0, s3
  li s1, ${PAGE}
  add s1, s1, s3
next:
  sw s1, 0(s1)
  lw t1, 4(s0)
  addi t1, t1, 1
  sw t1, 4(s0)
  j next
  .align 2
handler:
  lw t2, 0(s0)
  addi t2, t2, 1
  sw t2, 0(s0)
  csrr t3, sepc
  addi t3, t3, 4
  csrw sepc, t3
  sret`,
);

const word = (host: Host, at: number): number => vmOf(host).memory.readU32(FAULTS + at);
const spyOn = (host: Host) => host.cpus.map(({ hart }) => vi.spyOn(hart, 'flushVmid'));

test('a mapping that is narrowed is narrow for all harts that ran in the VM, whichever vCPU they hold', () => {
  const host = bootHost([vmSpec('a', STORING, { vcpus: 2 })], { harts: 2 });
  host.advance(20 * MS);
  const { memory } = vmOf(host);
  expect([word(host, 4) > 0, word(host, 12) > 0]).toEqual([true, true]);
  expect([word(host, 0), word(host, 8)]).toEqual([0, 0]);
  memory.protect(PAGE, PTE_R | PTE_X);
  const before = [word(host, 4), word(host, 12)];
  host.advance(21 * MS);
  // Each store since then has ended in a fault: none went by what a TLB remembered.
  expect(word(host, 0)).toBeGreaterThanOrEqual(word(host, 4) - before[0]! - 1);
  expect(word(host, 8)).toBeGreaterThanOrEqual(word(host, 12) - before[1]! - 1);
  expect(word(host, 0)).toBeGreaterThan(0);
  expect(word(host, 8)).toBeGreaterThan(0);
});

test('many changes are one fence, on the harts that ran in the VM and on no other', () => {
  const host = bootHost([vmSpec('a', STORING), vmSpec('b', STORING)], { harts: 2 });
  host.advance(20 * MS);
  const flushes = spyOn(host);
  const { memory } = vmOf(host);
  for (let round = 0; round < 50; round++) {
    memory.protect(PAGE, PTE_R);
    memory.protect(PAGE, RIGHTS);
  }
  expect(flushes.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  host.advance(25 * MS);
  const ofA = flushes.map(({ mock }) => mock.calls.filter(([vmid]) => vmid === 1).length);
  expect(ofA.toSorted()).toEqual([0, 1]);
});

test("a VM in another's slot finds nothing of it, though VMID, root and addresses are the same", () => {
  const host = bootHost([vmSpec('a', STORING)]);
  host.advance(20 * MS);
  const { memory } = vmOf(host);
  const { root } = memory;
  const old = memory.peek(FAULTS);
  host.execute({ op: 'vm.powerOff', args: { vm: 'a' } });
  host.execute({ op: 'vm.delete', args: { vm: 'a' } });
  const reader = program('reading', `li s0, ${FAULTS}\n ld t0, 0(s0)\n sd t0, 8(s0)\nend: j end`);
  host.execute({ op: 'vm.create', args: { vm: vmSpec('b', reader) } });
  host.execute({ op: 'vm.start', args: { vm: 'b' } });
  const now = vmOf(host, 'b').memory;
  expect(now.root).toBe(root);
  // What the old translation leads to must not be what the new guest reads.
  host.machine.ram.fill(old, 8, 0xaa);
  host.advance(30 * MS);
  expect(now.readU32(FAULTS + 8)).toBe(0);
});
