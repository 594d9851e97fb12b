/**
 * What the translations of floating-point instructions share: where registers are, how to leave, and the checks that tell whether the
 * host's result is the guest's, flags included. It knows no instruction.
 */
import type { Decoded } from '#isa/decode';
import { type FunctionWriter, OP } from '../emit/wasm-writer.ts';
import { CONVERT, type Format, pushConstant, pushExponent } from './operations.ts';

/** Where the guest's floating-point registers are while translated code runs, and the way out. */
export interface FloatContext {
  /** True where NX may be clear: then results must be exact. */
  readonly exact: boolean;
  /** The f64 local that holds all bits of an f register. */
  double(register: number): number;
  /** The f32 local that holds an f register as a single; leaves when it is not boxed. */
  single(register: number): number;
  /** Pushes the low half of an f register as i32, boxed or not. */
  pushLowBits(register: number): void;
  /** Pop a value into a register: f64, f32, i64, which may be a sign-extended word. */
  setDouble(register: number): void;
  setSingle(register: number): void;
  setX(register: number, isWord: boolean): void;
  /** The local of an x register other than x0. */
  x(register: number): number;
  /** Locals for intermediate values of the two formats. */
  scratchDouble(n: number): number;
  scratchSingle(n: number): number;
  /**
   * Pops an i32; when it is not 0, leaves for the interpreter to execute this instruction. `deeper`: blocks that the instruction's
   * own code has opened.
   */
  leaveIf(deeper?: number): void;
}

/** Writes one instruction. Registers are set last, after everything that may leave. */
export type FloatEmitter = (w: FunctionWriter, d: Decoded, c: FloatContext) => void;

/** The local of an operand. */
export function operand(c: FloatContext, { name }: Format, register: number): number {
  return name === 'D' ? c.double(register) : c.single(register);
}
export function setResult(c: FloatContext, { name }: Format, register: number): void {
  if (name === 'D') c.setDouble(register);
  else c.setSingle(register);
}
/** A local of the format for the result. */
export function resultLocal(c: FloatContext, { name }: Format): number {
  return name === 'D' ? c.scratchDouble(0) : c.scratchSingle(0);
}

/** Pushes the result of an operation on two locals. */
export function pushBinary(w: FunctionWriter, opcode: number, a: number, b: number): void {
  w.get(a);
  w.get(b);
  w.op(opcode);
}

/** Leaves when a local is infinite or NaN: then it differs from itself by something else than 0. */
export function leaveUnlessFinite(
  w: FunctionWriter,
  format: Format,
  local: number,
  c: FloatContext,
  deeper = 0,
): void {
  pushBinary(w, format.op.sub, local, local);
  pushConstant(w, format, 0);
  w.op(format.op.le);
  w.op(OP.i32Eqz);
  c.leaveIf(deeper);
}

/**
 * Pushes whether a local has an exponent at either end of the range: infinite or NaN, or so small that an inexact result may have
 * been rounded to it from below the smallest normal number.
 */
export function pushExtreme(w: FunctionWriter, format: Format, local: number): void {
  pushExponent(w, format, local);
  w.i32(2);
  w.op(OP.i32Sub);
  w.i32(2 ** format.exponents - 3);
  w.op(OP.i32GeU);
}

/** Pushes whether a local is 0. */
export function pushIsZero(w: FunctionWriter, format: Format, local: number): void {
  w.get(local);
  pushConstant(w, format, 0);
  w.op(format.op.eq);
}

/** The same for the contrary, without a comparison of floating-point numbers: those are long. */
export function pushIsNotZero(w: FunctionWriter, { name }: Format, local: number): void {
  w.get(local);
  if (name === 'D') {
    w.op(CONVERT.i64ReinterpretF64);
    w.i64(1);
    w.op(OP.i64Shl);
    w.op(OP.i64Eqz);
    w.op(OP.i32Eqz);
  } else {
    w.op(CONVERT.i32ReinterpretF32);
    w.i32(1);
    w.op(OP.i32Shl);
  }
}

/**
 * Pushes whether sum = a + b may be inexact. Of the larger operand, the difference from the sum is exact (T. J. Dekker, 1971): it equals
 * the other one when nothing was lost. Asking for both needs no comparison of a with b.
 */
export function pushSumInexact(w: FunctionWriter, { op }: Format, sum: number, a: number, b: number): void {
  pushBinary(w, op.sub, sum, a);
  w.get(b);
  w.op(op.ne);
  pushBinary(w, op.sub, sum, b);
  w.get(a);
  w.op(op.ne);
  w.op(OP.i32Or);
}
