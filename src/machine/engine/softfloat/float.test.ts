/** What surrounds the arithmetic: readiness, rounding modes, gathered flags, boxing, and cases worth naming. */
import { beforeAll, expect, test } from 'vitest';
import { compileFloat, DIRTY, FCSR, type FloatModule, FS_OFF, ILLEGAL } from './fixtures/compile.ts';

const NX = 1;
const UF = 2;
const OF = 4;
const DZ = 8;
const NV = 16;
const DYNAMIC = 7;
const QUIET32 = 0xffffffff7fc00000n;
const QUIET64 = 0x7ff8000000000000n;

let float: FloatModule;
let memory: DataView;

beforeAll(async () => {
  float = await compileFloat([]);
  memory = new DataView(float.memory.buffer);
});

/** Runs one instruction as the interpreter does; gives its result and the flags. */
function execute(name: string, args: readonly (bigint | number)[], fcsr = 0): [bigint, number] {
  memory.setBigUint64(FCSR, BigInt(fcsr), true);
  const result = float.call(name, ...args);
  float.floatDone();
  return [result, memory.getUint32(FCSR, true) & 31];
}

const boxed = (bits: number): bigint => 0xffffffff00000000n | BigInt(bits >>> 0);
function bits64(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
function bits32(value: number): bigint {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return boxed(view.getUint32(0));
}

function ready(rm: number, frm: number, off = 0): [boolean, number] {
  memory.setBigUint64(FCSR, BigInt(frm << 5), true);
  memory.setUint32(FS_OFF, off, true);
  memory.setUint32(ILLEGAL, 0, true);
  const answer = float.floatReady(rm) !== 0;
  memory.setUint32(FS_OFF, 0, true);
  return [answer, memory.getUint32(ILLEGAL, true)];
}

test('an instruction is illegal while FS is off', () => {
  expect(ready(0, 0)).toEqual([true, 0]);
  expect(ready(0, 0, 1)).toEqual([false, 1]);
});

test('rounding modes 5 and 6 are illegal, and 7 when frm is above 4 (20.2)', () => {
  for (let rm = 0; rm < 8; rm++) {
    for (let frm = 0; frm < 8; frm++) {
      const legal = rm < 5 || (rm === DYNAMIC && frm < 5);
      expect(ready(rm, frm)).toEqual([legal, legal ? 0 : 1]);
    }
  }
});

test('flags accumulate, and the state becomes dirty', () => {
  memory.setUint32(DIRTY, 0, true);
  const [, divided] = execute('fdivD', [bits64(1), bits64(0), 0], NV | (3 << 5));
  expect(divided).toBe(DZ | NV);
  expect(memory.getUint32(FCSR, true) >> 5).toBe(3);
  expect(memory.getUint32(DIRTY, true)).toBe(1);
  const [, added] = execute('faddD', [bits64(1), bits64(1), 0]);
  expect(added).toBe(0);
});

test('the mode in the instruction goes before frm', () => {
  const third = (rm: number, frm: number): bigint =>
    execute('fdivD', [bits64(1), bits64(3), rm], frm << 5)[0];
  const nearest = bits64(1 / 3);
  expect(third(0, 3)).toBe(nearest);
  expect(third(3, 0)).toBe(nearest + 1n);
  expect(third(DYNAMIC, 3)).toBe(nearest + 1n);
  expect(third(DYNAMIC, 2)).toBe(nearest);
});

test('a single that is not boxed reads as the canonical NaN, except where bits move (21.2)', () => {
  const bare = 0x000000003f800000n;
  expect(execute('faddS', [bare, bits32(1), 0])).toEqual([QUIET32, 0]);
  expect(execute('faddS', [bare, bits32(1), 0], NX)).toEqual([QUIET32, NX]);
  expect(execute('feqS', [bare, bare])).toEqual([0n, 0]);
  expect(execute('fclassS', [bare])).toEqual([1n << 9n, 0]);
  expect(execute('fsgnjS', [bits32(1), bare])).toEqual([bits32(1), 0]);
  expect(execute('fsgnjnS', [bits32(1), bare])).toEqual([bits32(-1), 0]);
  expect(execute('fmvXW', [bare])).toEqual([0x3f800000n, 0]);
  expect(execute('fmvXW', [0x80000000n])).toEqual([0xffffffff80000000n, 0]);
  expect(execute('fmvWX', [0x123456783f800000n])).toEqual([bits32(1), 0]);
  expect(execute('boxS', [0x3f800000n])).toEqual([bits32(1), 0]);
});

test('tininess is detected after rounding (20.2)', () => {
  // 2^-127 × (2 − 2^-25) is 2^-126 after rounding to 24 bits with an unbounded exponent: inexact, not tiny.
  const notTiny = (0x381n << 52n) - (1n << 27n);
  expect(execute('fcvtSD', [notTiny, 0])).toEqual([boxed(0x00800000), NX]);
  // 2^-127 × (2 − 2^-23) has 24 bits: exact with an unbounded exponent, so it is tiny although it becomes 2^-126.
  const tiny = (0x380n << 52n) + ((1n << 52n) - (1n << 29n));
  expect(execute('fcvtSD', [tiny, 0])).toEqual([boxed(0x00800000), NX | UF]);
});

test('integers saturate with NV alone (20.7, table 31)', () => {
  const most = (1n << 63n) - 1n;
  const allOnes = (1n << 64n) - 1n;
  expect(execute('fcvtWD', [bits64(2 ** 31), 0])).toEqual([0x7fffffffn, NV]);
  expect(execute('fcvtWD', [bits64(-(2 ** 31) - 0.5), 1])).toEqual([0xffffffff80000000n, NX]);
  expect(execute('fcvtWD', [bits64(-(2 ** 31) - 0.5), 2])).toEqual([0xffffffff80000000n, NV]);
  expect(execute('fcvtWuD', [bits64(2 ** 32), 0])).toEqual([allOnes, NV]);
  expect(execute('fcvtWuD', [bits64(-0.75), 1])).toEqual([0n, NX]);
  expect(execute('fcvtWuD', [bits64(-0.75), 0])).toEqual([0n, NV]);
  expect(execute('fcvtLD', [QUIET64, 0])).toEqual([most, NV]);
  expect(execute('fcvtLuS', [bits32(-Infinity), 0])).toEqual([0n, NV]);
  expect(execute('fcvtLuS', [bits32(Infinity), 0])).toEqual([allOnes, NV]);
});

test('a product of infinity and zero is invalid even beside a quiet NaN (20.6)', () => {
  expect(execute('fmaddD', [bits64(Infinity), 0n, QUIET64, 0])).toEqual([QUIET64, NV]);
});

test('the host stands in only where it cannot be told apart', () => {
  const smallest = 1n << 52n;
  const cases: readonly [string, bigint, bigint, bigint, number][] = [
    ['fmulD', bits64(1e308), bits64(10), bits64(Infinity), OF | NX],
    ['fmulD', smallest, bits64(0.3), bits64(2 ** -1022 * 0.3), UF | NX],
    ['fmulD', smallest, bits64(1 - 2 ** -53), smallest, UF | NX],
    ['fmulD', smallest - 1n, bits64(1 + 2 ** -52), smallest, NX],
    ['fdivD', bits64(1), bits64(0), bits64(Infinity), DZ | NX],
    ['fdivD', 0n, 0n, QUIET64, NV | NX],
    ['faddD', bits64(Infinity), bits64(-Infinity), QUIET64, NV | NX],
    ['faddD', smallest, smallest ^ 1n ^ (1n << 63n), (1n << 63n) | 1n, NX],
  ];
  for (const [name, a, b, result, flags] of cases) {
    expect([name, ...execute(name, [a, b, 0], NX)]).toEqual([name, result, flags]);
  }
});

test('the last bit of an exact product decides, however far down it lies', () => {
  // (2^53 − 2^27 + 2) × (2^52 + 2^26) = 2^105 + 2^27: a little above half a unit of 2^158.
  const [a, b, c] = [bits64(2 ** 53 - 2 ** 27 + 2), bits64(2 ** 52 + 2 ** 26), bits64(2 ** 158)];
  expect(execute('fmaddD', [a, b, c, 0])).toEqual([c + 1n, NX]);
  expect(execute('fnmsubD', [a, b, c | (1n << 63n), 4])).toEqual([(c + 1n) | (1n << 63n), NX]);
  expect(execute('fmsubD', [a, b, c, 0])).toEqual([((c - 1n) | (1n << 63n)), NX]);
  // (2^24 − 8190) × (2^23 + 4097) = 2^47 + 2: with 2^71 − 2^47 it makes 2^71 + 2.
  const [x, y, z] = [bits32(2 ** 24 - 8190), bits32(2 ** 23 + 4097), bits32(2 ** 71 - 2 ** 47)];
  for (const fcsr of [0, NX]) {
    expect(execute('fmaddS', [x, y, z, 0], fcsr)).toEqual([bits32(2 ** 71), NX]);
    expect(execute('fmaddS', [x, y, z, 3], fcsr)).toEqual([bits32(2 ** 71 + 2 ** 48), NX]);
  }
});
