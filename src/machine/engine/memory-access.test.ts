import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '#base/state/codec';
import type { PartState } from '#base/state/part';
import { type MmioDevice, NO_STATE } from '../devices/device.ts';
import { MmioBus } from '../devices/mmio-bus.ts';
import { MACHINE } from '../machine.ts';
import { PhysicalMemory } from '../memory.ts';
import { A, CODE, D, R, RAM, Rig, U, V, W, X } from './fixtures/rig.ts';

const DATA = RAM + 0x20_0000;
const SV39 = 8n << 60n;
const NAPOT_RWX = 0x1fn;
const ALL_ADDRESSES = (1n << 54n) - 1n;

/** A device of two pages that remembers what was done to it. */
class Probe implements MmioDevice {
  readonly name = 'probe';
  readonly log: string[] = [];
  read(offset: number, size: number): number {
    this.log.push(`read ${offset} ${size}`);
    return 0x8877_6655;
  }
  write(offset: number, size: number, value: number): void {
    this.log.push(`write ${offset} ${size} ${(value >>> 0).toString(16)}`);
  }
  reset(): void {}
  capture(): PartState {
    return NO_STATE;
  }
  restore(): void {}
}

describe('devices', () => {
  test('answer loads and stores of every size, sign-extended as the instruction says', () => {
    const rig = new Rig();
    const probe = new Probe();
    const bus = new MmioBus();
    bus.attach(probe, 0x1000_0000, 0x2000);
    rig.machine.attachBus(bus);
    rig.setX(10, 0x1000_0000n);
    rig.setX(11, 0x1122_3344_5566_7788n);
    rig.execute('lw a2, 4(a0)\nlwu a3, 4(a0)\nld a4, 8(a0)\nsd a1, 16(a0)\nsb a1, 1(a0)');
    expect(rig.x(12)).toBe(0xffff_ffff_8877_6655n);
    expect(rig.x(13)).toBe(0x8877_6655n);
    expect(rig.x(14)).toBe(0x8877_6655_8877_6655n);
    expect(probe.log).toEqual([
      ...['read 4 4', 'read 4 4', 'read 8 4', 'read 12 4'],
      ...['write 16 4 55667788', 'write 20 4 11223344', 'write 1 1 88'],
    ]);
  });

  test('an address that nothing answers is an access fault; so is code or an atomic access there', () => {
    const rig = new Rig();
    rig.setX(10, 0x1000_0000n);
    expect(rig.trap('ld a2, 0(a0)')).toMatchObject({ cause: 5n, tval: 0x1000_0000n, tinst: 0x3603n });
    expect(rig.trap('sd a2, 0(a0)')).toMatchObject({ cause: 7n, tval: 0x1000_0000n });
    expect(rig.trap('lr.d a2, (a0)')).toMatchObject({ cause: 5n });
    expect(rig.trap('amoadd.d a2, a3, (a0)')).toMatchObject({ cause: 7n, tinst: 0x00d0362fn });
    expect(rig.trapAt(0x1000_0000)).toMatchObject({ cause: 1n, tval: 0x1000_0000n, epc: 0x1000_0000n });
    rig.setX(10, 1n << 63n);
    expect(rig.trap('ld a2, 0(a0)')).toMatchObject({ cause: 5n, tval: 1n << 63n });
  });
});

describe('misaligned', () => {
  test('loads and stores are done, LR, SC and AMO trap', () => {
    const rig = new Rig();
    rig.setX(10, BigInt(DATA) + 4093n);
    rig.setX(11, 0x1122_3344_5566_7788n);
    rig.execute('sd a1, 0(a0)\nld a2, 0(a0)\nlw a3, 1(a0)\nlhu a4, 2(a0)');
    expect(rig.x(12)).toBe(0x1122_3344_5566_7788n);
    expect(rig.x(13)).toBe(0x4455_6677n);
    expect(rig.x(14)).toBe(0x5566n);
    expect(rig.trap('lr.w a2, (a0)')).toMatchObject({ cause: 4n, tval: BigInt(DATA) + 4093n });
    expect(rig.trap('sc.w a2, a1, (a0)')).toMatchObject({ cause: 6n, tinst: 0x18b0262fn });
    expect(rig.trap('amoswap.d a2, a1, (a0)')).toMatchObject({ cause: 6n });
  });
});

describe('atomics', () => {
  const operations: readonly (readonly [name: string, memory: bigint, operand: bigint, result: bigint])[] = [
    ['amoswap.d', 1n, 2n, 2n],
    ['amoadd.d', (1n << 64n) - 1n, 2n, 1n],
    ['amoxor.d', 6n, 3n, 5n],
    ['amoand.d', 6n, 3n, 2n],
    ['amoor.d', 6n, 3n, 7n],
    ['amomin.d', 1n, (1n << 64n) - 1n, (1n << 64n) - 1n],
    ['amomax.d', 1n, (1n << 64n) - 1n, 1n],
    ['amominu.d', 1n, (1n << 64n) - 1n, 1n],
    ['amomaxu.d', 1n, (1n << 64n) - 1n, (1n << 64n) - 1n],
    ['amoadd.w', 0x1_7fff_ffffn, 1n, 0x1_8000_0000n],
    ['amomin.w', 0x8000_0000n, 1n, 0x8000_0000n],
    ['amominu.w', 0x8000_0000n, 0xffff_ffff_0000_0001n, 1n],
    ['amomaxu.w', 0x8000_0000n, 0x1n, 0x8000_0000n],
  ];
  test.each(operations)('%s of %s and %s', (name, memory, operand, result) => {
    const rig = new Rig();
    rig.setU64(DATA, memory);
    rig.setX(10, BigInt(DATA));
    rig.setX(11, operand);
    rig.execute(`${name} a2, a1, (a0)`);
    expect(rig.u64(DATA)).toBe(result);
    expect(rig.x(12)).toBe(name.endsWith('w') ? BigInt.asUintN(64, BigInt.asIntN(32, memory)) : memory);
  });

  test('SC stores once after LR of the same address', () => {
    const rig = new Rig();
    rig.setX(10, BigInt(DATA));
    rig.setX(11, 7n);
    rig.execute('lr.d a2, (a0)\nsc.d a3, a1, (a0)\nsc.d a4, a1, (a0)');
    expect([rig.x(13), rig.x(14)]).toEqual([0n, 1n]);
    expect(rig.u64(DATA)).toBe(7n);
    rig.setX(12, BigInt(DATA) + 8n);
    rig.execute('lr.d a3, (a0)\nsc.d a3, a1, (a2)');
    expect(rig.x(13)).toBe(1n);
  });

  test('a reservation does not outlive the turn of another hart', () => {
    const rig = new Rig({ harts: 2 });
    rig.setX(10, BigInt(DATA));
    rig.code('lr.d a2, (a0)\nsc.d a3, a1, (a0)');
    rig.setPc(CODE);
    rig.step();
    const other = rig.machine.harts[1];
    other?.setPc(CODE + 0x100, 0);
    other?.run(10);
    rig.step();
    expect(rig.x(13)).toBe(1n);
  });
});

describe('PMP', () => {
  /** A hart in S-mode with entry 0 as given and all else allowed by the last one. */
  function protectedHart(pmpaddr0: bigint, cfg0: bigint): Rig {
    const rig = new Rig();
    rig.set({ pmpaddr0, pmpcfg0: cfg0, pmpaddr15: ALL_ADDRESSES, pmpcfg2: NAPOT_RWX << 56n });
    rig.mode = 'S';
    rig.setX(10, BigInt(DATA));
    return rig;
  }
  const napot = (base: number, size: number): bigint => (BigInt(base) >> 2n) | BigInt(size / 8 - 1);

  test('permissions of the first match decide; M-mode passes unless locked', () => {
    const rig = protectedHart(napot(DATA, 0x1_0000), 0x19n);
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('S');
    expect(rig.trap('sd a2, 0(a0)')).toMatchObject({ cause: 7n, tval: BigInt(DATA) });
    expect(rig.mode).toBe('M');
    rig.execute('sd a2, 0(a0)');
    expect(rig.mode).toBe('M');
    rig.set({ pmpcfg0: 0x99n });
    rig.execute('csrr a5, pmpcfg0\ncsrw pmpcfg0, x0\ncsrr a6, pmpcfg0');
    expect([rig.x(15), rig.x(16)]).toEqual([0x99n, 0x99n]);
    expect(rig.trap('sd a2, 8(a0)').cause).toBe(7n);
    rig.mode = 'S';
    rig.setX(10, BigInt(DATA) + 0x1_0000n);
    rig.execute('sd a2, 0(a0)');
    expect(rig.mode).toBe('S');
    expect(rig.trapAt(DATA)).toMatchObject({ cause: 1n, tval: BigInt(DATA) });
  });

  test('top of range', () => {
    const rig = protectedHart(BigInt(DATA) >> 2n, 0n);
    rig.set({ pmpaddr1: (BigInt(DATA) + 0x2000n) >> 2n, pmpcfg0: 0x0800n });
    rig.setX(10, BigInt(DATA) - 8n);
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('S');
    rig.setX(10, BigInt(DATA) + 0x1ff8n);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(5n);
    rig.mode = 'S';
    rig.execute('ld a2, 8(a0)');
    expect(rig.mode).toBe('S');
  });

  test('without a match S-mode has nothing, M-mode everything', () => {
    const rig = new Rig();
    rig.set({ pmpcfg0: 0n });
    rig.mode = 'M';
    rig.execute('nop');
    expect(rig.mode).toBe('M');
    rig.mode = 'S';
    expect(rig.trapAt(CODE).cause).toBe(1n);
  });

  test('a walk needs to read its tables, and to write them for A and D', () => {
    const rig = protectedHart(0n, 0n);
    const root = rig.table();
    rig.map(root, BigInt(CODE), CODE, V | R | X | A | D);
    const entry = rig.map(root, 0x5000_0000n, DATA, V | R | W);
    rig.set({ satp: SV39 | BigInt(root >>> 12) });
    rig.set({ pmpaddr0: napot(entry - (entry % 4096), 4096), pmpcfg0: 0x19n });
    rig.setX(10, 0x5000_0000n);
    expect(rig.trap('ld a2, 0(a0)')).toMatchObject({ cause: 5n, tval: 0x5000_0000n });
    rig.setU64(entry, rig.u64(entry) | BigInt(A));
    rig.mode = 'S';
    rig.execute('ld a2, 0(a0)');
    expect(rig.mode).toBe('S');
    expect(rig.trap('sd a2, 0(a0)').cause).toBe(7n);
  });

  test('the granularity is a page, as pmpaddr tells software that looks for it', () => {
    const rig = new Rig();
    rig.mode = 'M';
    expect(rig.write('pmpcfg2', 0n)).toBe(0n);
    expect(rig.write('pmpaddr8', ALL_ADDRESSES)).toBe(ALL_ADDRESSES & ~0x3ffn);
    rig.write('pmpcfg2', 0x18n);
    expect(rig.write('pmpaddr8', 0n)).toBe(0x1ffn);
    expect(rig.write('pmpcfg2', 0x10n)).toBe(0x18n); // NA4 cannot be had
    expect(rig.write('pmpcfg2', 0x0an)).toBe(0x08n); // W without R is reserved
  });
});

describe('a saved hart', () => {
  test('goes on as the original does, cached translations included', () => {
    const build = (): Rig => {
      const rig = new Rig();
      const root = rig.table();
      rig.map(root, BigInt(CODE), CODE, V | R | X | U | A | D);
      rig.map(root, 0x5000_0000n, DATA, V | R | W | U | A | D);
      rig.map(root, 0x5000_1000n, DATA + 4096, V | R | W | U | A | D);
      rig.set({ satp: SV39 | BigInt(root >>> 12) });
      rig.mode = 'U';
      rig.setX(10, 0x5000_0000n);
      rig.execute('ld a2, 0(a0)\nsd a2, 8(a0)');
      // Stale on purpose: what is cached counts, and must still count after restoring.
      rig.map(root, 0x5000_0000n, 0, 0);
      rig.code('ld a2, 0(a0)\nsd a2, 8(a0)\nlui a1, 1\nadd a1, a0, a1\nld a3, 0(a1)');
      rig.setPc(CODE);
      return rig;
    };
    const save = (rig: Rig): Uint8Array => encode(MACHINE, rig.machine.capture());
    const original = build();
    const copy = build();
    const other = new Rig();
    other.machine.ram.write(RAM, copy.machine.ram.view(RAM, 4 << 20));
    other.machine.restore(decode(MACHINE, save(copy)));
    expect(save(other)).toEqual(save(original));
    for (const rig of [original, other]) rig.step(5);
    expect(original.mode).toBe('U');
    expect(save(other)).toEqual(save(original));
  });
});

describe('a write by anyone who is no hart', () => {
  /** All ways in which RAM is written from outside the harts, by a device, a loader, a debugger or a restore. */
  const WAYS: Readonly<Record<string, (ram: PhysicalMemory, at: number, size: number) => number>> = {
    setU8: (ram, at) => (ram.setU8(at, 1), 1),
    setU16: (ram, at) => (ram.setU16(at, 1), 2),
    setU32: (ram, at) => (ram.setU32(at, 1), 4),
    setU64: (ram, at) => (ram.setU64(at, 1, 1), 8),
    write: (ram, at, size) => (ram.write(at, new Uint8Array(size)), size),
    wrote: (ram, at, size) => (ram.view(at, size).fill(0), ram.wrote(at, size), size),
    fill: (ram, at, size) => (ram.fill(at, size, 1), size),
    copy: (ram, at, size) => (ram.copy(RAM, at, size), size),
  };
  /** A hart that holds a reservation on the eight bytes at DATA, and tries to store next. */
  const reserving = (): Rig => {
    const rig = new Rig();
    rig.setX(10, BigInt(DATA));
    rig.code('lr.d a2, (a0)\nsc.d a3, a1, (a0)');
    rig.step();
    return rig;
  };

  test('is one of those that are tried here', () => {
    const methods = Object.getOwnPropertyNames(PhysicalMemory.prototype);
    const reading = ['constructor', 'holds', 'u8', 'u16', 'u32', 'view', 'words', 'isZeros'];
    expect(Object.keys(WAYS).sort()).toEqual(methods.filter((name) => !reading.includes(name)).sort());
  });

  test.each(Object.entries(WAYS))('property: %s ends a reservation on what it writes, and no other', (_, write) => {
    const rig = reserving();
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 1, max: 9000 }), (from, length) => {
        rig.setPc(CODE);
        rig.step();
        const size = write(rig.machine.ram, DATA + from, length);
        rig.step();
        expect(rig.x(13)).toBe(from < 8 && from + size > 0 ? 1n : 0n);
      }),
      { examples: [[-8, 8], [-7, 8], [7, 1], [8, 1]] },
    );
  });

  test('ends the reservation of a hart that runs, too: a device writes while its register is accessed', () => {
    for (const [at, failed] of [
      [DATA + 4, 1n],
      [DATA + 8, 0n],
    ] as const) {
      const rig = reserving();
      class Writer extends Probe {
        override write(): void {
          rig.machine.ram.setU32(at, 1);
        }
      }
      const bus = new MmioBus();
      bus.attach(new Writer(), 0x1000_0000, 0x2000);
      rig.machine.attachBus(bus);
      rig.setX(11, 0x1000_0000n);
      rig.code('lr.d a2, (a0)\nsw a2, 0(a1)\nsc.d a3, a1, (a0)');
      rig.setPc(CODE);
      rig.step(3);
      expect(rig.x(13)).toBe(failed);
    }
  });
});
