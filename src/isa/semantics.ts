/**
 * What an instruction does, as a tree: expressions over its operands, and effects. Rows of the instruction table build
 * the tree once; back ends print it. Widths: expressions are i64 unless their name says otherwise; conditions are i32.
 */

/** Shifts and the rotation go by the low 6 bits of `b`. */
export type BinaryOp = 'add' | 'sub' | 'mul' | 'and' | 'or' | 'xor' | 'shl' | 'shrS' | 'shrU' | 'rotr';
/** Counts: 64 for a zero, where there is a first bit to look for. */
export type UnaryOp = 'clz' | 'ctz' | 'popcount';
export type CompareOp = 'eq' | 'ne' | 'ltS' | 'ltU' | 'geS' | 'geU';

export type Expression =
  | { readonly kind: 'constant'; readonly value: number }
  /** x[rs1], x[rs2]. */
  | { readonly kind: 'x'; readonly field: 'rs1' | 'rs2' }
  /** f[rs1], f[rs2], f[rs3]: 64 bits, as they lie in the register. */
  | { readonly kind: 'f'; readonly field: 'rs1' | 'rs2' | 'rs3' }
  /** The number in the rs1 field: the immediate of CSR instructions. */
  | { readonly kind: 'fieldNumber'; readonly field: 'rs1' | 'rs2' }
  /** True when the field names another register than x0 (or, as an immediate, is not 0). */
  | { readonly kind: 'given'; readonly field: 'rs1' | 'rs2' }
  /** The immediate, sign- or zero-extended as its format says. */
  | { readonly kind: 'immediate' }
  /** Rounding mode field of floating-point instructions. */
  | { readonly kind: 'roundingMode' }
  | { readonly kind: 'pc' }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly a: Expression; readonly b: Expression }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly a: Expression }
  /** 0 or 1, as i64. */
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly a: Expression; readonly b: Expression }
  /** The low 32 bits, sign-extended. */
  | { readonly kind: 'word'; readonly a: Expression }
  /** The low 32 bits, zero-extended. */
  | { readonly kind: 'unsignedWord'; readonly a: Expression }
  /** A pure helper of the engine. */
  | { readonly kind: 'pure'; readonly helper: string; readonly args: readonly Expression[] };

/** Where a result goes. */
export type Destination = 'x' | 'f' | 'none';

export type Effect =
  | { readonly kind: 'set'; readonly value: Expression }
  | {
      readonly kind: 'load';
      readonly into: 'x' | 'f';
      readonly bytes: 1 | 2 | 4 | 8;
      readonly signed: boolean;
      readonly address: Expression;
    }
  | {
      readonly kind: 'store';
      readonly from: 'x' | 'f';
      readonly bytes: 1 | 2 | 4 | 8;
      readonly address: Expression;
      readonly value: Expression;
    }
  /** To pc + immediate when the condition holds. */
  | { readonly kind: 'branch'; readonly op: CompareOp; readonly a: Expression; readonly b: Expression }
  /** To pc + immediate; rd gets the address of the next instruction. */
  | { readonly kind: 'jump' }
  /** To (rs1 + immediate) & ~1; rd gets the address of the next instruction. */
  | { readonly kind: 'jumpRegister' }
  /** A floating-point operation: FS and rounding mode are checked before, flags gathered after. */
  | {
      readonly kind: 'float';
      readonly helper: string;
      readonly args: readonly Expression[];
      readonly into: 'x' | 'f';
    }
  /**
   * A helper that may trap, or may ask for a look at interrupts (`trap`), or sets the pc itself (`flow`), or changes
   * how memory is seen so that the next instruction is fetched anew (`refetch`).
   */
  | {
      readonly kind: 'call';
      readonly helper: string;
      readonly args: readonly Expression[];
      readonly into: Destination;
      readonly effect: 'trap' | 'flow' | 'refetch';
    }
  | { readonly kind: 'nothing' };

export const rs1: Expression = { kind: 'x', field: 'rs1' };
export const rs2: Expression = { kind: 'x', field: 'rs2' };
export const frs1: Expression = { kind: 'f', field: 'rs1' };
export const frs2: Expression = { kind: 'f', field: 'rs2' };
export const frs3: Expression = { kind: 'f', field: 'rs3' };
export const imm: Expression = { kind: 'immediate' };
export const rm: Expression = { kind: 'roundingMode' };
export const pc: Expression = { kind: 'pc' };
/** Base register plus immediate: the address of loads and stores. */
export const effectiveAddress: Expression = { kind: 'binary', op: 'add', a: rs1, b: imm };

export const constant = (value: number): Expression => ({ kind: 'constant', value });
export const fieldNumber = (field: 'rs1' | 'rs2'): Expression => ({ kind: 'fieldNumber', field });
export const given = (field: 'rs1' | 'rs2'): Expression => ({ kind: 'given', field });
export const binary = (op: BinaryOp, a: Expression, b: Expression): Expression => ({
  kind: 'binary',
  op,
  a,
  b,
});
export const unary = (op: UnaryOp, a: Expression): Expression => ({ kind: 'unary', op, a });
export const compare = (op: CompareOp, a: Expression, b: Expression): Expression => ({
  kind: 'compare',
  op,
  a,
  b,
});
export const word = (a: Expression): Expression => ({ kind: 'word', a });
export const unsignedWord = (a: Expression): Expression => ({ kind: 'unsignedWord', a });
export const pure = (helper: string, ...args: Expression[]): Expression => ({ kind: 'pure', helper, args });

/** rd = value. */
export const rd = (value: Expression): Effect => ({ kind: 'set', value });
export const call = (
  helper: string,
  args: readonly Expression[],
  into: Destination,
  effect: 'trap' | 'flow' | 'refetch',
): Effect => ({ kind: 'call', helper, args, into, effect });
export const float = (helper: string, into: 'x' | 'f', ...args: Expression[]): Effect => ({
  kind: 'float',
  helper,
  args,
  into,
});
