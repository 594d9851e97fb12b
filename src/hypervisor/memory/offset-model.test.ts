/** A VM in one run of frames: one offset translates all of its addresses, and what that model cannot do is refused. */

import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { PTE_R } from '#machine/page-tables/page-table-entry';
import {
  bootHost,
  command,
  consoleText,
  shellVm,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { allocateAll } from './allocate.ts';
import { giveBack } from './balloon.ts';
import { contradictions, contradictionsIn } from './fixtures/conservation.ts';
import { BASE, MemoryRig } from './fixtures/rig.ts';
import { FRAME_DATA } from './frame-allocator.ts';
import type { OffsetsAnswer } from './questions/offsets.ts';
import { share } from './sharing/share.ts';
import { swapOut } from './swap/swapping.ts';

const MIB = 1 << 20;
const MS = 1_000_000;
/** Somebody who has all other frames. */
const OTHERS = 40;
const ADDRESS = '0x80200000';

function offsets(host: Host, vm: string): OffsetsAnswer {
  return must(host.ask('offsets', { vm })).value as OffsetsAnswer;
}
function inOneRun(name = 'a'): Host {
  const host = bootHost([shellVm('other'), shellVm(name, { allocation: 'offset' })]);
  host.advance(60 * MS);
  return host;
}

test('the guest runs as elsewhere, and SPA = GPA + offset holds for every page', () => {
  const host = inOneRun();
  type(host, 'a', 'mem\n');
  host.advance(host.now + 60 * MS);
  expect(consoleText(vmOf(host))).toContain('mem');
  const { memory } = vmOf(host);
  const offset = memory.peek(RAM_BASE) - RAM_BASE;
  for (let gpa = RAM_BASE; gpa < RAM_BASE + 4 * MIB; gpa += PAGE_SIZE)
    expect(memory.peek(gpa)).toBe(gpa + offset);
  const answer = offsets(host, 'a');
  expect(answer).toMatchObject({ kept: true, runs: 1, offsets: 1, largest: [{ bytes: 4 * MIB }] });
  // The hart walks two leaves of 2 MiB in a table of one frame below the root.
  expect([memory.levelOf(RAM_BASE), memory.levelOf(RAM_BASE + 3 * MIB), answer.tableFrames]).toEqual([
    1, 1, 5,
  ]);
});

test('a VM whose pages come as they are touched needs more than one offset', () => {
  const host = bootHost([shellVm('a'), shellVm('b')]);
  host.advance(60 * MS);
  const answer = offsets(host, 'a');
  expect(answer.kept).toBe(false);
  expect(answer.offsets).toBeGreaterThan(3);
  expect(answer.runs).toBeGreaterThanOrEqual(answer.offsets);
});

test('enough frames are of no use where they do not lie side by side', () => {
  const vms = ['a', 'b', 'c'].map((name) =>
    vmSpec(name, teachingKernel(), { memoryBytes: 4 * MIB, allocation: 'fixed' }),
  );
  const host = bootHost(vms, { ramBytes: 16 * MIB });
  for (const vm of ['a', 'c']) command(host, 'vm.powerOff', { vm });
  const spec = { memoryBytes: 8 * MIB, autostart: false };
  command(host, 'vm.create', { vm: vmSpec('run', teachingKernel(), { ...spec, allocation: 'offset' }) });
  command(host, 'vm.create', { vm: vmSpec('pages', teachingKernel(), { ...spec, allocation: 'fixed' }) });
  const refused = host.execute({ op: 'vm.start', args: { vm: 'run' } });
  expect(refused).toMatchObject({
    error: {
      code: 'vm.noRun',
      data: { pages: 2048, free: expect.toSatisfy((free: number) => free > 2048), largest: 1536 },
    },
  });
  expect(vmOf(host, 'run').memory.dataFrames).toBe(0);
  expect(host.execute({ op: 'vm.start', args: { vm: 'pages' } }).ok).toBe(true);
  command(host, 'vm.powerOff', { vm: 'b' });
  command(host, 'vm.powerOff', { vm: 'pages' });
  expect(host.execute({ op: 'vm.start', args: { vm: 'run' } }).ok).toBe(true);
});

test('no page of it is shared, swapped out, lent or protected', () => {
  const host = inOneRun();
  const { memory } = vmOf(host);
  const other = vmOf(host, 'other').memory;
  const [one, two] = [RAM_BASE + 3 * MIB, RAM_BASE + 3 * MIB + PAGE_SIZE];
  for (const each of [memory, other]) for (const gpa of [one, two]) each.fill(gpa, PAGE_SIZE, 0x5a);
  expect(share(memory, one, memory, two)).toBe(false);
  expect(share(other, one, memory, one)).toBe(false);
  expect(swapOut(memory, one)).toBe(false);
  expect(giveBack(memory, one, 'ballooned')).toBe('held');
  expect(memory.protect(one, PTE_R)).toBe(false);
  expect(memory.watch(one)).toBe(false);
  expect(offsets(host, 'a').runs).toBe(1);
  expect(contradictionsIn(host)).toEqual([]);
});

test('a snapshot comes back into one run, wherever that is', () => {
  const host = inOneRun();
  command(host, 'vm.snapshot', { vm: 'a', name: 's' });
  const memory = must(host.ask('memory', { vm: 'a', space: 'gpa', address: ADDRESS, bytes: 4096 })).value;
  host.advance(host.now + 60 * MS);
  command(host, 'vm.revert', { vm: 'a', snapshot: 's' });
  expect(must(host.ask('memory', { vm: 'a', space: 'gpa', address: ADDRESS, bytes: 4096 })).value).toEqual(
    memory,
  );
  expect(offsets(host, 'a')).toMatchObject({ kept: true, runs: 1 });
  command(host, 'vm.clone', { vm: 'a', name: 'copy', snapshot: 's' });
  expect(offsets(host, 'copy')).toMatchObject({ kept: true, runs: 1 });
});

test('a VM that gets all at the start gets leaves of 2 MiB, where there are runs of frames', () => {
  const host = bootHost([vmSpec('a', teachingKernel(), { memoryBytes: 6 * MIB, allocation: 'fixed' })]);
  const { memory } = vmOf(host);
  expect([0, 2, 4].map((mib) => memory.levelOf(RAM_BASE + mib * MIB))).toEqual([1, 1, 1]);
  expect(memory.dataFrames).toBe((6 * MIB) / PAGE_SIZE);
  expect(swapOut(memory, RAM_BASE + 5 * MIB)).toBe(true);
  expect([0, 2, 4].map((mib) => memory.levelOf(RAM_BASE + mib * MIB))).toEqual([1, 1, 0]);
});

test('a page of a huge leaf is given up also when there is no frame left to split it; the others stay what they are', () => {
  const rig = new MemoryRig({ frames: 1024, pages: 512, swap: 8 });
  const { vm, frames } = rig;
  expect(allocateAll(vm)).toBe(true);
  const taken: number[] = [];
  while (frames.free > 0) taken.push(frames.allocate(OTHERS, FRAME_DATA, 0));
  expect([vm.levelOf(BASE), frames.free]).toEqual([1, 0]);
  vm.writeU32(BASE + 7 * PAGE_SIZE, 7);
  expect(swapOut(vm, BASE + 5 * PAGE_SIZE)).toBe(true);
  expect(frames.free).toBe(1);
  expect(giveBack(vm, BASE + 6 * PAGE_SIZE, 'ballooned')).toBe('given');
  expect(vm.readU32(BASE + 7 * PAGE_SIZE)).toBe(7);
  expect(vm.levelOf(BASE + 7 * PAGE_SIZE)).toBe(0);
  for (const spfn of taken) frames.release(spfn);
  expect(contradictions(rig, rig.vms)).toEqual([]);
});
