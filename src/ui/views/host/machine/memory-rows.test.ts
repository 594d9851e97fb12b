import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressBeside, memoryRows, rowStart } from './memory-rows.ts';

test('a row has its bytes, what is printable of them, and their word with the lowest byte first', () => {
  const bytes = Uint8Array.of(0x41, 0x62, 0x00, 0x7f, 0x80, 0x20, 0x7e, 0xff, 0x31);
  expect(memoryRows('0xffffffff80000ff8', bytes)).toEqual([
    {
      address: '0xffffffff80000ff8',
      hex: ['41', '62', '00', '7f', '80', '20', '7e', 'ff'],
      text: 'Ab... ~.',
      word: '0xff7e20807f006241',
    },
    { address: '0xffffffff80001000', hex: ['31'], text: '1', word: undefined },
  ]);
});

test('a byte is in the row that begins at a multiple of eight at or before it', () => {
  expect([rowStart('0x1007'), rowStart('0x1008')]).toEqual(['0x1000', '0x1008']);
});

test('beside the ends of the addresses there is nothing', () => {
  expect(addressBeside('0x10', -256)).toBe('0x0');
  expect(addressBeside('0xfffffffffffffff8', 256)).toBe('0xfffffffffffffff8');
});

test('property: the words of all rows, put together, are the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const digits = memoryRows('0x0', bytes).flatMap(({ hex }) => hex);
      expect(digits.map((digit) => Number(`0x${digit}`))).toEqual([...bytes]);
    }),
  );
});
