/** The engine's pure helpers (engine/integer.ts), written in place. */
import type { Registers } from './expressions.ts';
import { type FunctionWriter, OP } from './wasm-writer.ts';

/** Leaves the result of a helper on the stack; `a` and `b` are locals with its arguments, which it may change. */
export type Pure = (w: FunctionWriter, a: number, b: number, r: Registers) => void;

/** Opcodes of one width that a division needs. */
interface DivisionOps {
  readonly constant: (w: FunctionWriter, value: number) => void;
  readonly eqz: number;
  readonly eq: number;
  readonly lowest: number;
}
const DOUBLEWORDS: DivisionOps = {
  constant: (w, value) => w.i64(value),
  eqz: OP.i64Eqz,
  eq: OP.i64Eq,
  lowest: -(2 ** 63),
};
const WORDS: DivisionOps = {
  constant: (w, value) => w.i32(value),
  eqz: OP.i32Eqz,
  eq: OP.i32Eq,
  lowest: -(2 ** 31),
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
function divide(
  w: FunctionWriter,
  a: number,
  b: number,
  opcode: number,
  d: Division,
  ops: DivisionOps,
): void {
  // b becomes 1 where WebAssembly would trap; the quotient by 1 is a, which overflow (-2^63 / -1) wants, its remainder 0.
  if (d.gives === 'quotient') ops.constant(w, -1);
  else w.get(a);
  w.get(a);
  ops.constant(w, 1);
  w.get(b);
  w.get(b);
  w.op(ops.eqz);
  if (d.isSigned) {
    w.get(b);
    ops.constant(w, -1);
    w.op(ops.eq);
    w.get(a);
    ops.constant(w, ops.lowest);
    w.op(ops.eq);
    w.op(OP.i32And);
    w.op(OP.i32Or);
  }
  w.op(OP.select);
  w.op(opcode);
  w.get(b);
  w.op(ops.eqz);
  w.op(OP.select);
}

const wide =
  (d: Division): Pure =>
  (w, a, b) =>
    divide(w, a, b, d.wide, d, DOUBLEWORDS);

/** The same on the low words; the result is sign-extended. */
const words =
  (d: Division): Pure =>
  (w, a, b, r) => {
    [a, b].forEach((local, i) => {
      w.get(local);
      w.op(OP.i32WrapI64);
      w.set(r.scratchWord(i));
    });
    divide(w, r.scratchWord(0), r.scratchWord(1), d.word, d, WORDS);
    w.op(OP.i64ExtendI32S);
  };

/** Upper half of the unsigned product, from four products of halves. */
const mulHighUnsigned: Pure = (w, a, b, r) => {
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
  const middle = r.scratch(2);
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
const correct: Pure = (w, a, b) => {
  w.get(a);
  w.i64(63);
  w.op(OP.i64ShrS);
  w.get(b);
  w.op(OP.i64And);
  w.op(OP.i64Sub);
};

/** The engine's pure helpers (engine/integer.ts), written in place. */
export const PURE: Readonly<Record<string, Pure>> = {
  mulHighUnsigned,
  mulHigh: (w, a, b, r) => {
    mulHighUnsigned(w, a, b, r);
    correct(w, a, b, r);
    correct(w, b, a, r);
  },
  mulHighSignedUnsigned: (w, a, b, r) => {
    mulHighUnsigned(w, a, b, r);
    correct(w, a, b, r);
  },
  divide: wide(DIVIDE),
  divideUnsigned: wide(DIVIDE_UNSIGNED),
  remainder: wide(REMAINDER),
  remainderUnsigned: wide(REMAINDER_UNSIGNED),
  divideWord: words(DIVIDE),
  divideUnsignedWord: words(DIVIDE_UNSIGNED),
  remainderWord: words(REMAINDER),
  remainderUnsignedWord: words(REMAINDER_UNSIGNED),
};
