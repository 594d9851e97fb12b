/** The engine's pure helpers (engine/integer.ts), written in place. */
import type { FunctionWriter } from '../wasm/function-writer.ts';
import { OP } from '../wasm/opcodes.ts';
import type { EmitContext } from './emit-context.ts';

/** Leaves the result of a helper on the stack; `a` and `b` are locals with its arguments, which it may change. */
export type Pure = (c: EmitContext, a: number, b: number) => void;

/** What a division needs of the integers of one width. */
interface Integers {
  readonly constant: (w: FunctionWriter, value: number) => void;
  readonly eqz: number;
  readonly eq: number;
  readonly lowest: number;
  /** Which of the opcodes of a division are theirs. */
  readonly width: 'wide' | 'word';
}
const DOUBLEWORDS: Integers = {
  constant: (w, value) => w.i64(value),
  eqz: OP.i64Eqz,
  eq: OP.i64Eq,
  lowest: -(2 ** 63),
  width: 'wide',
};
const WORDS: Integers = {
  constant: (w, value) => w.i32(value),
  eqz: OP.i32Eqz,
  eq: OP.i32Eq,
  lowest: -(2 ** 31),
  width: 'word',
};

/** A division: its opcodes for both widths, and what it gives. */
interface Division {
  readonly wide: number;
  readonly word: number;
  readonly gives: 'quotient' | 'remainder';
  readonly isSigned: boolean;
}
const DIVIDE: Division = { wide: OP.i64DivS, word: OP.i32DivS, gives: 'quotient', isSigned: true };
const DIVIDE_UNSIGNED: Division = { wide: OP.i64DivU, word: OP.i32DivU, gives: 'quotient', isSigned: false };
const REMAINDER: Division = { wide: OP.i64RemS, word: OP.i32RemS, gives: 'remainder', isSigned: true };
const REMAINDER_UNSIGNED: Division = {
  wide: OP.i64RemU,
  word: OP.i32RemU,
  gives: 'remainder',
  isSigned: false,
};

/** Division of the locals a and b that never traps (unprivileged spec 12.2, table 11). */
function divide({ w }: EmitContext, a: number, b: number, division: Division, integers: Integers): void {
  // b becomes 1 where WebAssembly would trap; the quotient by 1 is a, which overflow (-2^63 / -1) wants, its remainder 0.
  if (division.gives === 'quotient') integers.constant(w, -1);
  else w.get(a);
  w.get(a);
  integers.constant(w, 1);
  w.get(b);
  w.get(b);
  w.op(integers.eqz);
  if (division.isSigned) {
    w.get(b);
    integers.constant(w, -1);
    w.op(integers.eq);
    w.get(a);
    integers.constant(w, integers.lowest);
    w.op(integers.eq);
    w.op(OP.i32And);
    w.op(OP.i32Or);
  }
  w.op(OP.select);
  w.op(division[integers.width]);
  w.get(b);
  w.op(integers.eqz);
  w.op(OP.select);
}

const wide =
  (division: Division): Pure =>
  (c, a, b) =>
    divide(c, a, b, division, DOUBLEWORDS);

/** The same on the low words; the result is sign-extended. */
const words =
  (division: Division): Pure =>
  (c, a, b) => {
    const { w } = c;
    [a, b].forEach((local, i) => {
      w.get(local);
      w.op(OP.i32WrapI64);
      w.set(c.scratchWord(i));
    });
    divide(c, c.scratchWord(0), c.scratchWord(1), division, WORDS);
    w.op(OP.i64ExtendI32S);
  };

/** Upper half of the unsigned product, from four products of halves. */
const mulHighUnsigned: Pure = (c, a, b) => {
  const { w } = c;
  const low = (local: number): void => {
    w.get(local);
    w.i64(0xffffffff);
    w.op(OP.i64And);
  };
  const high = (local: number): void => {
    w.get(local);
    w.i64(32);
    w.op(OP.i64ShrU);
  };
  const middle = c.scratch(2);
  // middle = aHigh * bLow + (aLow * bLow >> 32)
  high(a);
  low(b);
  w.op(OP.i64Mul);
  low(a);
  low(b);
  w.op(OP.i64Mul);
  w.i64(32);
  w.op(OP.i64ShrU);
  w.op(OP.i64Add);
  w.set(middle);
  high(a);
  high(b);
  w.op(OP.i64Mul);
  high(middle);
  w.op(OP.i64Add);
  // cross = aLow * bHigh + low(middle)
  low(a);
  high(b);
  w.op(OP.i64Mul);
  low(middle);
  w.op(OP.i64Add);
  w.i64(32);
  w.op(OP.i64ShrU);
  w.op(OP.i64Add);
};

/** Takes b off the top of the stack where a is negative. */
const correct: Pure = ({ w }, a, b) => {
  w.get(a);
  w.i64(63);
  w.op(OP.i64ShrS);
  w.get(b);
  w.op(OP.i64And);
  w.op(OP.i64Sub);
};

/** Every fourth bit; see engine/integer.ts. */
const FOURTHS = 0x1111_1111;

/** Lower half of the product without carries, of the locals a and b. */
const carrylessProduct: Pure = ({ w }, a, b) => {
  const fourths = (local: number, which: number): void => {
    w.get(local);
    w.i64Twice(FOURTHS << (which & 3));
    w.op(OP.i64And);
  };
  for (let k = 0; k < 4; k++) {
    for (let i = 0; i < 4; i++) {
      fourths(a, i);
      fourths(b, k - i);
      w.op(OP.i64Mul);
      if (i > 0) w.op(OP.i64Xor);
    }
    w.i64Twice(FOURTHS << k);
    w.op(OP.i64And);
    if (k > 0) w.op(OP.i64Or);
  }
};

/** Bits are exchanged at these distances within what masks name; halves of the whole by a rotation. */
const EXCHANGES: readonly (readonly [distance: number, mask: number])[] = [
  [1, 0x5555_5555],
  [2, 0x3333_3333],
  [4, 0x0f0f_0f0f],
  [8, 0x00ff_00ff],
  [16, 0x0000_ffff],
];

/** Leaves the bits of a local in reverse order, which it changes; from a distance on only. */
function reverse({ w }: EmitContext, local: number, least = 1): void {
  for (const [distance, mask] of EXCHANGES) {
    if (distance < least) continue;
    w.get(local);
    w.i64(distance);
    w.op(OP.i64ShrU);
    w.i64Twice(mask);
    w.op(OP.i64And);
    w.get(local);
    w.i64Twice(mask);
    w.op(OP.i64And);
    w.i64(distance);
    w.op(OP.i64Shl);
    w.op(OP.i64Or);
    w.set(local);
  }
  w.get(local);
  w.i64(32);
  w.op(OP.i64Rotr);
}

/** The engine's pure helpers (engine/integer.ts), written in place. */
export const PURE: Readonly<Record<string, Pure>> = {
  mulHighUnsigned,
  mulHigh: (c, a, b) => {
    mulHighUnsigned(c, a, b);
    correct(c, a, b);
    correct(c, b, a);
  },
  mulHighSignedUnsigned: (c, a, b) => {
    mulHighUnsigned(c, a, b);
    correct(c, a, b);
  },
  carrylessProduct,
  carrylessProductReversed: (c, a, b) => {
    for (const local of [a, b]) {
      reverse(c, local);
      c.w.set(local);
    }
    carrylessProduct(c, a, b);
    c.w.set(a);
    reverse(c, a);
  },
  reverseBytes: (c, a) => reverse(c, a, 8),
  divide: wide(DIVIDE),
  divideUnsigned: wide(DIVIDE_UNSIGNED),
  remainder: wide(REMAINDER),
  remainderUnsigned: wide(REMAINDER_UNSIGNED),
  divideWord: words(DIVIDE),
  divideUnsignedWord: words(DIVIDE_UNSIGNED),
  remainderWord: words(REMAINDER),
  remainderUnsignedWord: words(REMAINDER_UNSIGNED),
};
