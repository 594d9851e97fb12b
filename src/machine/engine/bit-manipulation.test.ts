import { expect, test } from 'vitest';
import { OPTIONAL_EXTENSIONS } from '#isa/extensions';
import { INSTRUCTIONS } from '#isa/instructions';
import { Rig } from './fixtures/rig.ts';

/** The result of an instruction with a0 and a1 as sources. */
function result(instruction: string, a: bigint, b = 0n): bigint {
  const rig = new Rig();
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

test.each(OPTIONAL_EXTENSIONS)('a machine without %s takes its instructions for illegal, and misa has no B', (missing) => {
  const rig = new Rig({ extensions: OPTIONAL_EXTENSIONS.filter((extension) => extension !== missing) });
  for (const { name, extension, match } of INSTRUCTIONS) {
    if (!OPTIONAL_EXTENSIONS.some((optional) => optional === extension)) continue;
    rig.mode = 'M';
    rig.machine.ram.setU32(0x8001_0000, match);
    const before = rig.machine.counters().traps;
    rig.setPc(0x8001_0000);
    rig.step();
    expect(rig.machine.counters().traps - before, name).toBe(extension === missing ? 1 : 0);
    if (extension === missing) expect(rig.get('mcause')).toBe(2n);
  }
  expect(rig.read('misa') & 2n).toBe(0n);
});
