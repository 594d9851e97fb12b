/**
 * What the translations of floating-point instructions share: operands of either format, and the checks that tell whether the host's result
 * is the guest's, flags included. It knows no instruction.
 */
import type { EmitContext } from '../emit/emit-context.ts';
import type { FunctionWriter } from '../wasm/function-writer.ts';
import { OP } from '../wasm/opcodes.ts';
import { CONVERT, type Format, pushConstant, pushExponent } from './formats.ts';

/** Writes the current instruction. */
export type FloatEmitter = (c: EmitContext) => void;

/** The local of an operand. */
export function operand({ floats }: EmitContext, { name }: Format, register: number): number {
  return name === 'D' ? floats.double(register) : floats.single(register);
}
/** Pops the result of the current instruction into its register. */
export function setResult({ floats, decoded }: EmitContext, { name }: Format): void {
  if (name === 'D') floats.setDouble(decoded.rd);
  else floats.setSingle(decoded.rd);
}
/** A local of the format for the result. */
export function resultLocal({ floats }: EmitContext, { name }: Format): number {
  return name === 'D' ? floats.scratchDouble(0) : floats.scratchSingle(0);
}

/** Pushes the result of an operation on two locals. */
export function pushBinary(w: FunctionWriter, opcode: number, a: number, b: number): void {
  w.get(a);
  w.get(b);
  w.op(opcode);
}

/** Leaves when a local is infinite or NaN: then it differs from itself by something else than 0. */
export function leaveUnlessFinite(c: EmitContext, format: Format, local: number, deeper = 0): void {
  const { w } = c;
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
