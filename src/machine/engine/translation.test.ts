import { describe, expect, test } from 'vitest';
import { A, CODE, D, R, RAM, Rig, U, V, W, X } from './fixtures/rig.ts';

const DATA = RAM + 0x20_0000;
const VA = 0x4000_1000n;
const LOAD_FAULT = 13n;
const STORE_FAULT = 15n;
const FETCH_FAULT = 12n;
const SUM = 1n << 18n;
const MXR = 1n << 19n;
const ADUE = 1n << 61n;

/** A hart in S-mode under Sv39, its code mapped at CODE, exceptions going to M-mode. */
function paged(): { rig: Rig; root: number } {
  const rig = new Rig();
  const root = rig.table();
  rig.map(root, BigInt(CODE), CODE, V | R | X | A | D);
  rig.set({ satp: (8n << 60n) | BigInt(root >>> 12) });
  rig.mode = 'S';
  rig.setX(10, VA);
  return { rig, root };
}

describe('Sv39', () => {
  test('a load and a store go through a leaf of each level', () => {
    for (const level of [0, 1, 2]) {
      const { rig, root } = paged();
      const size = 1n << BigInt(12 + 9 * level);
      // The leaf of a superpage at an aligned SPA; the low bits come from the virtual address.
      const base = BigInt(RAM);
      const va = size * 5n + 0x3008n % size;
      rig.map(root, va, base, V | R | W | A | D, level);
      rig.setU64(RAM + Number(va % size), 0x1122334455667788n);
      rig.setX(10, va);
      rig.setX(11, 0xabcdn);
      rig.execute('ld a2, 0(a0)\nsd a1, 0(a0)');
      expect(rig.mode).toBe('S');
      expect(rig.x(12)).toBe(0x1122334455667788n);
      expect(rig.u64(RAM + Number(va % size))).toBe(0xabcdn);
    }
  });

  test('faults report the address of the access and the instruction without its immediate', () => {
    const { rig } = paged();
    // ld a2, 8(a0): funct3 3, rd 12, opcode 3. The immediate and rs1 are gone.
    expect(rig.trap('ld a2, 8(a0)')).toEqual({
      ...{ to: 'M', cause: LOAD_FAULT, tval: VA + 8n, epc: BigInt(CODE), tval2: 0n },
      tinst: 0x3603n,
    });
    rig.mode = 'S';
    expect(rig.trap('sw a2, -4(a0)')).toEqual({
      ...{ to: 'M', cause: STORE_FAULT, tval: VA - 4n, epc: BigInt(CODE), tval2: 0n },
      tinst: 0xc02023n,
    });
    rig.mode = 'S';
    rig.setPc(0x5000);
    expect(rig.trapAt(0x5000)).toEqual({
      ...{ to: 'M', cause: FETCH_FAULT, tval: 0x5000n, epc: 0x5000n, tval2: 0n, tinst: 0n },
    });
  });

  // 0x6510 is c.ld a2, 8(a0).
  test('a 16-bit load is reported in its 32-bit form with bit 1 clear', () => {
    const { rig } = paged();
    expect(rig.trap('.word 0x6510').tinst).toBe(0x3601n);
  });

  test('bits 63:39 must equal bit 38', () => {
    const { rig, root } = paged();
    rig.map(root, 0x1000n, DATA, V | R | A | D);
    for (const va of [1n << 39n, 1n << 63n, 0xffff_ff80_0000_0000n]) {
      rig.mode = 'S';
      rig.setX(10, va | 0x1000n);
      expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    }
  });

  const invalid: readonly (readonly [name: string, flags: bigint])[] = [
    ['V=0', BigInt(R | W | A | D)],
    ['W without R', BigInt(V | W | A | D)],
    ['W and X without R', BigInt(V | W | X | A | D)],
    ['a reserved bit', BigInt(V | R | W | A | D) | (1n << 54n)],
    ['Svpbmt bits', BigInt(V | R | W | A | D) | (1n << 61n)],
    ['N of Svnapot', BigInt(V | R | W | A | D) | (1n << 63n)],
    ['a pointer at the last level', BigInt(V)],
  ];
  test.each(invalid)('an entry with %s faults', (_name, flags) => {
    const { rig, root } = paged();
    rig.setU64(rig.entry(root, VA), ((BigInt(DATA) >> 12n) << 10n) | flags);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
  });

  test('a pointer with A, D or U faults', () => {
    for (const bit of [A, D, U]) {
      const { rig, root } = paged();
      rig.map(root, VA, DATA, V | R | W | A | D);
      const pointer = rig.entry(root, VA, 1);
      rig.setU64(pointer, rig.u64(pointer) | BigInt(bit));
      expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    }
  });

  test('a superpage must be aligned', () => {
    for (const level of [1, 2]) {
      const { rig, root } = paged();
      rig.map(root, VA & ~0x3fff_ffffn, RAM + 0x1000, V | R | W | A | D, level);
      rig.setX(10, VA & ~0x3fff_ffffn);
      expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    }
  });

  test('tables outside RAM are access faults', () => {
    const { rig, root } = paged();
    rig.setU64(root + 8 * 1, ((0x1000_0000n >> 12n) << 10n) | BigInt(V));
    rig.setX(10, 0x4000_0000n);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(5n);
    rig.mode = 'S';
    expect(rig.trap('sd a2, 0(a0)').cause).toBe(7n);
  });
});

describe('permissions', () => {
  test('R, W and X', () => {
    const { rig, root } = paged();
    rig.map(root, VA, DATA, V | R | A | D);
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('S');
    expect(rig.trap('sd a2, 0(a0)').cause).toBe(STORE_FAULT);
    rig.mode = 'S';
    expect(rig.trapAt(VA).cause).toBe(FETCH_FAULT);
  });

  test('S-mode uses user pages with SUM only, and never executes them', () => {
    const { rig, root } = paged();
    rig.map(root, VA, DATA, V | R | W | X | U | A | D);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    rig.mode = 'S';
    rig.set({ mstatus: SUM });
    rig.execute('ld a2, 0(a0)\nsd a2, 0(a0)');
    expect(rig.mode).toBe('S');
    expect(rig.trapAt(VA).cause).toBe(FETCH_FAULT);
    // The cached translation with SUM does not serve without it.
    rig.mode = 'S';
    rig.set({ mstatus: 0n });
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
  });

  test('U-mode uses user pages only', () => {
    const { rig, root } = paged();
    rig.map(root, VA, DATA, V | R | W | A | D);
    rig.map(root, BigInt(CODE), CODE, V | R | X | U | A | D);
    rig.mode = 'U';
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
  });

  test('MXR lets loads use executable pages', () => {
    const { rig, root } = paged();
    rig.map(root, VA, DATA, V | X | A | D);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    rig.mode = 'S';
    rig.set({ mstatus: MXR });
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('S');
    expect(rig.trap('sd a2, 0(a0)').cause).toBe(STORE_FAULT);
  });

  test('MPRV makes M-mode loads and stores those of MPP, not its fetches', () => {
    const { rig, root } = paged();
    rig.map(root, VA, DATA, V | R | W | A | D);
    rig.setU64(DATA, 77n);
    rig.mode = 'M';
    rig.set({ mstatus: (1n << 17n) | (1n << 11n) });
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('M');
    expect(rig.x(12)).toBe(77n);
    rig.set({ mstatus: 1n << 17n });
    expect(rig.trap('ld a2, 0(a0)')).toMatchObject({ to: 'M', cause: LOAD_FAULT });
  });
});

describe('A and D', () => {
  test('the hart sets A on loads, A and D on stores', () => {
    const { rig, root } = paged();
    const at = rig.map(root, VA, DATA, V | R | W);
    rig.execute('ld a2, 0(a0)');
    expect(rig.u64(at) & 0xffn).toBe(BigInt(V | R | W | A));
    rig.execute('sd a2, 0(a0)');
    expect(rig.u64(at) & 0xffn).toBe(BigInt(V | R | W | A | D));
  });

  test('a store that permission forbids sets nothing', () => {
    const { rig, root } = paged();
    const at = rig.map(root, VA, DATA, V | R);
    expect(rig.trap('sd a2, 0(a0)').cause).toBe(STORE_FAULT);
    expect(rig.u64(at) & 0xffn).toBe(BigInt(V | R));
  });

  test('without menvcfg.ADUE a clear A or D is a page fault', () => {
    const { rig, root } = paged();
    rig.set({ menvcfg: rig.get('menvcfg') & ~ADUE });
    const at = rig.map(root, VA, DATA, V | R | W);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(LOAD_FAULT);
    rig.setU64(at, rig.u64(at) | BigInt(A));
    rig.mode = 'S';
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('S');
    expect(rig.trap('sd a2, 0(a0)').cause).toBe(STORE_FAULT);
  });
});
