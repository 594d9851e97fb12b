/** What hardware and engine know of every frame: read, written, executed, held by a device. */
import { gpaOf, type Spfn } from '#base/addresses';
import { isWarmer, NO_WARMTH } from '#base/catalogue/frame-ages';
import { FRAME_MARKS } from '#base/catalogue/frame-marks';
import { ok } from '#base/result';
import { OWNER_FIRST_VM } from '#base/views';
import { PTE_A, PTE_D } from '#machine/page-tables/page-table-entry';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { FIRST_FRAME, FRAME_DATA, FRAME_PAGE_TABLE, FRAME_SHARED } from '../frame-allocator.ts';
import type { Memslot } from '../memslot.ts';

export interface FrameMarksQuery {
  /** The first frame number (spfn), and how many are wanted. */
  readonly from: number;
  readonly count: number;
}
export interface FrameMarksAnswer {
  /** Number of the first frame that is answered. */
  readonly from: Spfn;
  /** By frame: bits of `FRAME_MARKS`. */
  readonly marks: Uint8Array;
  /** By frame: when it was last accessed and how often lately (base/catalogue/frame-ages.ts); nothing without an access log. */
  readonly ages?: Uint8Array;
}

export const frameMarks: Question<'frame-marks', FrameMarksQuery, FrameMarksAnswer> = defineQuestion({
  id: 'frame-marks',
  text: {
    en: 'of frames from a number on, a byte of bits each: 1 accessed, 2 dirty, 4 written since a checkpoint, 8 executed, 16 held by a device; with an access log also how long ago and how often',
    zh: '从某个编号起每个页帧一个字节的标志位：1 被访问过，2 脏，4 自检查点以来被写过，8 被执行过，16 被设备占用；开启访问日志时还有多久之前、多频繁',
  },
  arguments: { from: COUNT, count: COUNT },
  ask: ({ from, count }, host) => {
    const first = Math.min(host.frames.count, Math.max(0, Math.floor(from) - FIRST_FRAME));
    const end = Math.min(host.frames.count, first + Math.floor(count));
    const ages = agesOf(host);
    return ok({
      from: (FIRST_FRAME + first) as Spfn,
      marks: marksOf(host).slice(first, end),
      ...(ages === undefined ? {} : { ages: ages.slice(first, end) }),
    });
  },
});

export function marksOf(host: Host): Uint8Array {
  const { frames, machine } = host;
  const marks = new Uint8Array(frames.count);
  const { writtenFrames, decodedFrames } = machine;
  for (let frame = 0; frame < marks.length; frame++)
    marks[frame] =
      (writtenFrames[frame] === 0 ? 0 : FRAME_MARKS.written) |
      (decodedFrames[frame] === 0 ? 0 : FRAME_MARKS.code);
  for (const vm of host.vms())
    for (const slot of vm.memory.slots)
      vm.memory.flagsIn(slot, (page, flags) => {
        if (flags !== 0) marks[slot.frames[page]! - FIRST_FRAME]! |= marksOfPage(slot, page, flags);
      });
  return marks;
}

/** The same of one frame. */
export function marksOfFrame({ frames, machine, vmTable }: Host, spfn: Spfn): number {
  const index = spfn - FIRST_FRAME;
  let marks =
    (machine.writtenFrames[index] === 0 ? 0 : FRAME_MARKS.written) |
    (machine.decodedFrames[index] === 0 ? 0 : FRAME_MARKS.code);
  if (frames.states[index] === FRAME_PAGE_TABLE) return marks;
  for (const { owner, guestFrame } of frames.users(spfn)) {
    const memory = vmTable.at(owner - OWNER_FIRST_VM)?.memory;
    const slot = memory?.slotOf(gpaOf(guestFrame));
    const flags = memory?.flagsOf(gpaOf(guestFrame)) ?? 0;
    if (slot !== undefined && flags !== 0) marks |= marksOfPage(slot, slot.pageOf(gpaOf(guestFrame)), flags);
  }
  return marks;
}

/** When each frame was last accessed, by whichever of its users; undefined without an access log. */
export function agesOf(host: Host): Uint8Array | undefined {
  if (!host.management.accessLog.isOn) return undefined;
  const ages = new Uint8Array(host.frames.count);
  for (let frame = 0; frame < ages.length; frame++) ages[frame] = ageOfFrame(host, frame);
  return ages;
}
export function ageOfFrame({ frames, management }: Host, index: number): number {
  const { accessLog } = management;
  const state = frames.states[index]!;
  if (state === FRAME_DATA)
    return accessLog.warmth(frames.owners[index]! - OWNER_FIRST_VM, frames.guestFrames[index]!) ?? NO_WARMTH;
  let ages = NO_WARMTH;
  if (state !== FRAME_SHARED) return ages;
  for (const { owner, guestFrame } of frames.users((FIRST_FRAME + index) as Spfn)) {
    const of = accessLog.warmth(owner - OWNER_FIRST_VM, guestFrame) ?? NO_WARMTH;
    if (ages === NO_WARMTH || (of !== NO_WARMTH && isWarmer(of, ages))) ages = of;
  }
  return ages;
}

function marksOfPage(slot: Memslot, page: number, flags: number): number {
  return (
    ((flags & PTE_A) === 0 ? 0 : FRAME_MARKS.accessed) |
    ((flags & PTE_D) === 0 ? 0 : FRAME_MARKS.dirty) |
    (slot.pins[page] === 0 ? 0 : FRAME_MARKS.pinned)
  );
}
