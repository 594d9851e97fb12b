import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CodeSymbols } from './code-symbols.ts';
import { parseElf } from './elf.ts';

const KERNEL = new Uint8Array(readFileSync(new URL('./teaching-kernel/image/kernel.elf', import.meta.url)));
/** The teaching kernel is linked for the upper half. */
const UPPER = 0xffff_ffc0;

test('an address is named by the function that it lies in', () => {
  const symbols = new CodeSymbols(KERNEL);
  const { lo = 0 } = symbols.find('main') ?? {};
  expect(symbols.at(lo, UPPER)).toEqual({ name: 'main', offset: 0 });
  expect(symbols.at(lo + 10, UPPER)).toEqual({ name: 'main', offset: 10 });
  expect(symbols.at(lo, 0)).toBeUndefined();
  expect(symbols.at(0x10, UPPER)).toBeUndefined();
});

test('a name leads to its place, and one that is not there nowhere', () => {
  const symbols = new CodeSymbols(KERNEL);
  const { lo = 0, hi = 0 } = symbols.find('trap_entry') ?? {};
  expect(symbols.at(lo, hi)).toEqual({ name: 'trap_entry', offset: 0 });
  expect(symbols.find('trap')).toBeUndefined();
});

test('names that begin in a page are those that are found one by one', () => {
  const symbols = new CodeSymbols(KERNEL);
  const names = symbols.inPage(0x8000_2000, UPPER);
  expect(names.size).toBeGreaterThan(5);
  for (const [offset, name] of names)
    expect(symbols.at(0x8000_2000 + offset, UPPER)).toEqual({ name, offset: 0 });
  expect([...names.values()]).toContain('main');
});

test('data, files without names and damaged ones have none', () => {
  expect(new CodeSymbols(new Uint8Array(100)).at(0, 0)).toBeUndefined();
  const damaged = KERNEL.slice();
  damaged.fill(0xff, 40, 48);
  expect(parseElf(damaged).ok).toBe(true);
  expect(new CodeSymbols(damaged).inPage(0x8000_1000, UPPER).size).toBe(0);
  expect(new CodeSymbols(KERNEL.subarray(0, 20)).inPage(0, 0).size).toBe(0);
  expect([...new CodeSymbols(KERNEL).inPage(0x8001_0000, UPPER).values()]).not.toContain('harts');
});

test('variables and numbers that an image states have values, and code has none', () => {
  const symbols = new CodeSymbols(KERNEL);
  expect(symbols.value('asid_bits')).toMatchObject({ hi: UPPER, size: 4 });
  expect(symbols.value('layout_process_name_size')).toEqual({ lo: 16, hi: 0, size: 0 });
  expect(symbols.value('main')).toBeUndefined();
  expect(symbols.find('asid_bits')).toBeUndefined();
});

test('before it translates, a kernel of the upper half has its names where it is loaded', () => {
  const symbols = new CodeSymbols(KERNEL);
  const { lo = 0, hi = 0 } = symbols.find('trap_entry') ?? {};
  expect(symbols.loadedAt(lo, hi)).toEqual({ lo, hi: 0 });
  expect(symbols.loadedAt(lo, 0)).toBeUndefined();
  const loaded = symbols.asLoaded();
  expect(loaded.find('trap_entry')).toEqual({ lo, hi: 0, size: expect.any(Number), name: 'trap_entry' });
  expect(loaded.at(lo + 2, 0)).toEqual({ name: 'trap_entry', offset: 2 });
  expect(loaded.at(lo, UPPER)).toBeUndefined();
  expect([...loaded.inPage(0x8000_1000, 0)]).toEqual([...symbols.inPage(0x8000_1000, UPPER)]);
  expect(loaded.value('layout_process_name_size')).toEqual(symbols.value('layout_process_name_size'));
  expect(loaded.value('asid_bits')).toMatchObject({ hi: 0, size: 4 });
});

test('the programs that a kernel brings have names where they run, and names of its own come first', () => {
  const symbols = new CodeSymbols(KERNEL);
  const { lo = 0, hi = 1 } = symbols.find('command_cpu') ?? {};
  expect([hi, lo >= 0x1_0000, lo < 0x10_0000]).toEqual([0, true, true]);
  expect(symbols.at(lo, hi)).toEqual({ name: 'command_cpu', offset: 0 });
  expect(symbols.matching('command_cpu').map(({ kind }) => kind)).toEqual(['code']);
  // Both have a function of this name.
  expect(symbols.find('start')?.hi).toBe(UPPER);
  // Before there is translation there are no programs.
  expect(symbols.asLoaded().find('command_cpu')).toBeUndefined();
});
