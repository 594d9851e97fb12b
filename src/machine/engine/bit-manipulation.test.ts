import { expect, test } from 'vitest';
import { OPTIONAL_EXTENSIONS, type OptionalExtension } from '#isa/extensions';
import { Rig } from './fixtures/rig.ts';

/** The result of an instruction with a0 and a1 as sources. */
function result(instruction: string, a: bigint, b = 0n): bigint {
  const rig = new Rig({ extensions: OPTIONAL_EXTENSIONS });
  rig.setX(10, a);
  rig.setX(11, b);
  rig.execute(instruction);
  return rig.x(12);
}

const ALL = (1n << 64n) - 1n;

test('counts of nothing are the width', () => {
  expect(result('clz a2, a0', 0n)).toBe(64n);
  expect(result('ctz a2, a0', 0n)).toBe(64n);
  expect(result('clzw a2, a0', 0n)).toBe(32n);
  expect(result('cpop a2, a0', ALL)).toBe(64n);
});

test('words count no more than themselves', () => {
  expect(result('ctzw a2, a0', 1n << 53n)).toBe(32n);
  expect(result('clzw a2, a0', ALL << 32n)).toBe(32n);
  expect(result('cpopw a2, a0', ALL)).toBe(32n);
});

test('rotations of words are sign-extended', () => {
  expect(result('rolw a2, a0, a1', 1n, 31n)).toBe(ALL - 0x7fff_ffffn);
  expect(result('rorw a2, a0, a1', 1n, 33n)).toBe(ALL - 0x7fff_ffffn);
  expect(result('roriw a2, a0, 4', 0xff12_3456_789an)).toBe(ALL - 0xffff_ffffn + 0xa345_6789n);
  expect(result('rol a2, a0, a1', 1n, ALL)).toBe(1n << 63n);
});

test('bytes are combined and reversed', () => {
  expect(result('orc.b a2, a0', 0x0100_8000_0010_ff00n)).toBe(0xff00_ff00_00ff_ff00n);
  expect(result('rev8 a2, a0', 0x0102_0304_0506_0708n)).toBe(0x0807_0605_0403_0201n);
});

test('products without carries', () => {
  expect(result('clmul a2, a0, a1', 0b1011n, 0b110n)).toBe(0b111010n);
  expect(result('clmulh a2, a0, a1', 1n << 63n, 0b110n)).toBe(0b11n);
  expect(result('clmulr a2, a0, a1', 1n << 63n, 0b110n)).toBe(0b110n);
  let state = 1n;
  const random = (): bigint => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & ALL;
    return state ^ (state >> 29n);
  };
  for (const [a, b] of [[ALL, ALL], ...Array.from({ length: 30 }, () => [random(), random()])] as [bigint, bigint][]) {
    let product = 0n;
    for (let i = 0n; i < 64n; i++) if (((b >> i) & 1n) !== 0n) product ^= a << i;
    expect(result('clmul a2, a0, a1', a, b)).toBe(product & ALL);
    expect(result('clmulh a2, a0, a1', a, b)).toBe(product >> 64n);
    expect(result('clmulr a2, a0, a1', a, b)).toBe((product >> 63n) & ALL);
  }
});

test('misa has B when Zba, Zbb and Zbs are there', () => {
  const misa = (extensions?: readonly OptionalExtension[]): bigint => {
    const rig = new Rig(extensions && { extensions });
    rig.mode = 'M';
    return rig.read('misa') & 2n;
  };
  expect(misa(['Zba', 'Zbb', 'Zbs'])).toBe(2n);
  for (const missing of ['Zba', 'Zbb', 'Zbs'])
    expect(misa(OPTIONAL_EXTENSIONS.filter((extension) => extension !== missing))).toBe(0n);
});
