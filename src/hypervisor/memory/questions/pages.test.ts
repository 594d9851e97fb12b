/** What is asked about pages, frames and walks agrees with what they are at that moment. */
import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { FRAME_MARKS } from '#base/catalogue/frame-marks';
import { FRAME_STATES } from '#base/catalogue/frame-states';
import { PTE_R, PTE_W, PTE_X } from '#machine/page-tables/page-table-entry';
import { bootHost, program, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { share } from '../sharing/share.ts';
import { swapOut } from '../swap/swapping.ts';
import type { AddressSpacePages } from './address-space.ts';
import type { FrameMarksAnswer } from './frame-marks.ts';
import type { FramePage } from './frames.ts';
import type { WalkResult } from './walk.ts';

const MS = 1_000_000;
const PAGE = RAM_BASE + 0x10_0000;
const TABLE = RAM_BASE + 0x12_0000;

/** Turns translation on: RAM by a leaf of 1 GiB where it is, and by another one that leads beyond what the G-stage translates. */
const PAGED = program(
  'walked',
  `
  li t0, ${TABLE}
  li t1, ${((RAM_BASE / PAGE_SIZE) << 10) | 0xcf}
  sd t1, 16(t0)
  li t1, 1
  slli t1, t1, 39
  ori t1, t1, 0xcf
  sd t1, 24(t0)
  li t2, 8
  slli t2, t2, 60
  srli t0, t0, 12
  or t2, t2, t0
  csrw satp, t2
  sfence.vma
end: j end`,
);

function booted(): Host {
  const host = bootHost([vmSpec('a', PAGED), vmSpec('b', PAGED)]);
  host.advance(30 * MS);
  return host;
}

function answer<T>(host: Host, id: string, args: object): T {
  const given = host.ask(id, args);
  if (!given.ok) throw new Error(JSON.stringify(given.error));
  return given.value.value as T;
}
const walkTo = (host: Host, address: number): WalkResult =>
  answer(host, 'walk', { vm: 'a', address: `0x${address.toString(16)}`, access: 'load' });

test('a fault of the G-stage that no entry is to blame for leaves the VS-stage leaf a leaf', () => {
  const walk = walkTo(booted(), 0xc000_0000);
  expect(walk.fault).toMatchObject({ stage: 'G', why: 'range', cause: 21 });
  const last = walk.steps.at(-1);
  expect(last).toMatchObject({ stage: 'VS', kind: 'leaf', leadsTo: '0x20000000000' });
});

test('a walk names the state of the page that it leads to, whatever that is', () => {
  const host = booted();
  const { memory } = vmOf(host);
  expect([walkTo(host, PAGE).page, walkTo(host, PAGE).spa]).toEqual(['absent', undefined]);
  memory.writeU32(PAGE, 1);
  expect(walkTo(host, PAGE)).toMatchObject({ page: 'backed', spa: `0x${memory.peek(PAGE).toString(16)}` });
  swapOut(memory, PAGE);
  const swapped = walkTo(host, PAGE);
  expect(swapped).toMatchObject({ page: 'swapped', fault: { stage: 'G', why: 'not-valid' } });
  expect(swapped.steps.at(-1)).toMatchObject({ stage: 'G', kind: 'fault' });
});

test('every page of a VM is told of as it is: state, frame, and what its entry permits', () => {
  const host = booted();
  const { memory } = vmOf(host);
  memory.writeU32(PAGE, 1);
  memory.writeU32(PAGE + PAGE_SIZE, 1);
  memory.protect(PAGE + PAGE_SIZE, PTE_R);
  const { slots, counts, tableFrames } = answer<AddressSpacePages>(host, 'address-space', { vm: 'a' });
  expect(slots.length).toBe(memory.slots.length);
  const [pages, slot] = [slots[0]!, memory.slots[0]!];
  expect([pages.base, pages.pages]).toEqual([`0x${slot.base.toString(16)}`, slot.states.length]);
  for (let page = 0; page < pages.pages; page++)
    expect([page, pages.states[page], pages.frames[page], pages.flags[page]]).toEqual([
      ...[page, slot.states[page], slot.frames[page], memory.flagsOf(slot.base + page * PAGE_SIZE)],
    ]);
  const rights = PTE_R | PTE_W | PTE_X;
  const at = slot.pageOf(PAGE);
  expect([pages.flags[at]! & rights, pages.flags[at + 1]! & rights]).toEqual([rights, PTE_R]);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(pages.pages);
  expect(tableFrames).toBe(memory.tableFrames);
});

test('every frame has the marks of what was done with it, and to ask changes none', () => {
  const host = booted();
  const { memory } = vmOf(host);
  memory.writeU32(PAGE, 1);
  const marksAt = (gpa: number): number => {
    const from = memory.peek(gpa) / PAGE_SIZE;
    return answer<FrameMarksAnswer>(host, 'frame-marks', { from, count: 1 }).marks[0]!;
  };
  const { accessed, dirty, written, code, pinned } = FRAME_MARKS;
  expect(marksAt(RAM_BASE) & (accessed | code | pinned)).toBe(accessed | code);
  expect(marksAt(TABLE) & (accessed | dirty | code)).toBe(accessed | dirty);
  host.machine.takeWritten();
  expect(marksAt(PAGE) & (dirty | written)).toBe(dirty);
  memory.writeU32(PAGE, 2);
  for (const _ of [1, 2]) expect(marksAt(PAGE) & (dirty | written)).toBe(dirty | written);
  vmOf(host).memory.pin(PAGE, 4, true);
  expect(marksAt(PAGE) & pinned).toBe(pinned);
  const all = answer<FrameMarksAnswer>(host, 'frame-marks', { from: 0, count: Number.MAX_SAFE_INTEGER });
  expect(all.marks.length).toBe(host.frames.count);
  for (const [frame, state] of host.frames.states.entries())
    if (FRAME_STATES[state]!.id === 'free') expect(all.marks[frame]! & (accessed | dirty | pinned)).toBe(0);
});

test('a frame answers who maps it, and with what their entries permit now', () => {
  const host = booted();
  const [a, b] = [vmOf(host), vmOf(host, 'b')];
  for (const { memory } of [a, b]) memory.writeU32(PAGE, 7);
  const mappings = (): FramePage['rows'][number]['mappings'] => {
    const from = a.memory.peek(PAGE) / PAGE_SIZE;
    return answer<FramePage>(host, 'frames', { from, count: 1 }).rows[0]!.mappings;
  };
  const gfn = PAGE / PAGE_SIZE;
  expect(mappings()).toEqual([{ vm: 'a', gfn, permissions: 'rwx' }]);
  a.memory.protect(PAGE, PTE_R | PTE_X);
  expect(mappings()).toEqual([{ vm: 'a', gfn, permissions: 'r-x' }]);
  expect(share(b.memory, PAGE, a.memory, PAGE)).toBe(true);
  expect(mappings()).toEqual([
    { vm: 'a', gfn, permissions: 'r-x' },
    { vm: 'b', gfn, permissions: 'r-x' },
  ]);
});
