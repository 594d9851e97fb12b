/** A host that software of its own owns, here a few instructions of firmware, a hypervisor, and a guest that echoes what is typed. */
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { ok } from '#base/result';
import type { HostSpec } from '#base/scenario';
import { assemble } from '#isa/assemble';
import { ENGINE, ENVIRONMENT, SETTINGS, teachingKernel, vmSpec } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import type { DrawnWalk } from '../memory/questions/walk.ts';
import { comeWhole, REGISTRIES } from '../registries.ts';

await comeWhole(REGISTRIES);

const MS = 1_000_000;
const MIB = 1 << 20;
const SPEC: HostSpec = {
  ...{ name: 'bare', ramBytes: MIB, harts: 1, timeSliceNs: 10 * MS, switches: [], vms: [] },
  software: 'nested',
};
/** Where the G-stage's root lies: one leaf of 1 GiB for RAM, one for the serial port, in the table that only one way leads to. */
const ROOT = RAM_BASE + 0x4000;
const LEAF = 0xdf;

/** The page of the table of a level, of a G-stage of so many levels; the root has four. */
const tableOf = (levels: number, level: number): number =>
  level === levels - 1 ? ROOT : ROOT + 0x4000 + level * 0x1000;
/** Stores of the entries that lead from the root to the table of level 2. */
const waysTo2 = (levels: number): string =>
  Array.from({ length: levels - 3 }, (_, index) => levels - 1 - index)
    .map((level) => {
      const entry = (tableOf(levels, level - 1) >>> 12) * 1024 + 1;
      return `li t0, ${tableOf(levels, level)}\n  li t1, ${entry}\n  sd t1, 0(t0)`;
    })
    .join('\n  ');

/**
 * M-mode delegates the guest's calls to HS-mode, which gives it a G-stage and lets it run. The guest echoes each byte, and calls its
 * hypervisor for each.
 */
const sourceOf = (levels: number): string => `
  li t0, ${1 << 10}
  csrw medeleg, t0
  li t0, -1
  srli t0, t0, 10
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  la t0, system
  csrw mepc, t0
  li t0, 0x1800
  csrc mstatus, t0
  li t0, 0x800
  csrs mstatus, t0
  mret
system:
  ${waysTo2(levels)}
  li t0, ${tableOf(levels, 2)}
  li t1, ${LEAF}
  sd t1, 0(t0)
  li t1, ${((RAM_BASE >>> 12) << 10) + LEAF}
  sd t1, 16(t0)
  li t0, ${ROOT}
  li t1, ${levels + 5}
  slli t1, t1, 60
  srli t0, t0, 12
  or t0, t0, t1
  csrw hgatp, t0
  la t0, exits
  csrw stvec, t0
  la t0, guest
  csrw sepc, t0
  li t0, 0x180
  csrs hstatus, t0
  li t0, 0x100
  csrs sstatus, t0
  sret
guest:
  li s1, 0x10000000
  li t0, 62
  sb t0, 0(s1)
wait:
  lbu t0, 5(s1)
  andi t0, t0, 1
  beqz t0, wait
  lbu t0, 0(s1)
  sb t0, 0(s1)
  ecall
  j wait
  .align 2
exits:
  csrr t0, sepc
  addi t0, t0, 4
  csrw sepc, t0
  sret`;

function program(levels: number) {
  const { bytes } = must(assemble(sourceOf(levels), RAM_BASE));
  const segments = [{ address: RAM_BASE, memorySize: bytes.length, data: bytes }];
  return ok({ program: { name: 'echo', image: { entry: RAM_BASE, segments } } });
}
const ownedWith = (levels: number) => ({
  ...ENVIRONMENT,
  software: { ...ENVIRONMENT.software, host: () => program(levels) },
});
const OWNED = ownedWith(3);
const booted = (spec: HostSpec = SPEC, environment = OWNED): Host =>
  Host.create(ENGINE, spec, SETTINGS, environment);
const printed = (host: Host): string => new TextDecoder().decode(host.bare?.console.since(0).bytes);
const type = (host: Host, text: string) => host.execute({ op: 'host.type', args: { text } });
const ask = (host: Host, id: string, args: object = {}): unknown => must(host.ask(id, args)).value;

test('it prints, answers what is typed, and its levels and their traps are told', () => {
  const host = booted();
  host.advance(MS);
  expect(printed(host)).toBe('>');
  must(type(host, 'abc'));
  host.advance(2 * MS);
  expect(printed(host)).toBe('>abc');
  expect(ask(host, 'bare')).toMatchObject({
    isOff: false,
    console: '>abc',
    traps: { hypervisor: [{ cause: 'ecall-from-vs', count: 3 }], system: [], firmware: [] },
    harts: [{ mode: 'VS', tables: [{ mode: 0 }, { mode: 0 }, { register: 'hgatp', mode: 8 }] }],
  });
});

test('the walk for an address of its guest goes by the tables that its hypervisor has made', () => {
  const host = booted();
  expect(host.ask('bare-walk', { address: '0x80000010' })).toMatchObject({ error: { code: 'host.noGuest' } });
  host.advance(MS);
  expect(ask(host, 'bare-walk', { address: '0x80000010' })).toMatchObject({
    vsMode: 'bare',
    gRoot: `0x${ROOT.toString(16)}`,
    steps: [{ stage: 'G', level: 2, kind: 'leaf' }],
    spa: '0x80000010',
  });
  expect(ask(host, 'bare-walk', { address: '0xc0000000' })).toMatchObject({
    fault: { cause: 21, stage: 'G' },
  });
});

test.each([
  [4, 'sv48x4'],
  [5, 'sv57x4'],
])('a G-stage of %i levels is walked with all of them', (levels, gMode) => {
  const host = booted({ ...SPEC, isa: 'all' }, ownedWith(levels));
  host.advance(MS);
  expect(printed(host)).toBe('>');
  const asked = ask(host, 'bare-walk', { address: '0x80000010' }) as DrawnWalk;
  expect(asked).toMatchObject({ gMode, gRoot: `0x${ROOT.toString(16)}`, spa: '0x80000010' });
  expect(asked.steps.map(({ level }) => level)).toEqual([4, 3, 2].slice(5 - levels));
  // Beyond what Sv39x4 could name, and the first table that has no entry for it is told of.
  const beyond = ask(host, 'bare-walk', { address: '0x20000000000' });
  expect(beyond).toMatchObject({ fault: { cause: 21, why: 'not-valid', step: levels - 4 } });
});

test('a snapshot goes on as the host itself does, and the way in which time is cut makes no difference', () => {
  const [host, cut] = [booted(), booted()];
  host.advance(MS);
  for (let at = 0; at <= MS; at += 130_000) cut.advance(at);
  cut.advance(MS);
  must(type(host, 'x'));
  must(type(cut, 'x'));
  expect(cut.hash()).toBe(host.hash());
  const again = must(Host.restore(ENGINE, host.snapshot(), OWNED));
  for (const each of [host, again]) {
    must(type(each, 'yz'));
    each.advance(3 * MS);
  }
  expect(printed(again)).toBe('>xyz');
  expect(again.hash()).toBe(host.hash());
});

test('it has no VMs of ours, and a host without such software none of its questions', () => {
  const host = booted();
  const vm = vmSpec('a', teachingKernel());
  expect(host.execute({ op: 'vm.create', args: { vm } }).ok).toBe(false);
  const { software: _, ...plain } = SPEC;
  const other = booted({ ...plain, ramBytes: 8 * MIB });
  expect(other.ask('bare', {})).toMatchObject({ error: { code: 'host.noSoftware' } });
  expect(type(other, 'x')).toMatchObject({ error: { code: 'host.noSoftware' } });
});

test('software that is not here leaves it off, and says so', () => {
  const host = booted(SPEC, ENVIRONMENT as typeof OWNED);
  host.advance(MS);
  expect(host.log.since(0)).toMatchObject([{ severity: 'error', code: 'image-missing' }]);
  expect(ask(host, 'bare')).toMatchObject({ isOff: true });
  expect(type(host, 'x')).toMatchObject({ error: { code: 'host.noSoftware' } });
});
