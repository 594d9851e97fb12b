/**
 * Arithmetic, comparisons, signs and classes of floating-point numbers (unprivileged spec 20.6 to 20.9) as WebAssembly: the host's own
 * operation, and a check that nothing but NX could have been raised.
 */

import type { FunctionWriter } from '../wasm/function-writer.ts';
import { OP } from '../wasm/opcodes.ts';
import {
  type FloatEmitter,
  leaveUnlessFinite,
  operand,
  pushBinary,
  pushExtreme,
  pushIsNotZero,
  pushIsZero,
  pushSumInexact,
  resultLocal,
  setResult,
} from './checks.ts';
import { CONVERT, DOUBLE, type Format, pushConstant, pushExponent, SINGLE } from './formats.ts';

/**
 * Pushes whether the product of two doubles may have more than 53 bits: it has that many when its factors, as integers of 53 bits, end
 * in 53 zeros together. Bits above the product's lowest 53 do not matter, so exponents may stay where they are.
 */
export function pushProductInexact(w: FunctionWriter, a: number, b: number): void {
  for (const local of [a, b]) {
    w.get(local);
    w.op(CONVERT.i64ReinterpretF64);
    w.i64(2 ** 52);
    w.op(OP.i64Or);
  }
  w.op(OP.i64Mul);
  w.i64(11);
  w.op(OP.i64Shl);
  w.op(OP.i64Eqz);
  w.op(OP.i32Eqz);
}

/** Pushes whether the product of two singles differs from a third; as doubles such products are exact. */
function pushWideProductDiffers(w: FunctionWriter, a: number, b: number, product: number): void {
  for (const local of [a, b]) {
    w.get(local);
    w.op(CONVERT.f64PromoteF32);
  }
  w.op(DOUBLE.op.mul);
  w.get(product);
  w.op(CONVERT.f64PromoteF32);
  w.op(DOUBLE.op.ne);
}

/** Sums are finite or overflow; where they are subnormal they are exact. */
function sum(format: Format, name: 'add' | 'sub'): FloatEmitter {
  const { op } = format;
  return (c) => {
    const { w, decoded, floats } = c;
    const a = operand(c, format, decoded.rs1);
    const b = operand(c, format, decoded.rs2);
    const result = resultLocal(c, format);
    pushBinary(w, op[name], a, b);
    w.set(result);
    if (!floats.exact) {
      leaveUnlessFinite(c, format, result);
    } else if (name === 'add') {
      pushSumInexact(w, format, result, a, b);
      c.leaveIf();
    } else {
      // result = a - b, so a = result + b.
      pushBinary(w, op.sub, a, result);
      w.get(b);
      w.op(op.ne);
      pushBinary(w, op.add, result, b);
      w.get(a);
      w.op(op.ne);
      w.op(OP.i32Or);
      c.leaveIf();
    }
    w.get(result);
    setResult(c, format);
  };
}

/** Pushes whether a result of usual size may be inexact. */
type PushInexact = (w: FunctionWriter, result: number, a: number, b: number) => void;

/** Products and quotients. */
function scaled(format: Format, name: 'mul' | 'div', inexact: PushInexact): FloatEmitter {
  return (c) => {
    const { w, decoded, floats } = c;
    const a = operand(c, format, decoded.rs1);
    const b = operand(c, format, decoded.rs2);
    const result = resultLocal(c, format);
    pushBinary(w, format.op[name], a, b);
    w.set(result);
    pushExtreme(w, format, result);
    w.open(OP.if);
    // Zeros are exact when they come of zeros. This is jumped over nearly always, so that it should be short.
    pushIsNotZero(w, format, result);
    c.leaveIf(1);
    if (name === 'mul') {
      w.open(OP.block);
      pushIsNotZero(w, format, a);
      w.op(OP.i32Eqz);
      w.branch(OP.brIf, 0);
      pushIsNotZero(w, format, b);
      c.leaveIf(2);
      w.op(OP.end);
    } else {
      pushIsNotZero(w, format, a);
      c.leaveIf(1);
    }
    if (floats.exact) {
      w.op(OP.else);
      inexact(w, result, a, b);
      c.leaveIf(1);
    }
    w.op(OP.end);
    w.get(result);
    setResult(c, format);
  };
}

/** A quotient is exact when it, times the divisor, is exactly the dividend. Of dividends near the subnormals we know too little. */
const quotientInexact: PushInexact = (w, result, a, b) => {
  pushProductInexact(w, result, b);
  pushBinary(w, DOUBLE.op.mul, result, b);
  w.get(a);
  w.op(DOUBLE.op.ne);
  w.op(OP.i32Or);
  pushExponent(w, DOUBLE, a);
  w.i32(2);
  w.op(OP.i32LtU);
  w.op(OP.i32Or);
};

function squareRoot(format: Format): FloatEmitter {
  return (c) => {
    const { w, decoded, floats } = c;
    const a = operand(c, format, decoded.rs1);
    const result = resultLocal(c, format);
    w.get(a);
    w.op(format.op.sqrt);
    w.set(result);
    if (!floats.exact) leaveUnlessFinite(c, format, result);
    else if (format.name === 'S') {
      pushWideProductDiffers(w, result, result, a);
      // An infinite root is its own square.
      pushExtreme(w, format, result);
      w.op(OP.i32Or);
      c.leaveIf();
    } else {
      quotientInexact(w, result, a, result);
      pushExtreme(w, format, result);
      w.op(OP.i32Or);
      c.leaveIf();
    }
    w.get(result);
    setResult(c, format);
  };
}

function extremum(format: Format, name: 'min' | 'max'): FloatEmitter {
  return (c) => {
    const { w, decoded } = c;
    const result = resultLocal(c, format);
    pushBinary(w, format.op[name], operand(c, format, decoded.rs1), operand(c, format, decoded.rs2));
    w.set(result);
    pushBinary(w, format.op.ne, result, result);
    c.leaveIf();
    w.get(result);
    setResult(c, format);
  };
}

/** Leaves when either operand is a NaN: comparisons with any may signal. The opposites are both false then. */
function comparison(format: Format, name: 'eq' | 'lt' | 'le'): FloatEmitter {
  const { op } = format;
  return (c) => {
    const { w, decoded } = c;
    const a = operand(c, format, decoded.rs1);
    const b = operand(c, format, decoded.rs2);
    pushBinary(w, name === 'lt' ? op.lt : op.le, a, b);
    pushBinary(w, name === 'lt' ? op.ge : op.gt, a, b);
    w.op(OP.i32Or);
    w.op(OP.i32Eqz);
    c.leaveIf();
    if (decoded.rd === 0) return;
    pushBinary(w, op[name], a, b);
    w.op(OP.i64ExtendI32U);
    c.setX(decoded.rd, true);
  };
}

/** fsgnj, fsgnjn, fsgnjx: the host's operations on signs leave all other bits alone, those of NaNs too. */
function sign(format: Format, name: 'same' | 'opposite' | 'xor'): FloatEmitter {
  const { op } = format;
  return (c) => {
    const { w, decoded } = c;
    const a = operand(c, format, decoded.rs1);
    const b = operand(c, format, decoded.rs2);
    w.get(a);
    if (decoded.rs1 === decoded.rs2) {
      if (name !== 'same') w.op(name === 'opposite' ? op.neg : op.abs);
    } else if (name === 'xor') {
      const [reinterpret, back, xor] =
        format.name === 'D'
          ? [CONVERT.i64ReinterpretF64, CONVERT.f64ReinterpretI64, OP.i64Xor]
          : [CONVERT.i32ReinterpretF32, CONVERT.f32ReinterpretI32, OP.i32Xor];
      w.op(reinterpret);
      // The sign alone of b: that of its magnitude's opposite.
      pushConstant(w, format, 0);
      w.get(b);
      w.op(op.copysign);
      w.op(reinterpret);
      w.op(xor);
      w.op(back);
    } else {
      w.get(b);
      if (name === 'opposite') w.op(op.neg);
      w.op(op.copysign);
    }
    setResult(c, format);
  };
}

/** fclass of zeros and normal numbers (20.9, table 30). */
function classification(format: Format): FloatEmitter {
  return (c) => {
    const { w, decoded } = c;
    const a = operand(c, format, decoded.rs1);
    pushExponent(w, format, a);
    w.i32(1);
    w.op(OP.i32Sub);
    w.i32(2 ** format.exponents - 2);
    w.op(OP.i32GeU);
    pushIsZero(w, format, a);
    w.op(OP.i32Eqz);
    w.op(OP.i32And);
    c.leaveIf();
    if (decoded.rd === 0) return;
    const bySign = (negative: number, positive: number): void => {
      w.i64(negative);
      w.i64(positive);
      pushConstant(w, format, 1);
      w.get(a);
      w.op(format.op.copysign);
      pushConstant(w, format, 0);
      w.op(format.op.lt);
      w.op(OP.select);
    };
    bySign(1 << 3, 1 << 4);
    bySign(1 << 1, 1 << 6);
    pushIsZero(w, format, a);
    w.op(OP.select);
    c.setX(decoded.rd, true);
  };
}

function emittersOf(format: Format): Record<string, FloatEmitter> {
  const isDouble = format.name === 'D';
  return {
    fadd: sum(format, 'add'),
    fsub: sum(format, 'sub'),
    fmul: scaled(
      format,
      'mul',
      isDouble
        ? (w, _, a, b) => pushProductInexact(w, a, b)
        : (w, result, a, b) => pushWideProductDiffers(w, a, b, result),
    ),
    fdiv: scaled(
      format,
      'div',
      isDouble ? quotientInexact : (w, result, a, b) => pushWideProductDiffers(w, result, b, a),
    ),
    fsqrt: squareRoot(format),
    fmin: extremum(format, 'min'),
    fmax: extremum(format, 'max'),
    feq: comparison(format, 'eq'),
    flt: comparison(format, 'lt'),
    fle: comparison(format, 'le'),
    fsgnj: sign(format, 'same'),
    fsgnjn: sign(format, 'opposite'),
    fsgnjx: sign(format, 'xor'),
    fclass: classification(format),
  };
}

/** By the names of the instruction table's helpers. */
export const ARITHMETIC: Readonly<Record<string, FloatEmitter>> = Object.fromEntries(
  [SINGLE, DOUBLE].flatMap((format) =>
    Object.entries(emittersOf(format)).map(([name, emitter]) => [name + format.name, emitter] as const),
  ),
);
