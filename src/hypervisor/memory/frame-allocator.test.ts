import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '#base/state/codec';
import { PhysicalMemory } from '#machine/memory';
import {
  FIRST_FRAME,
  FRAME_DATA,
  FRAME_FREE,
  FRAME_PAGE_TABLE,
  FRAMES,
  FrameAllocator,
  NO_FRAME,
} from './frame-allocator.ts';

function allocatorOf(frames: number): { frames: FrameAllocator; ram: PhysicalMemory } {
  const ram = new PhysicalMemory(new ArrayBuffer(frames * 4096), 0, frames * 4096, () => {});
  return { ram, frames: new FrameAllocator(ram, (bytes) => new ArrayBuffer(bytes)) };
}

test('the lowest free frame is given, zeroed, with its owner and guest frame', () => {
  const { frames, ram } = allocatorOf(8);
  ram.fill(0x8000_0000, 4096, 0xaa);
  expect(frames.allocate(16, FRAME_DATA, 7)).toBe(FIRST_FRAME);
  expect(frames.allocate(17, FRAME_DATA, 0)).toBe(FIRST_FRAME + 1);
  expect(ram.u32(0x8000_0000)).toBe(0);
  expect([frames.owners[0], frames.states[0], frames.guestFrames[0]]).toEqual([16, FRAME_DATA, 7]);
  frames.release(FIRST_FRAME);
  expect(frames.allocate(18, FRAME_DATA, 0)).toBe(FIRST_FRAME);
});

test('a run is adjacent and aligned', () => {
  const { frames } = allocatorOf(16);
  frames.allocate(16, FRAME_DATA, 0);
  expect(frames.allocateRun(4, 4, 16, FRAME_PAGE_TABLE, 2)).toBe(FIRST_FRAME + 4);
  expect(frames.allocate(16, FRAME_DATA, 0)).toBe(FIRST_FRAME + 1);
});

test('a shortage is an answer', () => {
  const { frames } = allocatorOf(2);
  expect(frames.allocateRun(4, 4, 16, FRAME_DATA, 0)).toBe(NO_FRAME);
  frames.allocate(16, FRAME_DATA, 0);
  frames.allocate(16, FRAME_DATA, 0);
  expect(frames.allocate(16, FRAME_DATA, 0)).toBe(NO_FRAME);
  expect(frames.free).toBe(0);
});

test('property: frames are conserved, never given twice, and survive being saved', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2), { maxLength: 80 }), (steps) => {
      const { frames } = allocatorOf(24);
      const held: number[] = [];
      for (const step of steps) {
        if (step === 2 && held.length > 0) frames.release(held.shift()!);
        else {
          const spfn =
            step === 0 ? frames.allocate(16, FRAME_DATA, 1) : frames.allocateRun(4, 4, 17, FRAME_DATA, 2);
          const given =
            spfn === NO_FRAME ? [] : Array.from({ length: step === 0 ? 1 : 4 }, (_, n) => spfn + n);
          for (const frame of given) expect(held).not.toContain(frame);
          held.push(...given);
        }
        expect(frames.free).toBe(24 - held.length);
        expect(frames.states.filter((state) => state !== FRAME_FREE)).toHaveLength(held.length);
      }
      const other = allocatorOf(24).frames;
      other.restore(decode(FRAMES, encode(FRAMES, frames.capture())));
      expect([...other.used()]).toEqual([...frames.used()]);
      expect(other.free).toBe(frames.free);
    }),
    { numRuns: 60 },
  );
});
