import { describe, expect, test } from 'vitest';
import { A, CODE, D, R, RAM, Rig, type Trap, U, V, W, X } from './fixtures/rig.ts';

const LOAD_GUEST = 21n;
const STORE_GUEST = 23n;
const FETCH_GUEST = 20n;
const GVA = 0x4000_1000n;
const GPA = 0x9000_2000n;
const DATA = RAM + 0x30_0000;
const G_LEAF = V | R | W | X | U | A | D;
const ADUE = 1n << 61n;
const ALL_EXCEPTIONS = 0xf0b7ffn;
const PSEUDO_READ = 0x3000n;
const PSEUDO_WRITE = 0x3020n;
const SV39 = 8n << 60n;

interface Guest {
  readonly rig: Rig;
  /** Root of VS-stage, at the same SPA and GPA. */
  readonly vs: number;
  readonly g: number;
}

/** A hart in VS-mode under both stages; low 16 MiB of RAM are identity-mapped in G-stage but for what a test changes. */
function guest(): Guest {
  const rig = new Rig();
  const g = rig.table(4);
  const vs = rig.table();
  for (let page = RAM; page < RAM + (4 << 20); page += 4096) rig.map(g, BigInt(page), page, G_LEAF, 0, true);
  rig.map(vs, BigInt(CODE), CODE, V | R | X | A | D);
  rig.map(vs, GVA, GPA, V | R | W | X | A | D);
  rig.map(g, GPA, DATA, G_LEAF, 0, true);
  rig.set({ vsatp: SV39 | BigInt(vs >>> 12), hgatp: SV39 | BigInt(g >>> 12) });
  rig.set({ medeleg: ALL_EXCEPTIONS });
  rig.mode = 'VS';
  rig.setX(10, GVA);
  return { rig, vs, g };
}

const pageOf = (spa: number): bigint => BigInt(spa) & ~0xfffn;

const load = (rig: Rig): Trap => {
  rig.mode = 'VS';
  return rig.trap('ld a2, 8(a0)');
};
const store = (rig: Rig): Trap => {
  rig.mode = 'VS';
  return rig.trap('sd a2, 8(a0)');
};
const LOAD_TINST = 0x3603n;
const STORE_TINST = 0xc03023n;

describe('two stages', () => {
  test('a load and a store reach the frame behind both', () => {
    const { rig } = guest();
    rig.setU64(DATA + 8, 42n);
    rig.setX(11, 43n);
    rig.execute('ld a2, 8(a0)\nsd a1, 16(a0)');
    expect(rig.mode).toBe('VS');
    expect(rig.x(12)).toBe(42n);
    expect(rig.u64(DATA + 16)).toBe(43n);
  });

  test('a G-stage fault of the access itself gives GPA and transformed instruction', () => {
    const { rig, g } = guest();
    rig.map(g, GPA, 0, 0, 0, true);
    const common = { to: 'S', tval: GVA + 8n, epc: BigInt(CODE), tval2: (GPA + 8n) >> 2n };
    expect(load(rig)).toEqual({ ...common, cause: LOAD_GUEST, tinst: LOAD_TINST });
    expect(rig.get('hstatus') & 0x1c0n).toBe(0x1c0n); // SPVP, SPV, GVA
    expect(store(rig)).toEqual({ ...common, cause: STORE_GUEST, tinst: STORE_TINST });
    rig.mode = 'VS';
    expect(rig.trapAt(GVA)).toEqual({
      ...{ to: 'S', cause: FETCH_GUEST, tval: GVA, epc: GVA, tval2: GPA >> 2n, tinst: 0n },
    });
  });

  test('a G-stage fault of the VS-stage walk gives the address of the entry and a pseudo-instruction', () => {
    const { rig, vs, g } = guest();
    const entry = rig.entry(vs, GVA);
    const inner = pageOf(entry);
    rig.map(g, inner, 0, 0, 0, true);
    const common = { to: 'S', tval: GVA + 8n, epc: BigInt(CODE), tval2: BigInt(entry) >> 2n };
    expect(load(rig)).toEqual({ ...common, cause: LOAD_GUEST, tinst: PSEUDO_READ });
    expect(store(rig)).toEqual({ ...common, cause: STORE_GUEST, tinst: PSEUDO_READ });
    rig.mode = 'VS';
    expect(rig.trapAt(GVA)).toMatchObject({ cause: FETCH_GUEST, tval: GVA, tinst: PSEUDO_READ });
  });

  test('setting A of a VS-stage entry is a G-stage store', () => {
    const { rig, vs, g } = guest();
    const entry = rig.map(vs, GVA, GPA, V | R | W);
    const table = rig.entry(g, pageOf(entry), 0, true);
    rig.setU64(table, rig.u64(table) & ~BigInt(W));
    expect(load(rig)).toEqual({
      ...{ to: 'S', cause: LOAD_GUEST, tval: GVA + 8n, epc: BigInt(CODE) },
      ...{ tval2: BigInt(entry) >> 2n, tinst: PSEUDO_WRITE },
    });
    expect(rig.u64(entry) & 0xffn).toBe(BigInt(V | R | W));
    rig.setU64(table, rig.u64(table) | BigInt(W));
    rig.mode = 'VS';
    rig.execute('ld a2, 8(a0)');
    expect(rig.mode).toBe('VS');
    expect(rig.u64(entry) & 0xffn).toBe(BigInt(V | R | W | A));
  });

  test('setting A of a VS-stage entry sets A and D of the G-stage entry of its page', () => {
    const { rig, vs, g } = guest();
    const entry = rig.map(vs, GVA, GPA, V | R | W);
    const table = rig.map(g, pageOf(entry), pageOf(entry), V | R | W | U, 0, true);
    rig.execute('ld a2, 8(a0)');
    expect(rig.mode).toBe('VS');
    expect(rig.u64(table) & 0xffn).toBe(BigInt(V | R | W | U | A | D));
  });

  test('henvcfg.ADUE is about VS-stage, menvcfg.ADUE about G-stage and both', () => {
    const { rig, vs } = guest();
    rig.map(vs, GVA, GPA, V | R | W);
    rig.set({ henvcfg: 0n });
    expect(load(rig)).toMatchObject({ to: 'S', cause: 13n, tval2: 0n });
    rig.set({ henvcfg: ADUE, menvcfg: 0n });
    expect(load(rig)).toMatchObject({ cause: 13n });

    const other = guest();
    other.rig.map(other.g, GPA, DATA, V | R | W | U, 0, true);
    other.rig.set({ henvcfg: 0n });
    other.rig.execute('ld a2, 8(a0)');
    expect(other.rig.mode).toBe('VS');
    other.rig.set({ menvcfg: 0n });
    expect(store(other.rig)).toMatchObject({ cause: STORE_GUEST, tval2: (GPA + 8n) >> 2n });
  });

  const invalid: readonly (readonly [name: string, flags: bigint])[] = [
    ['U=0', BigInt(V | R | W | A | D)],
    ['V=0', BigInt(R | W | U | A | D)],
    ['W without R', BigInt(V | W | U | A | D)],
    ['a reserved bit', BigInt(V | R | W | U | A | D) | (1n << 57n)],
  ];
  test.each(invalid)('a G-stage leaf with %s faults', (_name, flags) => {
    const { rig, g } = guest();
    rig.setU64(rig.entry(g, GPA, 0, true), ((BigInt(DATA) >> 12n) << 10n) | flags);
    expect(load(rig)).toMatchObject({ cause: LOAD_GUEST, tval2: (GPA + 8n) >> 2n });
  });

  test('a store to a G-stage page that may only be read faults', () => {
    const { rig, g } = guest();
    rig.map(g, GPA, DATA, V | R | U | A | D, 0, true);
    rig.execute('ld a2, 8(a0)');
    expect(rig.mode).toBe('VS');
    expect(store(rig)).toMatchObject({ cause: STORE_GUEST, tval2: (GPA + 8n) >> 2n, tinst: STORE_TINST });
  });

  test('G-stage roots have 11 index bits; a GPA beyond 41 bits faults', () => {
    const { rig, vs, g } = guest();
    const high = (1n << 41n) - 4096n;
    rig.map(vs, GVA, high, V | R | W | A | D);
    rig.map(g, high, DATA, G_LEAF, 0, true);
    rig.setU64(DATA + 8, 5n);
    rig.execute('ld a2, 8(a0)');
    expect(rig.x(12)).toBe(5n);
    rig.map(vs, GVA + 4096n, 1n << 41n, V | R | W | A | D);
    rig.setX(10, GVA + 4096n);
    expect(load(rig)).toMatchObject({ cause: LOAD_GUEST, tval2: ((1n << 41n) + 8n) >> 2n });
  });

  test('with vsatp bare a GPA is the virtual address', () => {
    const { rig } = guest();
    rig.set({ vsatp: 0n });
    rig.setU64(DATA + 8, 6n);
    rig.setX(10, GPA);
    rig.execute('ld a2, 8(a0)');
    expect(rig.x(12)).toBe(6n);
    rig.setX(10, 1n << 41n);
    expect(load(rig)).toMatchObject({ cause: LOAD_GUEST, tval2: ((1n << 41n) + 8n) >> 2n });
  });

  test('a VS-stage page fault is the guest’s own when delegated', () => {
    const { rig } = guest();
    rig.set({ hedeleg: 0xb1ffn, vstvec: 0x7000n });
    rig.setX(10, 0x8000n);
    expect(load(rig)).toEqual({ to: 'VS', cause: 13n, tval: 0x8008n, epc: BigInt(CODE) });
    expect(rig.pc).toBe(0x7000n);
  });

  test('MXR of vsstatus counts in VS-stage, MXR of mstatus in both', () => {
    const { rig, vs, g } = guest();
    rig.map(vs, GVA, GPA, V | X | A | D);
    expect(load(rig)).toMatchObject({ cause: 13n });
    rig.set({ vsstatus: 1n << 19n });
    rig.mode = 'VS';
    rig.execute('ld a2, 8(a0)');
    expect(rig.mode).toBe('VS');
    rig.map(g, GPA, DATA, V | X | U | A | D, 0, true);
    rig.mode = 'M';
    rig.execute('hfence.gvma');
    expect(load(rig)).toMatchObject({ cause: LOAD_GUEST });
    rig.set({ mstatus: 1n << 19n, vsstatus: 0n });
    rig.mode = 'VS';
    rig.execute('ld a2, 8(a0)');
    expect(rig.mode).toBe('VS');
  });

  test('a superpage of each stage composes to the right page', () => {
    const { rig, vs, g } = guest();
    rig.map(vs, 0x1_8000_0000n, 0xc000_0000n, V | R | W | A | D, 2);
    rig.map(g, 0xc020_0000n, RAM + 0x40_0000, G_LEAF, 1, true);
    rig.setU64(RAM + 0x41_2348, 9n);
    rig.setX(10, 0x1_8021_2340n);
    rig.execute('ld a2, 8(a0)');
    expect(rig.x(12)).toBe(9n);
  });
});

describe('huge leaves of the G-stage', () => {
  test.each([
    [1, 0x1_4000_0000n, RAM + 0x40_0000],
    [2, 0x1_0000_0000n, RAM],
  ])('a leaf of level %i maps all of its range, gets A and D, and is one entry', (level, gpa, spa) => {
    const { rig, vs, g } = guest();
    const size = 1n << BigInt(12 + 9 * level);
    rig.map(vs, 0x2_0000_0000n, gpa, V | R | W | A | D, 2);
    const at = rig.map(g, gpa, spa, V | R | W | U, level, true);
    const offset = 0x41_2340n % size;
    rig.setU64(spa + Number(offset), 9n);
    rig.setX(10, 0x2_0000_0000n + offset);
    rig.execute('ld a2, 0(a0)');
    expect(rig.x(12)).toBe(9n);
    expect(rig.u64(at) & BigInt(A | D)).toBe(BigInt(A));
    rig.execute('sd a2, 8(a0)');
    expect(rig.u64(spa + Number(offset) + 8)).toBe(9n);
    expect(rig.u64(at) & BigInt(A | D)).toBe(BigInt(A | D));
  });

  test('a leaf that is not aligned to its size is a fault', () => {
    for (const level of [1, 2]) {
      const { rig, vs, g } = guest();
      rig.map(vs, 0x2_0000_0000n, 0x1_0000_0000n, V | R | W | A | D, 2);
      rig.map(g, 0x1_0000_0000n, RAM + 0x1000, G_LEAF, level, true);
      rig.setX(10, 0x2_0000_0000n);
      expect(rig.trap('ld a2, 0(a0)')).toMatchObject({ cause: LOAD_GUEST, tval2: 0x1_0000_0000n >> 2n });
    }
  });
});

describe('accesses across the end of a page', () => {
  test('the fault of the second part has its own address and offset', () => {
    const { rig, g } = guest();
    rig.map(g, GPA + 4096n, 0, 0, 0, true);
    const vs = Number((rig.get('vsatp') & 0xfff_ffff_ffffn) << 12n);
    rig.map(vs, GVA + 4096n, GPA + 4096n, V | R | W | A | D);
    rig.setX(10, GVA + 4096n - 3n);
    rig.mode = 'VS';
    const fault = {
      ...{ to: 'S', tval: GVA + 4096n, epc: BigInt(CODE), tval2: (GPA + 4096n) >> 2n },
    };
    // Three bytes lie before the end: Addr. Offset 3 stands where rs1 was.
    expect(rig.trap('ld a2, 0(a0)')).toEqual({ ...fault, cause: LOAD_GUEST, tinst: LOAD_TINST | (3n << 15n) });
    rig.setU64(DATA + 4088, 0x1111_1111_1111_1111n);
    rig.setX(12, -1n);
    rig.mode = 'VS';
    expect(rig.trap('sd a2, 0(a0)')).toEqual({ ...fault, cause: STORE_GUEST, tinst: STORE_TINST | (3n << 15n) });
    expect(rig.u64(DATA + 4088)).toBe(0x1111_1111_1111_1111n);
    rig.map(g, GPA + 4096n, DATA + 8192, G_LEAF, 0, true);
    rig.mode = 'VS';
    rig.setX(12, 0x0807060504030201n);
    rig.execute('sd a2, 0(a0)\nld a3, 0(a0)');
    expect(rig.x(13)).toBe(0x0807060504030201n);
    expect(rig.u64(DATA + 8192)).toBe(0x0807060504n);
  });
});

describe('HLV, HLVX, HSV', () => {
  test('act with SPVP as the guest would', () => {
    const { rig, vs } = guest();
    rig.mode = 'S';
    rig.map(vs, GVA, GPA, V | R | W | U | A | D);
    rig.setU64(DATA + 8, 0xffff_fff0n);
    rig.setX(10, GVA + 8n);
    rig.code('hlv.w a2, (a0)', CODE);
    rig.setPc(CODE);
    rig.step();
    expect(rig.x(12)).toBe(0xffff_ffff_ffff_fff0n);
    rig.setX(11, 3n);
    rig.execute('hsv.d a1, (a0)\nhlv.d a2, (a0)');
    expect(rig.x(12)).toBe(3n);
    // As VS-mode without vsstatus.SUM a user page is out of reach.
    rig.set({ hstatus: 1n << 8n });
    expect(rig.trap('hlv.d a2, (a0)')).toMatchObject({ to: 'S', cause: 13n, tval: GVA + 8n });
    expect(rig.get('hstatus') & 0xc0n).toBe(0x40n); // GVA, but not SPV
  });

  test('HLVX needs X, in both stages, and no R', () => {
    const { rig, vs, g } = guest();
    rig.mode = 'S';
    rig.map(vs, GVA, GPA, V | X | U | A | D);
    rig.map(g, GPA, DATA, V | X | U | A | D, 0, true);
    rig.setX(10, GVA);
    rig.setU64(DATA, 0x8765_4321n);
    rig.execute('hlvx.wu a2, (a0)');
    expect(rig.x(12)).toBe(0x8765_4321n);
    expect(rig.trap('hlv.w a2, (a0)')).toMatchObject({ cause: 13n });
    rig.map(g, GPA, DATA, V | R | U | A | D, 0, true);
    // funct7 0x34, rs2 3, funct3 4, rd 12: rs1 is replaced.
    expect(rig.trap('hlvx.wu a2, (a0)')).toMatchObject({ cause: LOAD_GUEST, tval2: GPA >> 2n, tinst: 0x68304673n });
  });

  test('exist in M, HS and, with HU, in U', () => {
    const { rig, vs } = guest();
    rig.map(vs, GVA, GPA, V | R | W | U | A | D);
    rig.mode = 'VS';
    expect(rig.trap('hlv.d a2, (a0)')).toMatchObject({ to: 'S', cause: 22n, tval: 0x6c054673n });
    rig.mode = 'U';
    expect(rig.trap('hlv.d a2, (a0)')).toMatchObject({ to: 'S', cause: 2n });
    rig.set({ hstatus: 1n << 9n });
    rig.mode = 'U';
    rig.execute('hlv.d a2, (a0)');
    expect(rig.mode).toBe('U');
    rig.mode = 'M';
    rig.execute('hlv.d a2, (a0)');
    expect(rig.mode).toBe('M');
  });

  test('a guest page fault of MPRV with MPV is told to M-mode as a guest address', () => {
    const { rig, g } = guest();
    rig.map(g, GPA, 0, 0, 0, true);
    rig.mode = 'M';
    rig.set({ mstatus: (1n << 17n) | (1n << 11n) | (1n << 39n) });
    expect(rig.trap('ld a2, 8(a0)')).toEqual({
      ...{ to: 'M', cause: LOAD_GUEST, tval: GVA + 8n, epc: BigInt(CODE) },
      ...{ tval2: (GPA + 8n) >> 2n, tinst: LOAD_TINST },
    });
    expect((rig.get('mstatus') >> 38n) & 3n).toBe(1n); // GVA, and MPV of M-mode itself
  });
});
