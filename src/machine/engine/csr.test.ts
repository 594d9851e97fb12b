import { describe, expect, test } from 'vitest';
import { CSRS } from '#isa/csrs';
import { CODE, type Mode, Rig } from './fixtures/rig.ts';

const ALL = (1n << 64n) - 1n;
const FS = 3n << 13n;
const SD = 1n << 63n;
const XL = (2n << 32n) | (2n << 34n);
const STCE = 1n << 63n;
const ADUE = 1n << 61n;

function hart(): Rig {
  const rig = new Rig();
  rig.set({ mstatus: FS, menvcfg: STCE | ADUE });
  rig.mode = 'M';
  return rig;
}

describe('what registers can hold', () => {
  test('every CSR keeps its writable bits and gives the fixed ones', () => {
    // Ones, then zeros; hooks with more to say have their own tests.
    const own = new Set(['satp', 'vsatp', 'mip', 'mstatus', 'mtvec', 'stvec', 'vstvec', 'sstatus', 'cycle', 'time', 'instret']);
    for (const { name, mask, write, storage } of CSRS) {
      if (own.has(name) || name.startsWith('pmp') || name === 'mcycle' || name === 'minstret') continue;
      if (mask === 0n || write !== undefined || storage.kind !== 'slot') continue;
      const rig = hart();
      const fixed = rig.read(name) & ~mask;
      expect(rig.write(name, ALL), name).toBe(mask | fixed);
      expect(rig.write(name, 0n), name).toBe(fixed);
    }
  });

  test('registers with constant values ignore writes where they take any', () => {
    const rig = hart();
    expect(rig.read('misa')).toBe((2n << 62n) | 0x1411afn);
    expect(rig.write('misa', 0n)).toBe((2n << 62n) | 0x1411afn);
    expect(rig.write('mhpmcounter3', ALL)).toBe(0n);
    expect(rig.write('tselect', ALL)).toBe(0n);
  });

  test('mstatus: MPP cannot be 2, FS = 3 shows SD, the widths are fixed', () => {
    const rig = hart();
    expect(rig.write('mstatus', 0n)).toBe(XL);
    expect(rig.write('mstatus', ALL)).toBe(0x80000000007e79aan | XL | (3n << 38n) | SD);
    rig.write('mstatus', 1n << 11n);
    expect(rig.write('mstatus', 2n << 11n)).toBe((1n << 11n) | XL);
    expect(rig.write('sstatus', ALL)).toBe(0xc6122n | SD | (2n << 32n));
    expect(rig.write('vsstatus', ALL)).toBe(0xc6122n | SD | (2n << 32n));
    expect(rig.write('hstatus', ALL)).toBe((2n << 32n) | 0x7073c0n);
  });

  test('satp and vsatp ignore a write of an unsupported mode, hgatp only its MODE', () => {
    const rig = hart();
    const good = (8n << 60n) | (0x1234n << 44n) | 0x80000n;
    for (const name of ['satp', 'vsatp']) {
      expect(rig.write(name, good)).toBe(good);
      for (const mode of [1n, 7n, 9n, 10n, 15n]) expect(rig.write(name, (mode << 60n) | 5n)).toBe(good);
      expect(rig.write(name, 0n)).toBe(0n);
    }
    expect(rig.write('hgatp', ALL & ~(7n << 60n))).toBe((8n << 60n) | (0x3fffn << 44n) | 0xfff_ffff_fffcn);
    expect(rig.write('hgatp', (9n << 60n) | 0x80007n)).toBe((8n << 60n) | 0x80004n);
  });

  test('delegation: environment calls of M cannot be handed on, what the guest must not see not to the guest', () => {
    const rig = hart();
    expect(rig.write('medeleg', ALL)).toBe(0xf0b7ffn);
    // 9 to 11 and 20 to 23 are read-only zero (18.2.2).
    expect(rig.write('hedeleg', ALL)).toBe(0xb1ffn);
    expect(rig.write('hideleg', ALL)).toBe(0x444n);
  });

  test('time in a guest is that of the host plus htimedelta', () => {
    const rig = hart();
    rig.set({ mcounteren: 7n, hcounteren: 7n, htimedelta: ALL - 4n });
    rig.mode = 'VS';
    rig.execute('csrr a0, time');
    rig.mode = 'S';
    rig.execute('csrr a1, time');
    expect(BigInt.asIntN(64, rig.x(10) - rig.x(11))).toBe(-5n);
  });

  test('vectors: reserved modes are refused', () => {
    const rig = hart();
    for (const name of ['mtvec', 'stvec', 'vstvec']) {
      expect(rig.write(name, 0x1001n)).toBe(0x1001n);
      expect(rig.write(name, 0x2002n)).toBe(0x1001n);
    }
  });

  test('interrupt registers are views of each other', () => {
    const rig = hart();
    expect(rig.write('mideleg', ALL)).toBe(0x1666n);
    expect(rig.write('mie', ALL)).toBe(0x1eeen);
    expect(rig.read('hie')).toBe(0x1444n);
    expect(rig.read('sie')).toBe(0x222n);
    expect(rig.write('mideleg', 0n)).toBe(0x1444n);
    expect(rig.read('sie')).toBe(0n);
    expect(rig.read('vsie')).toBe(0n);
    expect(rig.write('hideleg', ALL)).toBe(0x444n);
    expect(rig.read('vsie')).toBe(0x222n);
    rig.write('vsie', 0x20n);
    expect(rig.read('mie')).toBe(0x1eeen & ~0x404n);
    rig.write('hie', 0x400n);
    expect(rig.read('mie')).toBe(0xeaan | 0x400n);
    expect(rig.write('hvip', ALL)).toBe(0x444n);
    expect(rig.read('hip')).toBe(0x444n);
    expect(rig.read('vsip')).toBe(0x222n);
    expect(rig.write('vsip', 0n)).toBe(0x220n);
    expect(rig.read('hvip')).toBe(0x440n);
    rig.write('hideleg', 0n);
    expect(rig.write('hip', ALL)).toBe(0x444n);
    expect(rig.read('vsip')).toBe(0n);
  });

  test('mip: software writes SSI and SEI, STI only without Sstc; of SEI it sees the wire too', () => {
    const rig = hart();
    rig.set({ stimecmp: ALL, hvip: 0n, menvcfg: 0n });
    expect(rig.write('mip', ALL)).toBe(0x226n);
    expect(rig.write('mip', 0n)).toBe(0n);
    rig.set({ menvcfg: STCE });
    expect(rig.write('mip', ALL)).toBe(0x206n);
    rig.set({ mip: 0n, hvip: 0n, lines: 0x200n });
    rig.setX(10, 2n);
    rig.execute('csrrs a1, mip, a0');
    expect(rig.x(11)).toBe(0x200n);
    rig.set({ lines: 0n });
    expect(rig.read('mip')).toBe(2n);
    rig.set({ mideleg: 2n });
    expect(rig.write('sip', 0n)).toBe(0n);
    expect(rig.read('mip')).toBe(0n);
  });

  test('henvcfg has what menvcfg grants', () => {
    const rig = hart();
    expect(rig.write('henvcfg', ALL)).toBe(STCE | ADUE | 1n);
    rig.write('menvcfg', 0n);
    expect(rig.read('henvcfg')).toBe(1n);
    expect(rig.write('henvcfg', 0n)).toBe(0n);
    rig.write('menvcfg', STCE | ADUE);
    expect(rig.read('henvcfg')).toBe(STCE | ADUE);
  });

  test('fflags and frm are parts of fcsr; a write makes FS dirty', () => {
    const rig = hart();
    rig.set({ mstatus: 1n << 13n });
    expect(rig.write('fcsr', ALL)).toBe(0xffn);
    expect(rig.get('mstatus') & FS).toBe(FS);
    rig.write('fflags', 0x2n);
    rig.write('frm', 0x3n);
    expect(rig.read('fcsr')).toBe(0x62n);
    expect(rig.read('frm')).toBe(3n);
  });
});

describe('counters', () => {
  test('instret counts what retired before, cycle and time the clock', () => {
    const rig = hart();
    rig.code('csrr a0, instret\nnop\ncsrr a1, instret\ncsrr a2, cycle\ncsrr a3, time');
    rig.setPc(CODE);
    const from = BigInt(rig.hart.instructions);
    rig.hart.run(rig.hart.now + 130);
    expect(rig.x(10)).toBe(from);
    expect(rig.x(11)).toBe(from + 2n);
    // Three accesses to CSRs, two cycles more each, the last of them after it has read.
    expect(rig.x(12)).toBe(4n + 2n * 2n);
    expect(rig.x(13)).toBe(1n);
  });

  test('a write takes effect after its instruction; an inhibited counter stands', () => {
    const rig = hart();
    rig.setX(10, 100n);
    rig.code('csrw minstret, a0\ncsrr a1, minstret\ncsrwi mcountinhibit, 4\ncsrr a2, minstret\ncsrr a3, minstret');
    rig.setPc(CODE);
    rig.step(5);
    expect(rig.x(11)).toBe(100n);
    expect(rig.x(12)).toBe(rig.x(13));
    rig.code('csrwi mcountinhibit, 0\ncsrr a4, minstret');
    rig.setPc(CODE);
    rig.step(2);
    expect(rig.x(14) - rig.x(13)).toBeLessThan(3n);
  });
});

describe('who may access what', () => {
  const ILLEGAL = 2n;
  const VIRTUAL = 22n;
  // [mode, instruction, cause or 0, state]
  const rows: readonly (readonly [Mode, string, bigint, Record<string, bigint>])[] = [
    ['M', 'csrr a0, 0x5c0', ILLEGAL, {}],
    ['M', 'csrw mhartid, a0', ILLEGAL, {}],
    ['M', 'csrrs a0, mhartid, x0', 0n, {}],
    ['M', 'csrsi mhartid, 0', 0n, {}],
    ['S', 'csrr a0, mstatus', ILLEGAL, {}],
    ['S', 'csrr a0, hstatus', 0n, {}],
    ['S', 'csrr a0, vsstatus', 0n, {}],
    ['S', 'csrw hgeip, a0', ILLEGAL, {}],
    ['U', 'csrr a0, sstatus', ILLEGAL, {}],
    ['U', 'csrr a0, hstatus', ILLEGAL, {}],
    ['VS', 'csrr a0, mstatus', ILLEGAL, {}],
    ['VS', 'csrr a0, hstatus', VIRTUAL, {}],
    ['VS', 'csrr a0, vsstatus', VIRTUAL, {}],
    ['VS', 'csrw hgeip, a0', ILLEGAL, {}],
    ['VS', 'csrr a0, hgeip', VIRTUAL, {}],
    ['VS', 'csrr a0, sstatus', 0n, {}],
    ['VS', 'csrr a0, 0x5c0', ILLEGAL, {}],
    ['VU', 'csrr a0, sstatus', VIRTUAL, {}],
    ['VU', 'csrr a0, satp', VIRTUAL, {}],
    ['VU', 'csrr a0, hstatus', VIRTUAL, {}],
    ['VU', 'csrr a0, mstatus', ILLEGAL, {}],
    // Counters.
    ['S', 'csrr a0, time', ILLEGAL, {}],
    ['S', 'csrr a0, time', 0n, { mcounteren: 2n }],
    ['S', 'csrr a0, cycle', ILLEGAL, { mcounteren: 2n }],
    ['S', 'csrr a0, hpmcounter5', 0n, { mcounteren: 0x20n }],
    ['U', 'csrr a0, time', ILLEGAL, { mcounteren: 2n }],
    ['U', 'csrr a0, time', 0n, { mcounteren: 2n, scounteren: 2n }],
    ['VS', 'csrr a0, time', ILLEGAL, { hcounteren: 2n }],
    ['VS', 'csrr a0, time', VIRTUAL, { mcounteren: 2n }],
    ['VS', 'csrr a0, time', 0n, { mcounteren: 2n, hcounteren: 2n }],
    ['VU', 'csrr a0, time', VIRTUAL, { mcounteren: 2n, hcounteren: 2n }],
    ['VU', 'csrr a0, time', VIRTUAL, { mcounteren: 2n, scounteren: 2n }],
    ['VU', 'csrr a0, time', 0n, { mcounteren: 2n, hcounteren: 2n, scounteren: 2n }],
    ['VU', 'csrr a0, instret', ILLEGAL, { mcounteren: 2n, hcounteren: 2n, scounteren: 2n }],
    // Sstc.
    ['S', 'csrr a0, stimecmp', ILLEGAL, { mcounteren: 2n, menvcfg: 0n }],
    ['S', 'csrr a0, stimecmp', ILLEGAL, { mcounteren: 0n }],
    ['S', 'csrr a0, stimecmp', 0n, { mcounteren: 2n }],
    ['S', 'csrr a0, vstimecmp', ILLEGAL, { mcounteren: 0n }],
    ['VS', 'csrr a0, stimecmp', VIRTUAL, { mcounteren: 2n, hcounteren: 2n, henvcfg: 0n }],
    ['VS', 'csrr a0, stimecmp', VIRTUAL, { mcounteren: 2n, hcounteren: 0n, henvcfg: STCE }],
    ['VS', 'csrr a0, stimecmp', ILLEGAL, { mcounteren: 0n, hcounteren: 2n, henvcfg: STCE }],
    ['VS', 'csrr a0, stimecmp', 0n, { mcounteren: 2n, hcounteren: 2n, henvcfg: STCE }],
    ['VS', 'csrr a0, vstimecmp', VIRTUAL, { mcounteren: 2n, hcounteren: 2n, henvcfg: STCE }],
    // Floating point: FS off anywhere is illegal, not virtual.
    ['M', 'csrr a0, fcsr', ILLEGAL, { mstatus: 0n }],
    ['U', 'csrr a0, fcsr', 0n, { mstatus: FS }],
    ['VS', 'csrr a0, fflags', ILLEGAL, { mstatus: FS }],
    ['VU', 'csrr a0, fflags', ILLEGAL, { vsstatus: FS, mstatus: 0n }],
    ['VU', 'csrr a0, fflags', 0n, { vsstatus: FS }],
  ];
  test.each(rows)('%s: %s gives cause %s', (mode, text, cause, state) => {
    const rig = hart();
    rig.set(state);
    rig.mode = mode;
    if (cause === 0n) {
      rig.execute(text);
      expect(rig.mode).toBe(mode);
    } else {
      expect(rig.trap(text)).toMatchObject({ to: 'M', cause, epc: BigInt(CODE) });
    }
  });

  test('in VS-mode the supervisor addresses mean the guest’s registers', () => {
    const rig = hart();
    rig.set({ mcounteren: 2n, hcounteren: 2n, henvcfg: STCE, hideleg: 0x444n });
    rig.mode = 'VS';
    const names = ['stvec', 'sscratch', 'sepc', 'scause', 'stval', 'stimecmp'];
    for (const [i, name] of names.entries()) {
      rig.set({ [name]: 0x70n });
      rig.setX(10, BigInt(i + 1) << 4n);
      rig.execute(`csrw ${name}, a0\ncsrr a1, ${name}`);
      expect(rig.x(11)).toBe(BigInt(i + 1) << 4n);
      expect(rig.get(`v${name}`)).toBe(BigInt(i + 1) << 4n);
      expect(rig.get(name)).toBe(0x70n);
    }
    rig.execute('csrsi sstatus, 2\ncsrsi sie, 2');
    expect(rig.get('vsstatus')).toBe(2n);
    expect(rig.get('mie')).toBe(4n);
  });

  test('a floating-point write in a guest makes both FS dirty', () => {
    const rig = hart();
    rig.set({ mstatus: 1n << 13n, vsstatus: 2n << 13n });
    rig.mode = 'VU';
    rig.execute('csrwi fflags, 1');
    expect(rig.get('mstatus') & FS).toBe(FS);
    expect(rig.get('vsstatus') & FS).toBe(FS);
  });
});
