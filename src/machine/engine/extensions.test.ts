/** Optional extensions: what a machine does with their instructions when it has them, and when it lacks one. */
import { expect, test } from 'vitest';
import { COMPRESSED } from '#isa/compressed';
import { OPTIONAL_EXTENSIONS, type OptionalExtension, USUAL_EXTENSIONS } from '#isa/extensions';
import { INSTRUCTIONS } from '#isa/instructions';
import type { Extension } from '#isa/instructions/row';
import { Rig } from './fixtures/rig.ts';

const AT = 0x8001_0000;
const DATA = 0x8002_0000;
const ILLEGAL = 2n;

const isOptional = (extension: Extension): boolean => (OPTIONAL_EXTENSIONS as readonly Extension[]).includes(extension);

/** All rows that are part of an optional extension, in 32 and 16 bits. */
const ROWS: readonly { name: string; bits: number; needs: readonly Extension[] }[] = [
  ...INSTRUCTIONS.map(({ name, match, extension }) => ({ name, bits: match, needs: [extension] })),
  ...COMPRESSED.map(({ name, match, needs }) => ({ name, bits: match, needs: needs ?? [] })),
].filter(({ needs }) => needs.some(isOptional));

/** Executes an instruction on a machine with these extensions; true when it is illegal there. */
function isIllegal(bits: number, extensions: readonly OptionalExtension[] | undefined): boolean {
  const rig = new Rig(extensions && { extensions });
  rig.mode = 'M';
  for (const base of [8, 10]) rig.setX(base, BigInt(DATA));
  rig.machine.ram.setU32(AT, bits);
  rig.setPc(AT);
  rig.step();
  return rig.machine.traps > 0 && rig.get('mcause') === ILLEGAL;
}

test.each(ROWS)('$name is illegal where one of $needs is missing, and only there', ({ bits, needs }) => {
  expect(isIllegal(bits, OPTIONAL_EXTENSIONS)).toBe(false);
  for (const missing of needs)
    expect(
      isIllegal(
        bits,
        OPTIONAL_EXTENSIONS.filter((extension) => extension !== missing),
      ),
    ).toBe(true);
});

test('a machine of which nothing is said has the usual ones', () => {
  for (const { name, bits, needs } of ROWS) {
    const isUsual = needs.every((extension) => (USUAL_EXTENSIONS as readonly Extension[]).includes(extension));
    expect(isIllegal(bits, undefined), name).toBe(!isUsual);
  }
});

/** a0 and a1 go in; a0 (x10) comes out of 16 bits, or a2 of an instruction as text. */
function after(instruction: number | string, a: bigint, b = 0n): bigint {
  const rig = new Rig({ extensions: OPTIONAL_EXTENSIONS });
  rig.setX(10, a);
  rig.setX(11, b);
  if (typeof instruction === 'string') {
    rig.execute(instruction);
    return rig.x(12);
  }
  rig.machine.ram.setU32(AT, instruction);
  rig.setPc(AT);
  rig.step();
  return rig.x(10);
}

const ALL = (1n << 64n) - 1n;
/** The register that 16 bits work on, and the other one: a0 and a1. */
const [A0, A1] = [2 << 7, 3 << 2];

test('Zicond: a register, or zero by another one', () => {
  expect(after('czero.eqz a2, a0, a1', 7n, 0n)).toBe(0n);
  expect(after('czero.eqz a2, a0, a1', 7n, 1n << 40n)).toBe(7n);
  expect(after('czero.nez a2, a0, a1', ALL, 0n)).toBe(ALL);
  expect(after('czero.nez a2, a0, a1', ALL, ALL)).toBe(0n);
});

test('Zcb: on registers', () => {
  const value = 0x1234_5678_9abc_fef0n;
  expect(after(0x9c61 | A0, value)).toBe(0xf0n);
  expect(after(0x9c65 | A0, value)).toBe(ALL - 0xfn);
  expect(after(0x9c69 | A0, value)).toBe(0xfef0n);
  expect(after(0x9c6d | A0, value)).toBe(ALL - 0x10fn);
  expect(after(0x9c71 | A0, value)).toBe(0x9abc_fef0n);
  expect(after(0x9c75 | A0, value)).toBe(ALL - value);
  expect(after(0x9c41 | A0 | A1, 7n, ALL)).toBe(ALL - 6n);
});

test('Zcb: bytes and halfwords', () => {
  const rig = new Rig({ extensions: OPTIONAL_EXTENSIONS });
  const run = (bits: number): void => {
    rig.machine.ram.setU32(AT, bits);
    rig.setPc(AT);
    rig.step();
  };
  rig.setX(10, BigInt(DATA));
  rig.setU64(DATA, 0x8877_f655_44b3_2211n);
  // c.lbu with all four offsets: bit 6 is bit 0 of it, bit 5 bit 1.
  for (const [bits, byte] of [
    [0, 0x11n],
    [0x40, 0x22n],
    [0x20, 0xb3n],
    [0x60, 0x44n],
  ] as const) {
    run(0x8000 | A0 | A1 | bits);
    expect(rig.x(11)).toBe(byte);
  }
  run(0x8400 | A0 | A1 | 0x20);
  expect(rig.x(11)).toBe(0x44b3n);
  run(0x8440 | A0 | A1);
  expect(rig.x(11)).toBe(0x2211n);
  rig.setU64(DATA, 0x8000n);
  run(0x8440 | A0 | A1);
  expect(rig.x(11)).toBe(ALL - 0x7fffn);
  rig.setX(11, 0xaabb_ccddn);
  run(0x8800 | A0 | A1 | 0x60);
  expect(rig.u64(DATA)).toBe(0xdd00_8000n);
  run(0x8c00 | A0 | A1 | 0x20);
  expect(rig.u64(DATA)).toBe(0xccdd_8000n);
});

test.each([
  ['c.lbu', 0x8000, 0x4583],
  ['c.lhu', 0x8400, 0x5583],
  ['c.lh', 0x8440, 0x1583],
  ['c.sb', 0x8800, 0x00b0_0023],
  ['c.sh', 0x8c00, 0x00b0_1023],
])('a guest page fault of %s reports its 32-bit form, with bit 1 clear', (_, match, form) => {
  const rig = new Rig({ extensions: OPTIONAL_EXTENSIONS });
  const root = rig.table(4);
  rig.map(root, BigInt(AT), AT, 0xdf, 0, true);
  rig.set({ hgatp: (8n << 60n) | BigInt(root / 4096), medeleg: 0n });
  rig.mode = 'VS';
  rig.setX(10, 0x1000n);
  rig.machine.ram.setU32(AT, match | A0 | A1);
  rig.setPc(AT);
  rig.step();
  expect(rig.get('mcause')).toBe(form < 0x1_0000 ? 21n : 23n);
  expect(rig.get('mtinst')).toBe(BigInt(form & ~2));
});
