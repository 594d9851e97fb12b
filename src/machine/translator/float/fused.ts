/**
 * Fused multiply-adds without a host instruction for them (unprivileged spec 20.6): error-free transformations of the host's arithmetic
 * give the exact sum as three doubles, which are then rounded once.
 */

import type { EmitContext } from '../emit/emit-context.ts';
import type { FunctionWriter } from '../wasm/function-writer.ts';
import { OP } from '../wasm/opcodes.ts';
import {
  type FloatEmitter,
  leaveUnlessFinite,
  pushBinary,
  pushExtreme,
  pushIsZero,
  pushSumInexact,
  resultLocal,
} from './checks.ts';
import { CONVERT, DOUBLE, pushExponent, SINGLE } from './formats.ts';

const { op } = DOUBLE;
const BIAS = 1023;
/** Factors within 2^±450 and an addend within 2^±900: nothing below overflows, and no error lies below the smallest number. */
const FACTOR_REACH = 450;
const ADDEND_REACH = 900;
/** Bits of the lower part when a double is cut in two. */
const LOW_PART = 27;
/**
 * What brings a double to the middle between two neighbours of it, and is no larger than two units of its last place, is a multiple of a
 * quarter of that: it has few bits, none among its lowest 48.
 */
const LOW_BITS = 48;

/** Signs of the product and of the addend. */
interface Signs {
  readonly product: boolean;
  readonly addend: boolean;
}

/** Pushes whether an exponent is further from 0 than a distance. */
function pushBeyond(w: FunctionWriter, local: number, reach: number): void {
  pushExponent(w, DOUBLE, local);
  w.i32(BIAS - reach);
  w.op(OP.i32Sub);
  w.i32(2 * reach + 1);
  w.op(OP.i32GeU);
}

/** Locals by name. */
class Terms {
  readonly #c: EmitContext;
  #next = 1;

  constructor(c: EmitContext) {
    this.#c = c;
  }
  /** A local that holds what is on the stack. */
  take(): number {
    const local = this.#c.floats.scratchDouble(this.#next++);
    this.#c.w.set(local);
    return local;
  }
  /** A local for the result of an operation. */
  of(opcode: number, a: number, b: number): number {
    pushBinary(this.#c.w, opcode, a, b);
    return this.take();
  }
  /** a = high + low: rounded to 26 bits, which leaves as many with a sign, so that products of parts are exact. */
  split(a: number): [high: number, low: number] {
    const { w } = this.#c;
    w.get(a);
    w.op(CONVERT.i64ReinterpretF64);
    w.i64(2 ** (LOW_PART - 1));
    w.op(OP.i64Add);
    w.i64(-(2 ** LOW_PART));
    w.op(OP.i64And);
    w.op(CONVERT.f64ReinterpretI64);
    const high = this.take();
    return [high, this.of(op.sub, a, high)];
  }
  /** a * b = product + error (T. J. Dekker, 1971). */
  product(a: number, b: number): [product: number, error: number] {
    const { w } = this.#c;
    const [aHigh, aLow] = this.split(a);
    const [bHigh, bLow] = this.split(b);
    const product = this.of(op.mul, a, b);
    pushBinary(w, op.mul, aHigh, bHigh);
    w.get(product);
    w.op(op.sub);
    pushBinary(w, op.mul, aHigh, bLow);
    w.op(op.add);
    pushBinary(w, op.mul, aLow, bHigh);
    w.op(op.add);
    pushBinary(w, op.mul, aLow, bLow);
    w.op(op.add);
    return [product, this.take()];
  }
  /** a + b = sum + error (D. E. Knuth, O. Møller). */
  sum(a: number, b: number): [sum: number, error: number] {
    const sum = this.of(op.add, a, b);
    return [sum, this.error(sum, a, b)];
  }
  error(sum: number, a: number, b: number): number {
    const { w } = this.#c;
    const part = this.of(op.sub, sum, a);
    w.get(a);
    pushBinary(w, op.sub, sum, part);
    w.op(op.sub);
    pushBinary(w, op.sub, b, part);
    w.op(op.add);
    return this.take();
  }
}

/** result = a * b + c where the factors or the addend are very large or small, or 0. */
function emitExtreme(c: EmitContext, [a, b, addend]: Operands, result: number): void {
  const { w } = c;
  pushBinary(w, op.mul, a, b);
  w.get(addend);
  w.op(op.add);
  w.set(result);
  // A product that is 0 is exact, and so is a sum with 0, unless the product itself was not.
  pushIsZero(w, DOUBLE, a);
  pushIsZero(w, DOUBLE, b);
  w.op(OP.i32Or);
  if (!c.floats.exact) {
    pushIsZero(w, DOUBLE, addend);
    pushExtreme(w, DOUBLE, result);
    w.op(OP.i32Eqz);
    w.op(OP.i32And);
    w.op(OP.i32Or);
  }
  w.op(OP.i32Eqz);
  c.leaveIf(1);
  leaveUnlessFinite(c, DOUBLE, result, 1);
}

type Operands = readonly [a: number, b: number, addend: number];

/**
 * Writes result = a * b + c for operands of usual size. Exactly, this is sum + (sumError + productError). The rest in parentheses is rounded
 * before it is added; when is that no harm? If sumError is 0, the rest is exact. If not, product and addend did not cancel, and the rest is
 * below two units of the sum's last place. What it may not do is to cross the middle between two neighbours of the sum: middles are numbers
 * of few bits, so rounding can move the rest onto one, but not across. There it is moved back to the side that it came from, as
 * rounding to odd would have done (S. Boldo, G. Melquiond: "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding
 * to odd", IEEE Transactions on Computers 57, 2008).
 */
function emitUsual(c: EmitContext, [a, b, addend]: Operands, result: number): void {
  const { w } = c;
  const t = new Terms(c);
  const [product, productError] = t.product(a, b);
  const [sum, sumError] = t.sum(product, addend);
  const rest = t.of(op.add, sumError, productError);
  if (c.floats.exact) {
    pushSumInexact(w, DOUBLE, rest, sumError, productError);
    c.leaveIf(1);
    pushBinary(w, op.add, sum, rest);
    w.set(result);
    pushSumInexact(w, DOUBLE, result, sum, rest);
    c.leaveIf(1);
    return;
  }
  w.get(rest);
  w.op(CONVERT.i64ReinterpretF64);
  w.i64(64 - LOW_BITS);
  w.op(OP.i64Shl);
  w.op(OP.i64Eqz);
  w.open(OP.if);
  const error = t.error(rest, sumError, productError);
  pushIsZero(w, DOUBLE, error);
  w.op(OP.i32Eqz);
  w.open(OP.if);
  w.get(rest);
  w.op(CONVERT.i64ReinterpretF64);
  w.i64(1);
  w.i64(-1);
  // One more in magnitude when the error has the sign of the rest, one less when not.
  w.get(error);
  w.op(CONVERT.i64ReinterpretF64);
  w.get(rest);
  w.op(CONVERT.i64ReinterpretF64);
  w.op(OP.i64Xor);
  w.i64(0);
  w.op(OP.i64GeS);
  w.op(OP.select);
  w.op(OP.i64Add);
  w.op(CONVERT.f64ReinterpretI64);
  w.set(rest);
  w.op(OP.end);
  w.op(OP.end);
  pushBinary(w, op.add, sum, rest);
  w.set(result);
}

function fusedDouble(signs: Signs): FloatEmitter {
  return (c) => {
    const { w, decoded, floats } = c;
    const signed = (register: number, negative: boolean, n: number): number => {
      const local = floats.double(register);
      if (!negative) return local;
      const opposite = floats.scratchDouble(n);
      w.get(local);
      w.op(op.neg);
      w.set(opposite);
      return opposite;
    };
    const operands: Operands = [
      signed(decoded.rs1, signs.product, TERMS),
      floats.double(decoded.rs2),
      signed(decoded.rs3, signs.addend, TERMS + 1),
    ];
    const result = resultLocal(c, DOUBLE);
    const [a, b, addend] = operands;
    pushBeyond(w, a, FACTOR_REACH);
    pushBeyond(w, b, FACTOR_REACH);
    w.op(OP.i32Or);
    pushBeyond(w, addend, ADDEND_REACH);
    w.op(OP.i32Or);
    w.open(OP.if);
    emitExtreme(c, operands, result);
    w.op(OP.else);
    emitUsual(c, operands, result);
    w.op(OP.end);
    w.get(result);
    floats.setDouble(decoded.rd);
  };
}

/** Most terms of one instruction; locals behind them hold operands with another sign. */
const TERMS = 20;

/**
 * The product of two singles is exact as a double. Rounding the sum to a double first does no harm, unless that lands in the middle
 * between two singles: then it may have come from either side.
 */
function fusedSingle(signs: Signs): FloatEmitter {
  return (c) => {
    const { w, decoded, floats } = c;
    const a = floats.single(decoded.rs1);
    const b = floats.single(decoded.rs2);
    const addend = floats.single(decoded.rs3);
    const t = new Terms(c);
    const result = resultLocal(c, SINGLE);
    w.get(a);
    if (signs.product) w.op(SINGLE.op.neg);
    w.op(CONVERT.f64PromoteF32);
    w.get(b);
    w.op(CONVERT.f64PromoteF32);
    w.op(op.mul);
    const product = t.take();
    w.get(addend);
    if (signs.addend) w.op(SINGLE.op.neg);
    w.op(CONVERT.f64PromoteF32);
    const other = t.take();
    const sum = t.of(op.add, product, other);
    w.get(sum);
    w.op(CONVERT.f32DemoteF64);
    w.set(result);
    const leaveUnlessExact = (deeper: number): void => {
      pushSumInexact(w, DOUBLE, sum, product, other);
      w.get(result);
      w.op(CONVERT.f64PromoteF32);
      w.get(sum);
      w.op(op.ne);
      w.op(OP.i32Or);
      c.leaveIf(deeper);
    };
    if (floats.exact) {
      leaveUnlessExact(0);
    } else {
      pushExtreme(w, SINGLE, result);
      w.get(sum);
      w.op(CONVERT.i64ReinterpretF64);
      w.i64(0x1fffffff);
      w.op(OP.i64And);
      w.i64(0x10000000);
      w.op(OP.i64Eq);
      w.op(OP.i32Or);
      w.open(OP.if);
      leaveUnlessExact(1);
      w.op(OP.end);
    }
    w.get(result);
    floats.setSingle(decoded.rd);
  };
}

/** By the names of the instruction table's helpers. */
export const FUSED: Readonly<Record<string, FloatEmitter>> = Object.fromEntries(
  (
    [
      ['fmadd', { product: false, addend: false }],
      ['fmsub', { product: false, addend: true }],
      ['fnmsub', { product: true, addend: false }],
      ['fnmadd', { product: true, addend: true }],
    ] as const
  ).flatMap(([name, signs]) => [
    [`${name}S`, fusedSingle(signs)],
    [`${name}D`, fusedDouble(signs)],
  ]),
);
