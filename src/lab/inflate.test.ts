import fc from 'fast-check';
import { deflateSync, inflateSync } from 'fflate';
import { expect, test } from 'vitest';
import { inflate } from './inflate.ts';

const LIMIT = 1 << 16;
const LEVELS = [0, 1, 6, 9] as const;

/** Bytes with repetitions, as text has. */
const bytes = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 })
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([part, times]) =>
        Array<number[]>(times)
          .fill([...part])
          .flat(),
      ),
    ),
  );

test('gives back what was deflated, at every level', () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom(...LEVELS), (content, level) => {
      const result = inflate(deflateSync(content, { level }), LIMIT);
      expect(result.ok && Buffer.compare(result.value, content)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('damaged bytes are refused, or mean the same as to another inflater', () => {
  let opened = 0;
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, place, flip) => {
      const packed = deflateSync(content);
      packed[place % packed.length]! ^= flip;
      const result = inflate(packed, LIMIT);
      if (!result.ok) expect(['link.damaged', 'link.documentTooLong']).toContain(result.error.code);
      else {
        opened++;
        expect(Buffer.compare(result.value, inflateSync(packed))).toBe(0);
      }
    }),
    { numRuns: 2000 },
  );
  expect(opened).toBeGreaterThan(50);
});

test('stops at the limit, exactly', () => {
  for (const level of LEVELS) {
    expect(inflate(deflateSync(new Uint8Array(LIMIT), { level }), LIMIT)).toMatchObject({ ok: true });
    expect(inflate(deflateSync(new Uint8Array(LIMIT + 1), { level }), LIMIT)).toEqual({
      ok: false,
      error: { code: 'link.documentTooLong', data: { limit: LIMIT } },
    });
  }
});

test('what comes behind the last block is refused', () => {
  const packed = deflateSync(Uint8Array.of(1, 2, 3));
  expect(inflate(Uint8Array.of(...packed, 0), LIMIT)).toMatchObject({ error: { code: 'link.damaged' } });
});

test('nothing, an unknown kind of block and a code with too many words are refused', () => {
  for (const packed of [[], [0b111], [0b101, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]])
    expect(inflate(Uint8Array.from(packed), LIMIT)).toMatchObject({ error: { code: 'link.damaged' } });
});
