/**
 * From the semantics of the instruction table to WebAssembly: expressions over guest registers in locals. The interpreter is
 * rendered from the same trees (build/interpreter-text.ts).
 */
import type { Decoded } from '#isa/decode';
import type { BinaryOp, CompareOp, Expression, UnaryOp } from '#isa/semantics';
import { OP } from '../wasm/opcodes.ts';
import type { EmitContext } from './emit-context.ts';
import { PURE } from './pure-helpers.ts';

const BINARY: Record<BinaryOp, number> = {
  add: OP.i64Add,
  sub: OP.i64Sub,
  mul: OP.i64Mul,
  and: OP.i64And,
  or: OP.i64Or,
  xor: OP.i64Xor,
  shl: OP.i64Shl,
  shrS: OP.i64ShrS,
  shrU: OP.i64ShrU,
  rotr: OP.i64Rotr,
};

const UNARY: Record<UnaryOp, number> = { clz: OP.i64Clz, ctz: OP.i64Ctz, popcount: OP.i64Popcnt };

const COMPARE: Record<CompareOp, number> = {
  eq: OP.i64Eq,
  ne: OP.i64Ne,
  ltS: OP.i64LtS,
  ltU: OP.i64LtU,
  geS: OP.i64GeS,
  geU: OP.i64GeU,
};

const WORD_COMPARE: Record<CompareOp, number> = {
  eq: OP.i32Eq,
  ne: OP.i32Ne,
  ltS: OP.i32LtS,
  ltU: OP.i32LtU,
  geS: OP.i32GeS,
  geU: OP.i32GeU,
};

/** True when the value of an expression is a sign-extended word. */
export function isWordValued(c: EmitContext, e: Expression): boolean {
  const { decoded } = c;
  const value = known(decoded, e);
  if (value !== undefined) return (value | 0) === value;
  switch (e.kind) {
    case 'x':
      return c.isWord(decoded[e.field]);
    case 'word':
    case 'compare':
      return true;
    case 'pure':
      return e.helper.endsWith('Word');
    case 'binary':
      if (e.op === 'add' && (known(decoded, e.a) === 0 || known(decoded, e.b) === 0)) {
        return isWordValued(c, known(decoded, e.a) === 0 ? e.b : e.a);
      }
      return BITWISE.has(e.op) && isWordValued(c, e.a) && isWordValued(c, e.b);
    default:
      return false;
  }
}

/** Of sign-extended words these make a sign-extended word. */
const BITWISE: ReadonlySet<BinaryOp> = new Set(['and', 'or', 'xor']);

/** The value when it is known now: an immediate, a constant, x0. */
function known(decoded: Decoded, e: Expression): number | undefined {
  if (e.kind === 'constant') return e.value;
  if (e.kind === 'immediate') return decoded.immediate;
  if (e.kind === 'x') return decoded[e.field] === 0 ? 0 : undefined;
  if (e.kind === 'binary' && e.op === 'and') {
    const a = known(decoded, e.a);
    const b = known(decoded, e.b);
    return a !== undefined && b !== undefined && a >= 0 && b >= 0 && a < 2 ** 31 && b < 2 ** 31
      ? a & b
      : undefined;
  }
  return undefined;
}

/** Pushes the value of an expression as i64. */
export function pushExpression(c: EmitContext, e: Expression): void {
  const { w, decoded } = c;
  const value = known(decoded, e);
  if (value !== undefined) {
    w.i64(value);
    return;
  }
  switch (e.kind) {
    case 'x':
      w.get(c.x(decoded[e.field]));
      return;
    case 'fieldNumber':
      w.i64(decoded[e.field]);
      return;
    case 'given':
      w.i64(decoded[e.field] !== 0 ? 1 : 0);
      return;
    case 'pc':
      c.pushAddressOf(c.offset);
      return;
    case 'binary':
      if (BITWISE.has(e.op) && isWordValued(c, e)) {
        pushWord(c, e);
        w.op(OP.i64ExtendI32S);
        return;
      }
      if (e.op === 'add' && e.a.kind === 'pc') {
        const add = known(decoded, e.b);
        if (add !== undefined) {
          c.pushAddressOf(c.offset + add);
          return;
        }
      }
      if (e.op === 'add' && (known(decoded, e.a) === 0 || known(decoded, e.b) === 0)) {
        pushExpression(c, known(decoded, e.a) === 0 ? e.b : e.a);
        return;
      }
      pushExpression(c, e.a);
      pushExpression(c, e.b);
      w.op(BINARY[e.op]);
      return;
    case 'unary':
      pushExpression(c, e.a);
      w.op(UNARY[e.op]);
      return;
    case 'compare':
      pushCompare(c, e.op, e.a, e.b);
      w.op(OP.i64ExtendI32U);
      return;
    case 'word':
      pushWord(c, e.a);
      w.op(OP.i64ExtendI32S);
      return;
    case 'unsignedWord':
      pushExpression(c, e.a);
      w.op(OP.i32WrapI64);
      w.op(OP.i64ExtendI32U);
      return;
    case 'pure':
      pushPure(c, e.helper, e.args);
      return;
    default:
      throw new Error(`no translation of ${e.kind}`);
  }
}

const WORD_BINARY: Partial<Record<BinaryOp, number>> = {
  add: OP.i32Add,
  sub: OP.i32Sub,
  mul: OP.i32Mul,
  and: OP.i32And,
  or: OP.i32Or,
  xor: OP.i32Xor,
};

/** Shifts of words, by what they shift: the result's low word depends on the low word only. */
const WORD_SHIFT: Partial<Record<BinaryOp, { readonly opcode: number; readonly of: Expression['kind'] }>> = {
  shrU: { opcode: OP.i32ShrU, of: 'unsignedWord' },
  shrS: { opcode: OP.i32ShrS, of: 'word' },
};

/** The low 5 bits of an expression, when a shift amount is just that. */
function wordShiftAmount(e: Expression): Expression | undefined {
  return e.kind === 'binary' && e.op === 'and' && e.b.kind === 'constant' && e.b.value === 31
    ? e.a
    : undefined;
}

/** Pushes the low 32 bits of an expression as i32: chains of word operations stay words. */
function pushWord(c: EmitContext, e: Expression): void {
  const { w } = c;
  const value = known(c.decoded, e);
  if (value !== undefined) {
    w.i32(value);
    return;
  }
  if (e.kind === 'word' || e.kind === 'unsignedWord') {
    pushWord(c, e.a);
    return;
  }
  if (e.kind === 'binary') {
    const opcode = WORD_BINARY[e.op];
    const amount = wordShiftAmount(e.b);
    const shift = WORD_SHIFT[e.op];
    if (opcode !== undefined) {
      pushWord(c, e.a);
      pushWord(c, e.b);
      w.op(opcode);
      return;
    }
    if (amount !== undefined && (e.op === 'shl' || shift?.of === e.a.kind)) {
      pushWord(c, e.a);
      pushWord(c, amount);
      w.op(shift?.opcode ?? OP.i32Shl);
      return;
    }
  }
  pushExpression(c, e);
  w.op(OP.i32WrapI64);
}

/** Pushes 1 or 0 as i32. */
export function pushCompare(c: EmitContext, op: CompareOp, a: Expression, b: Expression): void {
  const { w } = c;
  const isZero = known(c.decoded, b) === 0;
  // Extended words compare as the words do, signed and unsigned.
  if (isWordValued(c, a) && isWordValued(c, b)) {
    pushWord(c, a);
    if (isZero && op === 'eq') {
      w.op(OP.i32Eqz);
    } else if (!isZero || op !== 'ne') {
      pushWord(c, b);
      w.op(WORD_COMPARE[op]);
    }
    return;
  }
  pushExpression(c, a);
  if (isZero && (op === 'eq' || op === 'ne')) {
    w.op(OP.i64Eqz);
    if (op === 'ne') w.op(OP.i32Eqz);
    return;
  }
  pushExpression(c, b);
  w.op(COMPARE[op]);
}

function pushPure(c: EmitContext, helper: string, args: readonly Expression[]): void {
  const pure = PURE[helper];
  if (pure === undefined) throw new Error(`no translation of ${helper}`);
  args.forEach((arg, i) => {
    pushExpression(c, arg);
    c.w.set(c.scratch(i));
  });
  pure(c, c.scratch(0), c.scratch(1));
}
