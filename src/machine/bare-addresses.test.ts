import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { physicalOf } from './bare-addresses.ts';
import type { Hart } from './hart.ts';
import { PhysicalMemory } from './memory.ts';
import { entryHi, entryLo, PTE_LEAF, PTE_U, PTE_V } from './page-tables/page-table-entry.ts';

const PAGE = RAM_BASE / 4096;
const LEAF = PTE_V | PTE_LEAF;
const ADDRESS = 0xffff_ffc0_0020_3456n;

function stand(registers: Record<string, number>, { virtual = 0, privilege = 1, mode = 8 } = {}) {
  const ram = new PhysicalMemory(new ArrayBuffer(0x1_0000), 0, 0x1_0000, () => {});
  ram.hasUpperBits = true;
  const modes = {
    csrLo: (name: string) => registers[name] ?? 0,
    csrHi: (name: string) => (registers[name] ? mode << 28 : 0),
  };
  const hart = { virtual, privilege, ...modes } as unknown as Hart;
  /** Puts an entry into a table that lies in a page of RAM. */
  const put = (page: number, index: number, to: number, flags: number): void =>
    ram.setU64(RAM_BASE + page * 4096 + index * 8, entryLo(to, flags), entryHi(to));
  return { put, find: (address = ADDRESS) => physicalOf(hart, ram, address) };
}

test('without tables an address is its own; machine mode has none', () => {
  expect(stand({}).find(0x8000_1234n)).toBe(0x8000_1234);
  expect(stand({ satp: PAGE }, { privilege: 3 }).find(0x8000_1234n)).toBe(0x8000_1234);
  expect(stand({}).find(ADDRESS)).toBeUndefined();
});

test('tables of three levels, and a large page of two', () => {
  const { put, find } = stand({ satp: PAGE });
  put(0, 256, PAGE + 1, PTE_V);
  put(1, 1, PAGE + 2, PTE_V);
  expect(find()).toBeUndefined();
  put(2, 3, PAGE + 7, LEAF);
  expect(find()).toBe(RAM_BASE + 0x7456);
  put(1, 1, 0x9_0000, LEAF);
  expect(find()).toBe(0x9000_3456);
  put(1, 1, 0x1_0000_0000, PTE_V);
  expect(find()).toBeUndefined();
});

test('tables of five levels, whose last has pages of 64 KiB', () => {
  const { put, find } = stand({ satp: PAGE }, { mode: 10 });
  put(0, 511, PAGE + 1, PTE_V);
  put(1, 511, PAGE + 2, PTE_V);
  put(2, 256, PAGE + 3, PTE_V);
  put(3, 1, PAGE + 4, PTE_V);
  put(4, 3, 0x9_0008 + 2 ** 53, LEAF);
  expect(find()).toBe(0x9000_3456);
  put(4, 3, 0x9_0004 + 2 ** 53, LEAF);
  expect(find()).toBeUndefined();
  put(3, 1, 0x8_0000 + 2 ** 52, LEAF);
  expect(find()).toBe(0x8000_3456);
});

test('entries that the hart would refuse lead nowhere', () => {
  const { put, find } = stand({ satp: PAGE });
  put(0, 256, PAGE + 1, LEAF);
  expect(find()).toBeUndefined();
});

test('the tables of a guest lie in its own memory', () => {
  const { put, find } = stand({ vsatp: 0x10, hgatp: PAGE }, { virtual: 1 });
  // Guest pages 0x10 to 0x12 are pages 8 to 10 of RAM, and 0x20 is page 15.
  put(0, 0, PAGE + 4, PTE_V);
  put(4, 0, PAGE + 5, PTE_V);
  for (const [from, to] of [
    [0x10, 8],
    [0x11, 9],
    [0x12, 10],
    [0x20, 15],
  ] as const)
    put(5, from, PAGE + to, LEAF | PTE_U);
  put(8, 256, 0x11, PTE_V);
  put(9, 1, 0x12, PTE_V);
  put(10, 3, 0x20, LEAF);
  expect(find()).toBe(RAM_BASE + 0xf456);
  put(10, 3, 0x21, LEAF);
  expect(find()).toBeUndefined();
});
