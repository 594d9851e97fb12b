/** What hardware and engine know of every frame: read, written, executed, held by a device. */
import type { Spfn } from '#base/addresses';
import { FRAME_MARKS } from '#base/catalogue/frame-marks';
import { ok } from '#base/result';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { FIRST_FRAME } from '../frame-allocator.ts';
import type { Memslot } from '../memslot.ts';
import { PTE_A, PTE_D } from '../page-table-entry.ts';

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
}

export const frameMarks: Question<'frame-marks', FrameMarksQuery, FrameMarksAnswer> = defineQuestion({
  id: 'frame-marks',
  text: {
    en: 'of frames from a number on, a byte of bits each: 1 accessed, 2 dirty, 4 written since a checkpoint, 8 executed, 16 held by a device',
    zh: '从某个编号起每个页框一个字节的标志位：1 被访问过，2 脏，4 自检查点以来被写过，8 被执行过，16 被设备占用',
  },
  arguments: { from: COUNT, count: COUNT },
  ask: ({ from, count }, host) => {
    const first = Math.min(host.frames.count, Math.max(0, Math.floor(from) - FIRST_FRAME));
    const end = Math.min(host.frames.count, first + Math.floor(count));
    return ok({ from: (FIRST_FRAME + first) as Spfn, marks: marksOf(host).slice(first, end) });
  },
});

function marksOf(host: Host): Uint8Array {
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

function marksOfPage(slot: Memslot, page: number, flags: number): number {
  return (
    ((flags & PTE_A) === 0 ? 0 : FRAME_MARKS.accessed) |
    ((flags & PTE_D) === 0 ? 0 : FRAME_MARKS.dirty) |
    (slot.pins[page] === 0 ? 0 : FRAME_MARKS.pinned)
  );
}
