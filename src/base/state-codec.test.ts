import { expect, test } from 'vitest';
import { StateReader, StateWriter } from './state-codec.ts';

test('every kind of field survives, also where the buffer grows in front of it', () => {
  for (const padding of [0, 4089, 4090, 4091, 4092, 4093, 4094, 4095, 4096]) {
    const fields: [(w: StateWriter) => void, (r: StateReader) => unknown, unknown][] = [
      [(w) => w.u8(200), (r) => r.u8(), 200],
      [(w) => w.bool(true), (r) => r.bool(), true],
      [(w) => w.u32(0xffff_fffe), (r) => r.u32(), 0xffff_fffe],
      [(w) => w.integer(2 ** 52 + 1), (r) => r.integer(), 2 ** 52 + 1],
      [(w) => w.string('§ü'), (r) => r.string(), '§ü'],
      [(w) => w.list([1, 2], (n) => w.u8(n)), (r) => r.list(() => r.u8()), [1, 2]],
    ];
    for (const [write, read, expected] of fields) {
      const w = new StateWriter();
      for (let i = 0; i < padding; i++) w.u8(i);
      write(w);
      const r = new StateReader(w.finish().slice());
      for (let i = 0; i < padding; i++) r.u8();
      expect(read(r)).toEqual(expected);
      expect(r.atEnd()).toBe(true);
    }
  }
});
