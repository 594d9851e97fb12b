/** Sv48, Sv57 and their kin for guests, Svnapot and Svpbmt: of a machine that has them. */
import { describe, expect, test } from 'vitest';
import { OPTIONAL_EXTENSIONS } from '#isa/extensions';
import { A, CODE, D, R, RAM, Rig, U, V, W, X } from './fixtures/rig.ts';

const LOAD_FAULT = 13n;
const LOAD_GUEST = 21n;
const DATA = RAM + 0x40_0000;
const PBMTE = 1n << 62n;
const ADUE = 1n << 61n;
const N = 1n << 63n;
const NC = 1n << 61n;
const [SV39, SV48, SV57] = [8n << 60n, 9n << 60n, 10n << 60n];
const WIDE = [
  ['Sv48', SV48, 4],
  ['Sv57', SV57, 5],
] as const;
const LEAF = V | R | W | X | A | D;
/** Of code that S-mode executes. */
const TEXT = V | R | X | A | D;

const all = (): Rig => new Rig({ extensions: OPTIONAL_EXTENSIONS });
const ppn = (spa: number): bigint => BigInt(spa) >> 12n;

/** A hart in S-mode under tables of so many levels. */
function paged(mode: bigint, levels: number): { rig: Rig; root: number } {
  const rig = all();
  rig.levels = levels;
  const root = rig.table();
  rig.map(root, BigInt(CODE), CODE, TEXT);
  rig.set({ satp: mode | ppn(root), menvcfg: ADUE | PBMTE, henvcfg: ADUE | PBMTE });
  rig.mode = 'S';
  return { rig, root };
}

/** A hart in VS-mode, whose stages have so many levels; G-stage maps RAM as it is. */
function guest(mode: bigint, levels: number, gMode: bigint, gLevels: number): { rig: Rig; vs: number; g: number } {
  const rig = all();
  rig.levels = gLevels;
  const g = rig.table(4);
  rig.map(g, BigInt(RAM), RAM, LEAF | U, 2, true);
  rig.levels = levels;
  const vs = rig.table();
  rig.map(vs, BigInt(CODE), CODE, TEXT);
  rig.set({ vsatp: mode | ppn(vs), hgatp: gMode | ppn(g), menvcfg: ADUE | PBMTE, henvcfg: ADUE | PBMTE });
  rig.mode = 'VS';
  return { rig, vs, g };
}

describe.each(WIDE)('%s', (_, mode, levels) => {
  const bits = BigInt(12 + 9 * levels);

  test('a load and a store go through a leaf of each level', () => {
    for (let level = 0; level < levels; level++) {
      const { rig, root } = paged(mode, levels);
      const size = 1n << BigInt(12 + 9 * level);
      // Larger than the offset of RAM: the low bits of the address are those of RAM.
      const low = BigInt(DATA) % size;
      const va = ((5n * size) % (1n << bits)) + low;
      const address = level === levels - 1 ? va : va | (1n << (bits - 2n));
      rig.map(root, address, BigInt(DATA) - low, LEAF, level);
      rig.setU64(DATA, 0x1122334455667788n);
      rig.setX(10, address);
      rig.setX(11, 0xabcdn);
      rig.execute('ld a2, 0(a0)\nsd a1, 8(a0)');
      expect(rig.mode).toBe('S');
      expect(rig.x(12)).toBe(0x1122334455667788n);
      expect(rig.u64(DATA + 8)).toBe(0xabcdn);
    }
  });

  test('the bits above must equal the highest', () => {
    const { rig, root } = paged(mode, levels);
    const high = (1n << 64n) - (1n << (bits - 1n));
    rig.map(root, high, DATA, LEAF);
    rig.setX(10, high);
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('S');
    for (const va of [high ^ (1n << bits), high ^ (1n << 63n), 1n << (bits - 1n)]) {
      rig.mode = 'S';
      rig.setX(10, va);
      expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    }
  });

  test('a fence by any address of a superpage forgets all of it', () => {
    for (let level = 1; level < levels; level++) {
      const { rig, root } = paged(mode, levels);
      const size = 1n << BigInt(12 + 9 * level);
      const low = BigInt(DATA) % size;
      const va = (1n << (bits - 2n)) + low;
      const at = rig.map(root, va, BigInt(DATA) - low, LEAF, level);
      rig.setX(10, va);
      rig.execute('ld a2, 0(a0)');
      rig.setU64(at, 0n);
      rig.execute('ld a2, 0(a0)');
      expect(rig.mode).toBe('S');
      rig.setX(11, va - low + size - 0x1000n);
      rig.execute('sfence.vma a1, x0');
      expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    }
  });

  test('both stages may have them: each entry of the first goes through the second', () => {
    for (const [, gMode, gLevels] of [...WIDE, ['Sv39', SV39, 3] as const]) {
      const { rig, vs, g } = guest(mode, levels, gMode, gLevels);
      const gva = 1n << (bits - 2n);
      // An entry holds 56 bits of an address.
      const gpa = (1n << BigInt(Math.min(13 + 9 * gLevels, 55))) | 0x5000n;
      rig.levels = levels;
      rig.map(vs, gva, gpa, LEAF);
      rig.levels = gLevels;
      rig.map(g, gpa, DATA, LEAF | U, 0, true);
      rig.setU64(DATA + 8, 77n);
      rig.setX(10, gva);
      const before = rig.machine.counters().references;
      rig.execute('ld a2, 8(a0)');
      expect(rig.mode).toBe('VS');
      expect(rig.x(12)).toBe(77n);
      const [first, second] = rig.machine.counters().references;
      // Of the fetch, too: entries of the first stage, each found by a walk that ends at the leaf of 1 GiB.
      expect(first - before[0]).toBe(2 * levels);
      expect(second - before[1]).toBe((2 * levels + 1) * (gLevels - 2) + gLevels);
    }
  });

  test('addresses that the second stage cannot have are guest page faults', () => {
    const { rig, vs } = guest(SV39, 3, mode, levels);
    for (const gpa of [1n << (bits + 2n), (1n << 55n) | 0x1000n].filter((gpa) => gpa >> (bits + 2n) !== 0n && gpa >> 56n === 0n)) {
      rig.levels = 3;
      rig.map(vs, 0x1000n, gpa, LEAF);
      rig.mode = 'VS';
      rig.setX(10, 0x1000n);
      rig.hart.flushVmid(0);
      const trap = rig.trap('ld a2, 8(a0)');
      expect(trap).toMatchObject({ cause: LOAD_GUEST, tval2: (gpa + 8n) >> 2n });
    }
  });
});

describe('which modes there are', () => {
  const held = (rig: Rig, name: 'satp' | 'vsatp' | 'hgatp', mode: bigint): bigint =>
    rig.write(name, mode | 4n) >> 60n;

  test('those of the machine, and no others', () => {
    for (const name of ['satp', 'vsatp', 'hgatp'] as const) {
      const usual = new Rig();
      expect([8n, 9n, 10n, 11n].map((mode) => held(usual, name, mode << 60n))).toEqual([8n, 8n, 8n, 8n]);
      const sv48 = new Rig({ extensions: ['Sv48'] });
      expect([9n, 10n].map((mode) => held(sv48, name, mode << 60n))).toEqual([9n, 9n]);
      const wide = all();
      expect([8n, 9n, 10n, 11n].map((mode) => held(wide, name, mode << 60n))).toEqual([8n, 9n, 10n, 10n]);
    }
  });

  test('PBMTE is writable with Svpbmt, and of henvcfg as menvcfg says', () => {
    const usual = new Rig();
    expect(usual.write('menvcfg', PBMTE)).toBe(0n);
    const rig = all();
    expect(rig.write('henvcfg', PBMTE)).toBe(0n);
    expect(rig.write('menvcfg', PBMTE)).toBe(PBMTE);
    expect(rig.write('henvcfg', PBMTE)).toBe(PBMTE);
    rig.write('menvcfg', 0n);
    expect(rig.read('henvcfg')).toBe(0n);
  });
});

describe('Svnapot', () => {
  const VA = 0x4003_0000n;
  const napot = (flags: number, low = 8n): bigint => N | (((ppn(DATA) & ~15n) | low) << 10n) | BigInt(flags);

  test('an entry of 64 KiB gives the page that the address asks for, wherever in it', () => {
    const { rig, root } = paged(SV39, 3);
    for (let page = 0; page < 16; page++) {
      rig.setU64(rig.entry(root, VA + BigInt(page * 4096)), napot(LEAF));
      rig.setU64(DATA + page * 4096, BigInt(100 + page));
    }
    // Twice: the second walk knows the last table.
    for (let page = 0; page < 16; page++) {
      rig.setX(10, VA + BigInt(page * 4096));
      rig.execute('ld a2, 0(a0)');
      expect(rig.mode).toBe('S');
      expect(rig.x(12)).toBe(BigInt(100 + page));
    }
  });

  test.each([
    ['another size', 0, 4n],
    ['a size of 128 KiB', 0, 0n],
    ['a superpage', 1, 8n],
  ])('%s is reserved', (_, level, low) => {
    const { rig, root } = paged(SV39, 3);
    rig.setU64(rig.entry(root, VA, level), napot(LEAF, low));
    rig.setX(10, VA);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
  });

  test('a pointer with N or a memory type is reserved', () => {
    for (const bit of [N, NC]) {
      const { rig, root } = paged(SV39, 3);
      rig.map(root, VA, DATA, LEAF);
      const pointer = rig.entry(root, VA, 1);
      rig.setU64(pointer, rig.u64(pointer) | bit);
      rig.setX(10, VA);
      expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    }
  });

  test('in both stages', () => {
    const { rig, vs, g } = guest(SV48, 4, SV48, 4);
    const gpa = 0x1_0000_7000n;
    rig.levels = 4;
    rig.setU64(rig.entry(vs, VA + 0x7000n), N | (0x1_0000_8n << 10n) | BigInt(LEAF));
    rig.setU64(rig.entry(g, gpa, 0, true), napot(LEAF | U));
    rig.setU64(DATA + 0x7008, 5n);
    rig.setX(10, VA + 0x7000n);
    rig.execute('ld a2, 8(a0)');
    expect(rig.mode).toBe('VS');
    expect(rig.x(12)).toBe(5n);
  });
});

describe('Svpbmt', () => {
  const VA = 0x4000_1000n;

  test('types change nothing here, but where they are not enabled, or the type is reserved', () => {
    for (const [type, menvcfg, isFault] of [
      [1n, PBMTE, false],
      [2n, PBMTE, false],
      [3n, PBMTE, true],
      [1n, 0n, true],
    ] as const) {
      const { rig, root } = paged(SV39, 3);
      rig.set({ menvcfg: ADUE | menvcfg });
      rig.setU64(rig.entry(root, VA), (type << 61n) | (ppn(DATA) << 10n) | BigInt(LEAF));
      rig.setX(10, VA);
      if (isFault) expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
      else rig.execute('ld a2, 0(a0)');
      expect(rig.mode).toBe(isFault ? 'M' : 'S');
    }
  });

  test('of VS-stage henvcfg decides too, of G-stage menvcfg alone', () => {
    for (const [henvcfg, stage, cause] of [
      [PBMTE, 'VS', 0n],
      [0n, 'VS', LOAD_FAULT],
      [0n, 'G', 0n],
    ] as const) {
      const { rig, vs, g } = guest(SV39, 3, SV39, 3);
      rig.set({ henvcfg: ADUE | henvcfg });
      const gpa = 0x1_0000_0000n;
      const inVs = stage === 'VS' ? NC : 0n;
      rig.setU64(rig.entry(vs, VA), inVs | ((gpa >> 12n) << 10n) | BigInt(LEAF));
      rig.setU64(rig.entry(g, gpa, 0, true), (NC ^ inVs) | (ppn(DATA) << 10n) | BigInt(LEAF | U));
      rig.setX(10, VA);
      if (cause === 0n) rig.execute('ld a2, 0(a0)');
      else expect(rig.trap('ld a2, 0(a0)').cause).toBe(cause);
      expect(rig.mode).toBe(cause === 0n ? 'VS' : 'M');
    }
  });
});
