/** A host whose harts have more extensions than the usual ones: what its guests may use, and what they are told. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { extensionsOf } from '#isa/extensions';
import { bootHost, consoleText, PUT_A0, program, SHUT_DOWN, vmOf, vmSpec } from './fixtures/test-host.ts';
import type { WalkResult } from './memory/questions/walk.ts';
import { REGISTRIES } from './registries.ts';
import { savedVm } from './snapshot/vm-file.ts';
import { VM_EXTENSIONS, vmExtensions } from './vm/device-tree.ts';

const MS = 1_000_000;
const ISA = 'usual,zicond,zicboz,zicbom,zawrs,svnapot,svpbmt,sv57';
/** Tables at 1 MiB: a root of Sv57 whose only way down leads to RAM as it is, and a page of 64 KiB. */
const TABLES = 0x8010_0000;
const pointer = (page: number): number => ((TABLES + page * 4096) >>> 12) * 1024 + 1;
const LEAF = 0xcf;

/** Prints a letter for each thing that went well; a trap ends the program. */
const GUEST = `
  la t0, trap
  csrw stvec, t0
  li t1, 7
  czero.eqz a0, t1, x0
  addi a0, a0, 65
  ${PUT_A0}
  li t0, 0x80180000
  li t1, -1
  sd t1, 8(t0)
  cbo.zero (t0)
  cbo.flush (t0)
  ld a0, 8(t0)
  addi a0, a0, 66
  ${PUT_A0}
  li t0, ${TABLES}
  li t1, ${pointer(1)}
  sd t1, 0(t0)
  li t0, ${TABLES + 0x1000}
  li t1, ${pointer(2)}
  sd t1, 0(t0)
  li t0, ${TABLES + 0x2000}
  li t1, ${0x8000_0000 / 4 + LEAF}
  sd t1, 16(t0)
  li t1, ${pointer(3)}
  sd t1, 0(t0)
  li t0, ${TABLES + 0x3000}
  li t1, ${pointer(4)}
  sd t1, 0(t0)
  li t0, ${TABLES + 0x4000}
  li t1, ${(1n << 63n) + (1n << 61n) + BigInt(0x8018_8000 / 4 + LEAF)}
  sd t1, 40(t0)
  li t2, 67
  li t0, 0x80185000
  sd t2, 0(t0)
  li t0, ${(10n << 60n) + BigInt(TABLES / 4096)}
  csrw satp, t0
  csrr t1, satp
  bne t0, t1, trap
  li t0, 0x5000
  ld a0, 0(t0)
  ${PUT_A0}
  wrs.nto
wait:
  j wait
  .align 2
trap:
  ${SHUT_DOWN}
`;

test('guests use what the harts have, are told of it, and their walks are shown with all levels', async () => {
  const host = bootHost([vmSpec('a', program('wide', GUEST))], { isa: ISA });
  host.advance(5 * MS);
  const vm = vmOf(host);
  expect(consoleText(vm)).toBe('ABC');
  expect(vm.state).toBe('running');
  await REGISTRIES.questions.come();
  const asked = host.ask('walk', { vm: 'a', vcpu: 0, address: '0x5000' });
  if (!asked.ok) throw new Error(asked.error.code);
  expect(asked.value.value).toMatchObject({ vsMode: 'sv57', gpa: '0x80185000', pageBytes: 4096 });
  const { steps } = asked.value.value as WalkResult;
  const levels = steps.filter(({ stage }) => stage === 'VS').map(({ level }) => level);
  expect(levels).toEqual([4, 3, 2, 1, 0]);
});

test('on a usual host the same program ends at the first of them', () => {
  const host = bootHost([vmSpec('a', program('wide', GUEST))]);
  host.advance(5 * MS);
  expect(consoleText(vmOf(host))).toBe('');
  expect(vmOf(host).state).toBe('stopped');
});

test('a VM goes on only where harts have what it was told of, and one that is off anywhere', () => {
  const host = bootHost([vmSpec('a', program('idle', 'wait: wfi\n j wait'))], { isa: 'usual,zicond,sv57' });
  host.advance(MS);
  const { vm, ram } = savedVm(vmOf(host));
  expect(vm.extensions).toEqual(['Zba', 'Zbb', 'Zbs', 'Zicond', 'Sv48', 'Sv57']);
  const lesser = bootHost([], { isa: 'usual,sv48' });
  const before = lesser.hash();
  expect(lesser.vmTable.moveIn(vm, ram)).toEqual({
    ok: false,
    error: { code: 'vm.lacksExtensions', data: { vm: 'a', extensions: 'Zicond, Sv57' } },
  });
  expect(lesser.hash()).toBe(before);
  const greater = bootHost([], { isa: 'all' });
  must(greater.vmTable.moveIn(vm, ram));
  // It was told of no more there, and may come back.
  expect(savedVm(vmOf(greater)).vm.extensions).toEqual(vm.extensions);
  must(host.execute({ op: 'vm.powerOff', args: { vm: 'a' } }));
  const off = savedVm(vmOf(host));
  must(lesser.vmTable.moveIn(off.vm, off.ram));
});

test('device trees name them, and the usual ones as ever', () => {
  expect(vmExtensions(extensionsOf(undefined))).toBe(VM_EXTENSIONS);
  expect(vmExtensions(extensionsOf(ISA)).join(' ')).toBe(
    'i m a f d c sstc sv48 sv57 svnapot svpbmt zawrs zba zbb zbs zicbom zicboz zicntr zicond zicsr zifencei',
  );
});
