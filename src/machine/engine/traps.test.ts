import { describe, expect, test } from 'vitest';
import { CODE, type Mode, RAM, Rig } from './fixtures/rig.ts';

const HANDLER = BigInt(RAM + 0x8000);
const SIE = 1n << 1n;
const MIE = 1n << 3n;
const SPIE = 1n << 5n;
const MPIE = 1n << 7n;
const SPP = 1n << 8n;
const SPV = 1n << 7n;
const SPVP = 1n << 8n;
const GVA = 1n << 6n;
const TW = 1n << 21n;
const TSR = 1n << 22n;
const INTERRUPT = 1n << 63n;

/** A hart in a mode, without translation, whose vectors differ by level. */
function hart(mode: Mode): Rig {
  const rig = new Rig();
  rig.set({ mtvec: HANDLER, stvec: HANDLER + 0x100n, vstvec: HANDLER + 0x200n });
  rig.mode = mode;
  return rig;
}

describe('exceptions', () => {
  const MEDELEG = 0xf0b7ffn;
  const HEDELEG = 0xb1ffn;
  // Where an illegal instruction goes: [from, medeleg, hedeleg, to].
  const routes: readonly (readonly [Mode, bigint, bigint, Mode])[] = [
    ['M', MEDELEG, HEDELEG, 'M'],
    ['S', 0n, HEDELEG, 'M'],
    ['S', MEDELEG, HEDELEG, 'S'],
    ['U', MEDELEG, HEDELEG, 'S'],
    ['VS', 0n, HEDELEG, 'M'],
    ['VS', MEDELEG, 0n, 'S'],
    ['VS', MEDELEG, HEDELEG, 'VS'],
    ['VU', MEDELEG, HEDELEG, 'VS'],
  ];
  test.each(routes)('of %s with medeleg %s and hedeleg %s go to %s', (from, medeleg, hedeleg, to) => {
    const rig = hart(from);
    rig.set({ medeleg, hedeleg });
    expect(rig.trap('.word 0')).toMatchObject({ to, cause: 2n, tval: 0n, epc: BigInt(CODE) });
    expect(rig.pc).toBe(HANDLER + { M: 0n, S: 0x100n, U: 0n, VS: 0x200n, VU: 0n }[to]);
  });

  test('environment calls have a cause by mode', () => {
    const causes: Record<Mode, bigint> = { U: 8n, VU: 8n, S: 9n, VS: 10n, M: 11n };
    for (const mode of Object.keys(causes) as Mode[]) {
      expect(hart(mode).trap('ecall')).toMatchObject({ to: 'M', cause: causes[mode], tval: 0n });
    }
  });

  test('an illegal instruction is in tval, 16 or 32 bits of it', () => {
    const rig = hart('S');
    expect(rig.trap('.word 0xffffffff').tval).toBe(0xffff_ffffn);
    expect(rig.trap('.word 0x12340000').tval).toBe(0n);
    expect(rig.trap('.word 0x12348000').tval).toBe(0x8000n);
  });

  test('ebreak gives its own address', () => {
    expect(hart('S').trap('ebreak')).toMatchObject({ cause: 3n, tval: BigInt(CODE), tinst: 0n });
  });

  test('a trap to M-mode stacks mode, V and enable; mret unstacks', () => {
    const rig = hart('VS');
    rig.set({ mstatus: MIE | (1n << 17n) });
    rig.trap('ecall');
    const status = rig.get('mstatus');
    expect(status & MIE).toBe(0n);
    expect(status & MPIE).toBe(MPIE);
    expect((status >> 11n) & 3n).toBe(1n);
    expect((status >> 39n) & 1n).toBe(1n);
    rig.set({ mstatus: status & ~(1n << 17n), mepc: 0x1234n });
    rig.execute('mret');
    expect(rig.mode).toBe('VS');
    expect(rig.pc).toBe(0x1234n);
    expect(rig.get('mstatus')).toBe(MIE | MPIE);
  });

  test('mret to a lower mode clears MPRV, to M keeps it', () => {
    const rig = hart('M');
    rig.set({ mstatus: (1n << 17n) | (3n << 11n), mepc: BigInt(CODE) });
    rig.execute('mret');
    expect(rig.get('mstatus')).toBe((1n << 17n) | MPIE);
    rig.set({ mstatus: (1n << 17n) | (1n << 11n) });
    rig.execute('mret');
    expect(rig.get('mstatus') & (1n << 17n)).toBe(0n);
  });

  test('a trap to HS-mode from a guest sets SPV and SPVP; from HS-mode SPVP stays', () => {
    const rig = hart('VS');
    rig.set({ medeleg: MEDELEG, mstatus: SIE });
    rig.trap('ecall');
    expect(rig.get('hstatus')).toBe(SPV | SPVP);
    expect(rig.get('mstatus')).toBe(SPP | SPIE);
    rig.trap('ebreak');
    expect(rig.get('hstatus')).toBe(SPVP);
    rig.mode = 'VU';
    rig.set({ mstatus: SIE });
    rig.trap('ebreak');
    expect(rig.get('hstatus')).toBe(SPV | GVA);
    expect(rig.get('mstatus')).toBe(SPIE);
  });

  test('sret goes where SPP and SPV say, in a guest where vsstatus says', () => {
    const rig = hart('S');
    rig.set({ hstatus: SPV, mstatus: SPP | SPIE, sepc: 0x4444n });
    rig.execute('sret');
    expect(rig.mode).toBe('VS');
    expect(rig.pc).toBe(0x4444n);
    expect(rig.get('hstatus')).toBe(0n);
    expect(rig.get('mstatus')).toBe(SIE | SPIE);
    rig.set({ vsstatus: 0n, vsepc: 0x5554n });
    rig.execute('sret');
    expect(rig.mode).toBe('VU');
    expect(rig.pc).toBe(0x5554n);
    expect(rig.get('vsstatus')).toBe(SPIE);
  });

  // [mode, instruction, mstatus, hstatus, cause]
  const forbidden: readonly (readonly [Mode, string, bigint, bigint, bigint])[] = [
    ['S', 'mret', 0n, 0n, 2n],
    ['VS', 'mret', 0n, 0n, 2n],
    ['U', 'sret', 0n, 0n, 2n],
    ['VU', 'sret', 0n, 0n, 22n],
    ['S', 'sret', TSR, 0n, 2n],
    ['VS', 'sret', 0n, 1n << 22n, 22n],
    ['U', 'wfi', 0n, 0n, 2n],
    ['S', 'wfi', TW, 0n, 2n],
    ['VS', 'wfi', TW, 1n << 21n, 2n],
    ['VS', 'wfi', 0n, 1n << 21n, 22n],
    ['VU', 'wfi', 0n, 0n, 22n],
    ['VU', 'wfi', TW, 0n, 2n],
  ];
  test.each(forbidden)('%s may not %s with mstatus %s, hstatus %s: cause %s', (mode, text, mstatus, hstatus, cause) => {
    const rig = hart(mode);
    rig.set({ mstatus, hstatus });
    expect(rig.trap(text)).toMatchObject({ to: 'M', cause });
  });

  test('in attached mode a trap to HS-mode ends the run', () => {
    const rig = new Rig({ attached: true });
    rig.mode = 'VS';
    rig.code('addi a0, a0, 1\necall');
    rig.setPc(CODE);
    expect(rig.hart.run(10_000)).toBe(1);
    // Two instructions, and the change of mode.
    expect(rig.hart.now).toBe((2 + 5) * 10);
    expect(rig.hart.instructions).toBe(1);
    expect(rig.get('scause')).toBe(10n);
    expect(rig.mode).toBe('S');
    rig.set({ sepc: BigInt(CODE) + 4n });
    rig.hart.sret();
    expect(rig.mode).toBe('VS');
    expect(rig.hart.run(10_000)).toBe(1);
  });
});

describe('interrupts', () => {
  /** Executes one nop; the interrupt that came first, or undefined. */
  const taken = (rig: Rig): { to: Mode; cause: bigint } | undefined => {
    const before = rig.machine.counters().interrupts;
    rig.code('nop\nnop');
    for (const offset of [0, 0x100, 0x200]) rig.machine.ram.setU32(Number(HANDLER) + offset, 0x13);
    rig.setPc(CODE);
    rig.step();
    if (rig.machine.counters().interrupts === before) return undefined;
    const to = rig.mode;
    return { to, cause: rig.get(to === 'M' ? 'mcause' : to === 'S' ? 'scause' : 'vscause') ^ INTERRUPT };
  };
  const ALL = 0x1eeen;

  test('come in order of priority: external, software, timer; M before S before VS', () => {
    const rig = hart('U');
    rig.set({ mie: ALL, lines: ALL & ~0x1444n, hvip: 0x444n, mip: 0x222n });
    const order: bigint[] = [];
    for (const bit of [11n, 3n, 7n, 9n, 1n, 5n]) {
      order.push(taken(rig)?.cause ?? -1n);
      rig.mode = 'U';
      rig.set({ mie: rig.get('mie') & ~(1n << bit) });
    }
    expect(order).toEqual([11n, 3n, 7n, 9n, 1n, 5n]);
    order.length = 0;
    for (const bit of [10n, 2n, 6n]) {
      order.push(taken(rig)?.cause ?? -1n);
      rig.mode = 'U';
      rig.set({ mie: rig.get('mie') & ~(1n << bit) });
    }
    expect(order).toEqual([10n, 2n, 6n]);
  });

  test('M-mode takes its own with MIE only; lower modes cannot mask them', () => {
    const rig = hart('M');
    rig.set({ mie: 0x80n, lines: 0x80n });
    expect(taken(rig)).toBeUndefined();
    rig.set({ mstatus: MIE });
    expect(taken(rig)).toEqual({ to: 'M', cause: 7n });
    rig.mode = 'S';
    rig.set({ mstatus: 0n });
    expect(taken(rig)).toEqual({ to: 'M', cause: 7n });
  });

  test('delegated ones go to HS-mode, with SIE when there already, never from M-mode', () => {
    const rig = hart('M');
    rig.set({ mie: 0x200n, lines: 0x200n, mideleg: 0x222n, mstatus: MIE | SIE });
    expect(taken(rig)).toBeUndefined();
    rig.mode = 'S';
    rig.set({ mstatus: 0n });
    expect(taken(rig)).toBeUndefined();
    rig.set({ mstatus: SIE });
    expect(taken(rig)).toEqual({ to: 'S', cause: 9n });
    rig.mode = 'U';
    expect(taken(rig)).toEqual({ to: 'S', cause: 9n });
    rig.mode = 'VS';
    rig.set({ mstatus: 0n });
    expect(taken(rig)).toEqual({ to: 'S', cause: 9n });
  });

  test('the guest’s go to HS-mode, or where hideleg says to VS-mode one bit lower', () => {
    const rig = hart('VS');
    rig.set({ mie: 0x444n, hvip: 0x400n });
    expect(taken(rig)).toEqual({ to: 'S', cause: 10n });
    rig.mode = 'VS';
    rig.set({ hideleg: 0x444n });
    expect(taken(rig)).toBeUndefined();
    rig.set({ vsstatus: SIE });
    expect(taken(rig)).toEqual({ to: 'VS', cause: 9n });
    expect(rig.get('vsstatus')).toBe(SPIE | SPP);
    rig.mode = 'VU';
    expect(taken(rig)).toEqual({ to: 'VS', cause: 9n });
    rig.mode = 'S';
    rig.set({ mstatus: SIE });
    expect(taken(rig)).toBeUndefined();
  });

  test('vectored mode adds four times the cause, for interrupts only', () => {
    const rig = hart('S');
    rig.set({ mtvec: HANDLER | 1n, mie: 0x80n, lines: 0x80n });
    rig.code('nop');
    rig.machine.ram.setU32(Number(HANDLER) + 28, 0x13);
    rig.setPc(CODE);
    rig.step();
    expect(rig.pc).toBe(HANDLER + 28n + 4n);
    rig.set({ lines: 0n });
    rig.mode = 'S';
    rig.trap('ecall');
    expect(rig.pc).toBe(HANDLER);
  });

  test('hgeip: a wire of the guest is SGEI where hgeie says, VSEI for the guest of VGEIN', () => {
    const rig = hart('S');
    rig.set({ hgeip: 0x4n, hgeie: 0x4n, hstatus: 2n << 12n });
    expect(rig.read('mip')).toBe((1n << 12n) | (1n << 10n));
    rig.set({ hgeie: 0x8n, hstatus: 1n << 12n });
    expect(rig.read('hip')).toBe(0n);
  });

  test('WFI waits for anything enabled, whatever the global enables say', () => {
    const rig = hart('S');
    rig.set({ mie: 0x20n, mideleg: 0x222n, menvcfg: 1n << 63n, stimecmp: 10n });
    rig.code('wfi\naddi a0, a0, 1');
    rig.setPc(CODE);
    rig.hart.run(1010);
    // It woke at tick 10 = 1000 ns, and took no interrupt since SIE is 0.
    expect(rig.x(10)).toBe(1n);
    expect(rig.mode).toBe('S');
    expect(rig.hart.waiting).toBe(false);
  });

  test('Sstc: STIP and VSTIP follow the time, at the instruction', () => {
    const rig = hart('S');
    rig.set({ mie: 0x20n, mideleg: 0x222n, menvcfg: 1n << 63n, stimecmp: 3n, mstatus: SIE });
    rig.code(`${'addi a0, a0, 1\n'.repeat(100)}`);
    rig.machine.ram.fill(Number(HANDLER), 0x1000, 0);
    rig.setPc(CODE);
    rig.hart.run(300);
    expect(rig.x(10)).toBe(30n);
    rig.hart.run(310);
    expect(rig.get('scause')).toBe(INTERRUPT | 5n);
    expect(rig.get('sepc')).toBe(BigInt(CODE) + 120n);

    const guest = hart('VS');
    guest.set({ mie: 0x40n, hideleg: 0x444n, menvcfg: 1n << 63n, henvcfg: 1n << 63n, vsstatus: SIE });
    guest.set({ vstimecmp: 5n, htimedelta: -7n & 0xffff_ffff_ffff_ffffn });
    // The guest's time is below zero, which is a large number: pending at once.
    guest.code('addi a0, a0, 1');
    guest.setPc(CODE);
    guest.step();
    expect(guest.get('vscause')).toBe(INTERRUPT | 5n);
    const later = hart('VS');
    later.set({ mie: 0x40n, hideleg: 0x444n, menvcfg: 1n << 63n, henvcfg: 1n << 63n, vsstatus: SIE });
    later.set({ vstimecmp: 1005n, htimedelta: 1000n });
    later.code(`${'addi a0, a0, 1\n'.repeat(100)}`);
    later.setPc(CODE);
    later.hart.run(600);
    expect(later.x(10)).toBe(50n);
    expect(later.get('vscause')).toBe(INTERRUPT | 5n);
  });
});
