/**
 * What every function that writes code is given: the writer, the instruction that is being written, where the guest's registers are
 * while translated code runs, and the way out. There is one for each function of WebAssembly; only the instruction changes.
 */
import type { Decoded } from '#isa/decode';
import type { FunctionWriter } from '../wasm/function-writer.ts';

/**
 * Pops an i32. When it is not 0, the region is left and the interpreter executes the instruction that is being written, of which nothing
 * may have happened yet. `deeper`: blocks that are open and that the context has not opened.
 */
export type LeaveIf = (deeper?: number) => void;

export interface EmitContext {
  readonly w: FunctionWriter;
  /** The instruction that is being written, and its offset from the region's base. */
  readonly decoded: Decoded;
  readonly offset: number;
  readonly leaveIf: LeaveIf;
  readonly floats: FloatOperands;
  /** The i64 local of an x register other than x0. */
  x(register: number): number;
  /** Pops an i64 into an x register; into x0 it goes nowhere. `isWord`: it is a sign-extended word. */
  setX(register: number, isWord?: boolean): void;
  /** True for an x register that is known to hold a sign-extended word. */
  isWord(register: number): boolean;
  /** Pushes the guest address of an offset from the region's base. */
  pushAddressOf(offset: number): void;
  /** An i64 local for an intermediate value; each number is one local. */
  scratch(number: number): number;
  /** The same for an i32. */
  scratchWord(number: number): number;
}

/** The f registers as instructions see them. They are written last, after everything that may leave. */
export interface FloatOperands {
  /** True in the function for harts whose NX flag is clear: it leaves unless results are exact. */
  readonly exact: boolean;
  /** The f64 local that holds all 64 bits of an f register. */
  double(register: number): number;
  /** The f32 local that holds an f register as a single; leaves when the register holds no NaN-boxed single. */
  single(register: number): number;
  /** Pushes the low half of an f register as i32, whatever the upper half is. */
  pushLowBits(register: number): void;
  /** Pops an f64 into an f register. */
  setDouble(register: number): void;
  /** Pops an f32 into an f register, which holds it NaN-boxed then. */
  setSingle(register: number): void;
  /** Locals for intermediate values of the two formats; each number is one local. */
  scratchDouble(number: number): number;
  scratchSingle(number: number): number;
}
