import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '#base/state/codec';
import { BYTE_RING, ByteRing } from './byte-ring.ts';

test('property: behaves like a bounded list, also over save and load', () => {
  const step = fc.tuple(
    fc.constantFrom('push', 'overwrite', 'byte', 'take', 'takeByte'),
    fc.uint8Array({ maxLength: 700 }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const limit = 1000;
      const ring = new ByteRing(limit);
      let model: number[] = [];
      let lost = 0;
      for (const [kind, bytes] of steps) {
        if (kind === 'push') {
          const accepted = ring.push(bytes);
          expect(accepted).toBe(Math.min(bytes.length, limit - model.length));
          model.push(...bytes.subarray(0, accepted));
        } else if (kind === 'overwrite') {
          ring.pushOverwriting(bytes);
          model.push(...bytes);
          lost += Math.max(0, model.length - limit);
          model = model.slice(-limit);
        } else if (kind === 'byte') {
          if (ring.pushByte(7)) model.push(7);
        } else if (kind === 'take') {
          const target = new Uint8Array(bytes.length);
          const count = ring.take(target);
          expect([...target.subarray(0, count)]).toEqual(model.splice(0, bytes.length));
        } else expect(ring.takeByte()).toBe(model.shift() ?? -1);
        expect([ring.length, ring.lost]).toEqual([model.length, lost]);
      }
      const other = new ByteRing(limit);
      other.restore(decode(BYTE_RING, encode(BYTE_RING, ring.capture())));
      expect([...other.takeAll()]).toEqual(model);
      expect(other.lost).toBe(lost);
    }),
    { numRuns: 200 },
  );
});
