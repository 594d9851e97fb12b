/** What the G-stage does for a running Linux: how large its leaves are, what TLBs hold of it, where one offset is enough, and what it may touch. */
import { expect, test } from 'vitest';
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { bootLinux, linuxVm, say, sumOf, waitFor } from '../fixtures/linux-host.ts';
import {
  bootHost,
  command,
  consoleText,
  ENVIRONMENT,
  LINUX_SKIPPED,
  shellVm,
  type,
  vmOf,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { snapshotHash } from '../snapshot/file.ts';
import type { VcpuRegisters } from '../vcpu/questions/registers.ts';
import { contradictionsIn } from './fixtures/conservation.ts';
import { HUGE_BYTES } from './huge-leaf.ts';
import { hugeLeaves } from './huge-pages.ts';
import type { OffsetsAnswer } from './questions/offsets.ts';
import type { TlbAnswer } from './questions/tlb.ts';
import type { WalkResult } from './questions/walk.ts';
import type { WallsOfVm } from './questions/walls.ts';

const MIB = 1 << 20;
const S = 1000 * NS_PER_MS;
/** The kernel's text: it is mapped in every address space of it. */
const KERNEL = '0xffffffff80001000';

function ask<Answer>(host: Host, question: string, args: object = { vm: 'a' }): Answer {
  return must(host.ask(question, args)).value as Answer;
}
/** The first 2 MiB that one leaf maps. */
function hugeLeaf(host: Host): number {
  const { memory } = vmOf(host);
  const { base, sizeBytes } = memory.slots[0]!;
  for (let gpa = base; gpa < base + sizeBytes; gpa += HUGE_BYTES) if (memory.levelOf(gpa) === 1) return gpa;
  throw new Error('no page is mapped by a huge leaf');
}
const MOUNT = 'mkdir /m; mount -t tmpfs -o size=24m memory /m';
const WRITE = 'dd if=/dev/urandom bs=64k count=144 2>/dev/null | tee /m/x';
const READ = 'cat /m/x';

test.skipIf(LINUX_SKIPPED)(
  'huge leaves are made under a Linux that works, and split again; it finds what it wrote in both',
  () => {
    const host = bootLinux();
    const { memory } = vmOf(host);
    say(host, MOUNT);
    const sum = sumOf(host, WRITE);
    expect(hugeLeaves(memory)).toBe(0);
    const tables = memory.tableFrames;
    command(host, 'host.setHugePages', { on: true });
    expect(sumOf(host, `sleep 3; ${READ}`)).toBe(sum);
    const made = hugeLeaves(memory);
    expect(made).toBeGreaterThan(3);
    expect(memory.tableFrames).toBe(tables - made);
    expect(contradictionsIn(host)).toEqual([]);
    const gpa = `0x${hugeLeaf(host).toString(16)}`;
    command(host, 'host.setHugePages', { on: false });
    command(host, 'vm.protect', { vm: 'a', gpa, bytes: PAGE_SIZE, rights: 'rx' });
    expect(hugeLeaves(memory)).toBe(made - 1);
    command(host, 'vm.protect', { vm: 'a', gpa, bytes: PAGE_SIZE, rights: 'rwx' });
    // Who looks at single pages has them all.
    command(host, 'vm.setDirtyLog', { vm: 'a', on: true });
    expect(hugeLeaves(memory)).toBe(0);
    expect(sumOf(host, READ)).toBe(sum);
    expect(sum).toBeDefined();
  },
);

test.skipIf(LINUX_SKIPPED)(
  'what TLBs hold of two Linux VMs are frames of their own, and misses are those of the one that works',
  () => {
    const host = bootLinux([linuxVm('a'), linuxVm('b')]);
    const misses = (vm: string): number =>
      Object.values(ask<TlbAnswer>(host, 'tlb', { vm }).misses).reduce((sum, count) => sum + count, 0);
    const before = ['a', 'b'].map(misses);
    type(host, 'a', 'while true; do ls -lR /proc/1 /bin >/dev/null; done\n');
    host.advance(host.now + S);
    const [busy, idle] = ['a', 'b'].map((vm, at) => misses(vm) - before[at]!);
    expect(busy).toBeGreaterThan(100 * Math.max(idle!, 10));
    const { entries, pages, held, references } = ask<TlbAnswer>(host, 'tlb');
    expect(pages).toBeGreaterThan(50);
    expect(Math.min(held.load, held.store, held.execute)).toBeGreaterThan(10);
    expect(references.g).toBeGreaterThan(references.vs);
    for (const vm of ['a', 'b']) {
      const own = new Set(vmOf(host, vm).memory.slots.flatMap(({ frames }) => [...frames]));
      for (const { spa } of ask<TlbAnswer>(host, 'tlb', { vm }).entries)
        expect(own.has(Number(spa) / PAGE_SIZE)).toBe(true);
    }
    let compared = 0;
    for (const { gva, spa, accesses, mode } of entries) {
      const walk = ask<WalkResult>(host, 'walk', { vm: 'a', address: gva, access: accesses[0], mode });
      if (walk.tlb !== 'hit') continue;
      expect(walk.spa).toBe(spa);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(20);
  },
);

test.skipIf(LINUX_SKIPPED)('a Linux in one run of frames has one offset, and walks of it are shorter', () => {
  const vms = [linuxVm('a', { allocation: 'offset' }), linuxVm('b')];
  const host = bootLinux(vms, { ramBytes: 80 * MIB });
  const [run, scattered] = ['a', 'b'].map((vm) => ask<OffsetsAnswer>(host, 'offsets', { vm }));
  expect(run).toMatchObject({ kept: true, runs: 1, offsets: 1, largest: [{ bytes: 32 * MIB }] });
  expect(scattered!.offsets).toBeGreaterThan(10);
  expect(run!.tableFrames).toBeLessThan(scattered!.tableFrames);
  const [short, long] = ['a', 'b'].map((vm) => ask<WalkResult>(host, 'walk', { vm, address: KERNEL }));
  expect(Number(short!.spa) - Number(short!.gpa)).toBe(
    Number(run!.largest[0]!.spa) - Number(run!.largest[0]!.gpa),
  );
  expect(short!.references.native).toBe(long!.references.native);
  expect(short!.references.nested).toBeLessThan(long!.references.nested);
  expect(
    host.execute({ op: 'vm.protect', args: { vm: 'a', gpa: '0x80200000', bytes: PAGE_SIZE, rights: 'r' } })
      .ok,
  ).toBe(false);
  expect(say(host, 'echo run-$((6 * 7))')).toContain('run-42');
});

/** The most pages in a row that a Linux has not touched yet. */
function untouched(host: Host): { readonly gpa: number; readonly bytes: number } {
  const { states, base } = vmOf(host).memory.slots[0]!;
  let longest = { gpa: base, bytes: 0 };
  for (let page = 0, first = 0; page < states.length; page++) {
    if (states[page] !== PAGE_STATE.absent) first = page + 1;
    const bytes = (page + 1 - first) * PAGE_SIZE;
    if (bytes > longest.bytes) longest = { gpa: base + first * PAGE_SIZE, bytes };
  }
  return longest;
}
const stopped = (host: Host): number =>
  ask<WallsOfVm>(host, 'walls').walls.find(({ id }) => id === 'rights')!.stopped;

test.skipIf(LINUX_SKIPPED)(
  'a Linux that stays out of a guard range is not hindered; at the first touch it is stopped, and its neighbour goes on',
  () => {
    const host = bootLinux([linuxVm('a'), linuxVm('b')]);
    say(host, MOUNT);
    const { gpa, bytes } = untouched(host);
    expect(bytes).toBeGreaterThan(8 * MIB);
    const range = { vm: 'a', gpa: `0x${gpa.toString(16)}`, bytes };
    command(host, 'vm.protect', { ...range, rights: 'none' });
    const protectedRanges = [{ gpa: range.gpa, bytes, rights: '---' }];
    expect(ask<WallsOfVm>(host, 'walls').protected).toEqual(protectedRanges);
    expect(say(host, 'echo small > /m/small; cat /m/small')).toContain('\nsmall');
    expect(stopped(host)).toBe(0);
    // Its kernel fills a page of the guard with zeros. It takes that for an error of its own, and boots again.
    const said = say(host, 'dd if=/dev/zero of=/m/x bs=64k count=300');
    expect(said).toContain('Oops - store (or AMO) access fault');
    expect(said).toContain('Kernel panic');
    expect(stopped(host)).toBeGreaterThan(0);
    const { memory } = vmOf(host);
    for (let at = gpa; at < gpa + bytes; at += PAGE_SIZE) expect(memory.peek(at)).toBeLessThan(0);
    expect(say(host, 'echo here-$((6 * 7))', 'b')).toContain('here-42');
  },
);

/** The page of a program's code that a Linux executes, while it makes a sum without an end; the program is ended then if it may not. */
function codeOfSum(host: Host): { readonly vm: string; readonly gpa: string; readonly bytes: number } {
  const walk = (address: string): WalkResult =>
    ask<WalkResult>(host, 'walk', { vm: 'a', address, access: 'execute' });
  type(host, 'a', 'md5sum /dev/zero\n');
  host.advance(host.now + S / 2);
  for (let left = 1000; left > 0 && walk('0x0').mode !== 'VU'; left--) host.advance(host.now + NS_PER_MS);
  const { gpa = '0x0' } = walk(ask<VcpuRegisters>(host, 'registers').pc);
  return { vm: 'a', gpa: `0x${(Number(gpa) - (Number(gpa) % PAGE_SIZE)).toString(16)}`, bytes: PAGE_SIZE };
}
const HELLO = 'echo hello';
const SUM_OF_HELLO = 'b1946ac92492d2347c6235b4d2611184';
const ENDED = 'Segmentation fault';

test.skipIf(LINUX_SKIPPED)(
  'a program whose code may not be executed is ended by its Linux, until it may be again',
  () => {
    const host = bootLinux();
    const code = codeOfSum(host);
    const from = consoleText(vmOf(host)).length;
    command(host, 'vm.protect', { ...code, rights: 'rw' });
    expect(waitFor(host, 'a', '~ # ', from)).toContain(ENDED);
    expect(stopped(host)).toBe(1);
    expect(say(host, `${HELLO} | md5sum`)).toContain(ENDED);
    command(host, 'vm.protect', { ...code, rights: 'rwx' });
    expect(sumOf(host, HELLO)).toBe(SUM_OF_HELLO);
  },
);

test.skipIf(LINUX_SKIPPED)(
  'what is forbidden of a running Linux is so when it is reverted, in its clone, and on another host, and can be allowed there',
  () => {
    const host = bootLinux([linuxVm()], { ramBytes: 96 * MIB });
    const code = codeOfSum(host);
    command(host, 'vm.protect', { ...code, rights: 'rw' });
    type(host, 'a', '\x03');
    host.advance(host.now + S / 10);
    const { protected: forbidden } = ask<WallsOfVm>(host, 'walls');
    expect(forbidden).toEqual([{ gpa: code.gpa, bytes: PAGE_SIZE, rights: 'rw-' }]);
    const file = ask<Uint8Array>(host, 'vm-file');
    const hash = snapshotHash(file);
    command(host, 'vm.snapshot', { vm: 'a', name: 'forbidden' });
    command(host, 'vm.protect', { ...code, rights: 'rwx' });
    expect(sumOf(host, HELLO)).toBe(SUM_OF_HELLO);
    command(host, 'vm.revert', { vm: 'a', snapshot: 'forbidden' });
    command(host, 'vm.clone', { vm: 'a', name: 'b' });
    const software = { ...ENVIRONMENT.software, file: () => file };
    const there = bootHost([shellVm('other')], { ramBytes: 48 * MIB }, { ...ENVIRONMENT, software });
    there.advance(50 * NS_PER_MS);
    command(there, 'vm.moveIn', { vm: 'a', file: 'a.vm', hash });
    const places: readonly (readonly [Host, string])[] = [
      [host, 'a'],
      [host, 'b'],
      [there, 'a'],
    ];
    for (const [on, vm] of places) {
      expect(ask<WallsOfVm>(on, 'walls', { vm }).protected).toEqual(forbidden);
      expect(say(on, `${HELLO} | md5sum`, vm)).toContain(ENDED);
      command(on, 'vm.protect', { ...code, vm, rights: 'rwx' });
      expect(sumOf(on, HELLO, vm)).toBe(SUM_OF_HELLO);
      expect(contradictionsIn(on)).toEqual([]);
    }
  },
);
