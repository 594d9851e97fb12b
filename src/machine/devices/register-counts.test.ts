import { expect, test } from 'vitest';
import { bits, fieldValue, type RegisterRow } from './register.ts';
import { RegisterCounts } from './register-counts.ts';

const section = '';
const text = { en: '', zh: '' };
/** Two arrays that lie between each other, as those of the PLIC do. */
const ROWS: readonly RegisterRow[] = [
  { offset: 0, name: 'byte', bytes: 1, access: 'rw', section, text },
  { offset: 4, name: 'word', access: 'rw', section, text },
  { offset: 0x80, name: 'bytes', bytes: 1, count: 6, access: 'r', section, text },
  { offset: 0x100, name: 'even', access: 'rw', stride: 8, count: 3, section, text },
  { offset: 0x104, name: 'odd', access: 'rw', stride: 8, count: 3, section, text },
];

test('an access is of the register that its offset lies in, element by element', () => {
  const counts = new RegisterCounts(ROWS);
  for (const offset of [0, 4, 6, 0x85, 0x100, 0x104, 0x110, 0x114, 0x114]) counts.read(offset);
  counts.write(0x108);
  expect(ROWS.map((_, row) => counts.of(row).reads)).toEqual([1, 2, 0, 1, 1]);
  expect([counts.of(3, 2), counts.of(4, 2), counts.of(3, 1)]).toEqual([
    { reads: 1, writes: 0 },
    { reads: 2, writes: 0 },
    { reads: 0, writes: 1 },
  ]);
});

test('what is no register is counted together', () => {
  const counts = new RegisterCounts(ROWS);
  for (const offset of [1, 8, 0x118, 0xffff]) counts.write(offset);
  expect(counts.elsewhere).toEqual({ reads: 0, writes: 4 });
  const bare = new RegisterCounts();
  bare.read(0);
  expect(bare.elsewhere).toEqual({ reads: 1, writes: 0 });
});

test('the state is what was accessed, and fits another table: what that does not have is no register', () => {
  const counts = new RegisterCounts(ROWS);
  counts.read(0x82);
  counts.read(0x110);
  counts.write(4);
  counts.write(0x200);
  const state = counts.capture();
  expect(state).toEqual([
    { offset: -1, reads: 0, writes: 1 },
    { offset: 4, reads: 0, writes: 1 },
    { offset: 0x82, reads: 1, writes: 0 },
    { offset: 0x110, reads: 1, writes: 0 },
  ]);
  const other = new RegisterCounts(ROWS.slice(0, 2));
  other.restore(state);
  expect([other.of(1), other.elsewhere]).toEqual([
    { reads: 0, writes: 1 },
    { reads: 2, writes: 1 },
  ]);
  counts.restore([]);
  expect(counts.capture()).toEqual([]);
});

test('fields are read out of a value', () => {
  const value = 0x8000_0005;
  expect(bits(['a', 'b', 'c']).map((field) => fieldValue(field, value))).toEqual([1, 0, 1]);
  expect(fieldValue({ name: 'top', bit: 31 }, value)).toBe(1);
  expect(fieldValue({ name: 'all', bit: 0, width: 32 }, value)).toBe(value);
});
