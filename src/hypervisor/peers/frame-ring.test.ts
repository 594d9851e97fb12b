/** Frames go through shared memory whole and in order, however reading and writing alternate. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '#base/catalogue/limits';
import { FRAME_OVERHEAD, type LinkFrame } from '../network/uplink.ts';
import { FrameRing, ringMemory } from './frame-ring.ts';

const ROOM = 8192;
const { least, most } = LIMITS.etherFrameBytes;

const anyFrame: fc.Arbitrary<LinkFrame> = fc.record({
  link: fc.nat(LIMITS.links - 1),
  at: fc.maxSafeNat(),
  bytes: fc.uint8Array({ minLength: least, maxLength: most }),
});

test('property: what one end writes the other reads, as long as there is room', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyFrame, fc.constant('read' as const)), { maxLength: 200 }), (steps) => {
      const memory = ringMemory(ROOM);
      const [writer, reader] = [new FrameRing(memory), new FrameRing(memory)];
      let waiting: LinkFrame[] = [];
      for (const step of steps) {
        const used = waiting.reduce((sum, { bytes }) => sum + bytes.length + FRAME_OVERHEAD, 0);
        if (step === 'read' || used + step.bytes.length + FRAME_OVERHEAD > ROOM) {
          expect(reader.read()).toEqual(waiting);
          waiting = [];
        }
        if (step === 'read') continue;
        writer.write(step);
        waiting.push(step);
      }
      expect(reader.read()).toEqual(waiting);
      expect(reader.read()).toEqual([]);
    }),
  );
});

test('a frame that finds no room is a mistake of ours, and breaks nothing that is there', () => {
  const memory = ringMemory(ROOM);
  const [writer, reader] = [new FrameRing(memory), new FrameRing(memory)];
  const frame = { link: 0, at: 1, bytes: new Uint8Array(most).fill(7) };
  const written: LinkFrame[] = [];
  expect(() => {
    for (;;) {
      writer.write(frame);
      written.push(frame);
    }
  }).toThrow('frames fit between two hosts');
  expect(written).toHaveLength(Math.floor(ROOM / (Math.ceil((16 + most) / 8) * 8)));
  expect(reader.read()).toEqual(written);
});
