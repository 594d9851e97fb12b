/** Zicbom, Zicboz and Zawrs: who may, what they do, and how they fault. */
import { describe, expect, test } from 'vitest';
import { OPTIONAL_EXTENSIONS } from '#isa/extensions';
import { A, CODE, D, type Mode, R, RAM, Rig, U, V, W, X } from './fixtures/rig.ts';

const DATA = RAM + 0x20_0000;
const VA = 0x4000_1000n;
const ILLEGAL = 2n;
const VIRTUAL = 22n;
const STORE_ACCESS = 7n;
const STORE_FAULT = 15n;
const STORE_GUEST = 23n;
const ADUE = 1n << 61n;
const CBIE = 3n << 4n;
const CBCFE = 1n << 6n;
const CBZE = 1n << 7n;
const EVERYTHING = ADUE | CBIE | CBCFE | CBZE;
const ppn = (spa: number): bigint => BigInt(spa) >> 12n;

const all = (): Rig => new Rig({ extensions: OPTIONAL_EXTENSIONS });

const OPERATIONS = [
  ['cbo.inval', CBIE],
  ['cbo.clean', CBCFE],
  ['cbo.flush', CBCFE],
  ['cbo.zero', CBZE],
] as const;

describe.each(OPERATIONS)('%s', (name, field) => {
  /** Cause of its trap in a mode; 0 for none. */
  function cause(mode: Mode, menvcfg: bigint, henvcfg: bigint, senvcfg: bigint): bigint {
    const rig = all();
    rig.set({ menvcfg, henvcfg, senvcfg });
    rig.mode = mode;
    rig.setX(10, BigInt(DATA));
    const before = rig.machine.traps;
    rig.execute(`${name} (a0)`);
    return rig.machine.traps === before ? 0n : rig.get('mcause');
  }

  test('is allowed as the environment registers of higher modes say', () => {
    expect(cause('M', 0n, 0n, 0n)).toBe(0n);
    expect(cause('S', field, 0n, 0n)).toBe(0n);
    expect(cause('S', EVERYTHING & ~field, EVERYTHING, EVERYTHING)).toBe(ILLEGAL);
    expect(cause('U', field, 0n, field)).toBe(0n);
    expect(cause('U', field, EVERYTHING, EVERYTHING & ~field)).toBe(ILLEGAL);
    expect(cause('U', EVERYTHING & ~field, EVERYTHING, EVERYTHING)).toBe(ILLEGAL);
    expect(cause('VS', field, field, 0n)).toBe(0n);
    expect(cause('VS', EVERYTHING & ~field, EVERYTHING, EVERYTHING)).toBe(ILLEGAL);
    expect(cause('VS', field, EVERYTHING & ~field, EVERYTHING)).toBe(VIRTUAL);
    expect(cause('VU', field, field, field)).toBe(0n);
    expect(cause('VU', field, field, EVERYTHING & ~field)).toBe(VIRTUAL);
    expect(cause('VU', EVERYTHING & ~field, field, field)).toBe(ILLEGAL);
  });

  const paged = (flags: number): Rig => {
    const rig = all();
    const root = rig.table();
    rig.map(root, BigInt(CODE), CODE, V | R | X | A | D);
    rig.map(root, VA, DATA, flags);
    rig.set({ satp: (8n << 60n) | ppn(root), menvcfg: EVERYTHING });
    rig.mode = 'S';
    rig.setX(10, VA + 0x123n);
    return rig;
  };

  test('faults as a store does, and tells the address in the register', () => {
    for (const flags of [0, V | X | A | D, V | R | W | U | A | D])
      expect(paged(flags).trap(`${name} (a0)`)).toMatchObject({ cause: STORE_FAULT, tval: VA + 0x123n });
  });

  test('reads are enough to manage, writes are needed to zero', () => {
    const rig = paged(V | R | A);
    if (name === 'cbo.zero') expect(rig.trap(`${name} (a0)`).cause).toBe(STORE_FAULT);
    else rig.execute(`${name} (a0)`);
    expect(rig.mode).toBe(name === 'cbo.zero' ? 'M' : 'S');
  });

  test('a guest page fault reports the instruction without its register', () => {
    const rig = all();
    const g = rig.table(4);
    rig.map(g, BigInt(CODE), CODE, V | R | X | U | A | D, 0, true);
    rig.set({ hgatp: (8n << 60n) | ppn(g), menvcfg: EVERYTHING, henvcfg: EVERYTHING });
    rig.mode = 'VS';
    rig.setX(10, 0x9000_0041n);
    const trap = rig.trap(`${name} (a0)`);
    const raw = BigInt(rig.machine.ram.u32(CODE));
    expect(trap).toMatchObject({ cause: STORE_GUEST, tval: 0x9000_0041n, tval2: 0x9000_0041n >> 2n });
    expect(trap.tinst).toBe(raw & ~(31n << 15n));
  });
});

describe('what they do', () => {
  test('cbo.zero clears 64 aligned bytes, and what was decoded there', () => {
    const rig = all();
    for (let at = DATA - 64; at < DATA + 128; at += 8) rig.setU64(at, 0x1111n);
    rig.setX(10, BigInt(DATA) + 17n);
    rig.execute('cbo.zero (a0)');
    for (let at = DATA - 64; at < DATA + 128; at += 8)
      expect(rig.u64(at)).toBe(at >= DATA && at < DATA + 64 ? 0n : 0x1111n);
    rig.code('addi a1, a1, 1', DATA);
    rig.setPc(DATA);
    rig.step();
    rig.execute('cbo.zero (a0)');
    expect(rig.trapAt(DATA).cause).toBe(ILLEGAL);
  });

  test('those that manage leave memory as it is, and set A but not D', () => {
    for (const name of ['cbo.inval', 'cbo.clean', 'cbo.flush']) {
      const rig = all();
      const root = rig.table();
      rig.map(root, BigInt(CODE), CODE, V | R | X | A | D);
      const at = rig.map(root, VA, DATA, V | R | W);
      rig.set({ satp: (8n << 60n) | ppn(root), menvcfg: EVERYTHING });
      rig.mode = 'S';
      rig.setU64(DATA, 5n);
      rig.setX(10, VA);
      rig.execute(`${name} (a0)`);
      expect(rig.mode).toBe('S');
      expect(rig.u64(DATA)).toBe(5n);
      expect(rig.u64(at) & 0xffn).toBe(BigInt(V | R | W | A));
    }
  });

  test('outside RAM there is nothing to zero, and nothing to manage', () => {
    const rig = all();
    rig.setX(10, 0x1000_0000n);
    expect(rig.trap('cbo.zero (a0)')).toMatchObject({ cause: STORE_ACCESS, tval: 0x1000_0000n });
    rig.execute('cbo.flush (a0)');
    expect(rig.machine.traps).toBe(1);
  });

  test('environment registers hold what belongs to extensions that are there; CBIE is not 2', () => {
    const usual = new Rig();
    for (const name of ['menvcfg', 'henvcfg', 'senvcfg']) {
      expect(usual.write(name, 0xf1n)).toBe(1n);
      expect(all().write(name, 0xf1n)).toBe(0xf1n);
      expect(all().write(name, 2n << 4n)).toBe(0n);
      expect(new Rig({ extensions: ['Zicboz'] }).write(name, 0xf0n)).toBe(CBZE);
    }
  });
});

describe('Zawrs', () => {
  test('a wait ends at once without a reservation, and in time with one; in no mode it traps', () => {
    for (const name of ['wrs.nto', 'wrs.sto']) {
      for (const mode of ['M', 'S', 'U', 'VS', 'VU'] as const) {
        const rig = all();
        rig.set({ mstatus: 1n << 21n, hstatus: 1n << 21n });
        rig.mode = mode;
        rig.setX(10, BigInt(DATA));
        rig.code(`${name}\nlr.d a1, (a0)\n${name}`);
        rig.setPc(CODE);
        const took = (): number => {
          const start = rig.hart.now;
          rig.step();
          return rig.hart.now - start;
        };
        expect(took()).toBe(10);
        rig.step();
        expect(took()).toBe(1010);
        expect(rig.machine.traps).toBe(0);
        expect(rig.pc).toBe(BigInt(CODE + 12));
      }
    }
  });
});
