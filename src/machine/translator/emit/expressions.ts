/**
 * From the semantics of the instruction table to WebAssembly: expressions over guest registers in locals. The interpreter is
 * rendered from the same trees (build/interpreter-text.ts).
 */
import type { Decoded } from '#isa/decode';
import type { BinaryOp, CompareOp, Effect, Expression, UnaryOp } from '#isa/semantics';
import { PURE } from './pure-helpers.ts';
import { type FunctionWriter, OP } from './wasm-writer.ts';

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

/** Where the guest's registers and the region's place are while translated code runs. */
export interface Registers {
  /** The local of an x register; never asked for x0. */
  x(number: number): number;
  /** Pushes the address of the instruction that is being translated. */
  pushPc(offset: number): void;
  /** A local for an intermediate value; each number is one local. */
  scratch(number: number): number;
  /** The same for words. */
  scratchWord(number: number): number;
  /** True for an x register that is known to hold a sign-extended word. */
  isWord(register: number): boolean;
}

const WORD_COMPARE: Record<CompareOp, number> = {
  eq: OP.i32Eq,
  ne: OP.i32Ne,
  ltS: OP.i32LtS,
  ltU: OP.i32LtU,
  geS: OP.i32GeS,
  geU: OP.i32GeU,
};

/** True when the value of an expression is a sign-extended word. */
export function isWordValued(e: Expression, d: Decoded, r: Registers): boolean {
  const value = known(e, d);
  if (value !== undefined) return (value | 0) === value;
  switch (e.kind) {
    case 'x':
      return r.isWord(d[e.field]);
    case 'word':
    case 'compare':
      return true;
    case 'pure':
      return e.helper.endsWith('Word');
    case 'binary':
      if (e.op === 'add' && (known(e.a, d) === 0 || known(e.b, d) === 0)) {
        return isWordValued(known(e.a, d) === 0 ? e.b : e.a, d, r);
      }
      return BITWISE.has(e.op) && isWordValued(e.a, d, r) && isWordValued(e.b, d, r);
    default:
      return false;
  }
}

/** What these make of sign-extended words is one. */
const BITWISE: ReadonlySet<BinaryOp> = new Set(['and', 'or', 'xor']);

/** The value when it is known now: an immediate, a constant, x0. */
function known(e: Expression, d: Decoded): number | undefined {
  if (e.kind === 'constant') return e.value;
  if (e.kind === 'immediate') return d.immediate;
  if (e.kind === 'x') return d[e.field] === 0 ? 0 : undefined;
  if (e.kind === 'binary' && e.op === 'and') {
    const a = known(e.a, d);
    const b = known(e.b, d);
    return a !== undefined && b !== undefined && a >= 0 && b >= 0 && a < 2 ** 31 && b < 2 ** 31
      ? a & b
      : undefined;
  }
  return undefined;
}

/** Pushes the value of an expression as i64. */
export function pushExpression(
  w: FunctionWriter,
  e: Expression,
  d: Decoded,
  offset: number,
  r: Registers,
): void {
  const value = known(e, d);
  if (value !== undefined) {
    w.i64(value);
    return;
  }
  switch (e.kind) {
    case 'x':
      w.get(r.x(d[e.field]));
      return;
    case 'fieldNumber':
      w.i64(d[e.field]);
      return;
    case 'given':
      w.i64(d[e.field] !== 0 ? 1 : 0);
      return;
    case 'pc':
      r.pushPc(offset);
      return;
    case 'binary':
      if (BITWISE.has(e.op) && isWordValued(e, d, r)) {
        pushWord(w, e, d, offset, r);
        w.op(OP.i64ExtendI32S);
        return;
      }
      if (e.op === 'add' && e.a.kind === 'pc') {
        const add = known(e.b, d);
        if (add !== undefined) {
          r.pushPc(offset + add);
          return;
        }
      }
      if (e.op === 'add' && (known(e.a, d) === 0 || known(e.b, d) === 0)) {
        pushExpression(w, known(e.a, d) === 0 ? e.b : e.a, d, offset, r);
        return;
      }
      pushExpression(w, e.a, d, offset, r);
      pushExpression(w, e.b, d, offset, r);
      w.op(BINARY[e.op]);
      return;
    case 'unary':
      pushExpression(w, e.a, d, offset, r);
      w.op(UNARY[e.op]);
      return;
    case 'compare':
      pushCompare(w, e.op, e.a, e.b, d, offset, r);
      w.op(OP.i64ExtendI32U);
      return;
    case 'word':
      pushWord(w, e.a, d, offset, r);
      w.op(OP.i64ExtendI32S);
      return;
    case 'unsignedWord':
      pushExpression(w, e.a, d, offset, r);
      w.op(OP.i32WrapI64);
      w.op(OP.i64ExtendI32U);
      return;
    case 'pure':
      pushPure(w, e.helper, e.args, d, offset, r);
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
function pushWord(w: FunctionWriter, e: Expression, d: Decoded, offset: number, r: Registers): void {
  const value = known(e, d);
  if (value !== undefined) {
    w.i32(value);
    return;
  }
  if (e.kind === 'word' || e.kind === 'unsignedWord') {
    pushWord(w, e.a, d, offset, r);
    return;
  }
  if (e.kind === 'binary') {
    const opcode = WORD_BINARY[e.op];
    const amount = wordShiftAmount(e.b);
    const shift = WORD_SHIFT[e.op];
    if (opcode !== undefined) {
      pushWord(w, e.a, d, offset, r);
      pushWord(w, e.b, d, offset, r);
      w.op(opcode);
      return;
    }
    if (amount !== undefined && (e.op === 'shl' || shift?.of === e.a.kind)) {
      pushWord(w, e.a, d, offset, r);
      pushWord(w, amount, d, offset, r);
      w.op(shift?.opcode ?? OP.i32Shl);
      return;
    }
  }
  pushExpression(w, e, d, offset, r);
  w.op(OP.i32WrapI64);
}

/** Pushes 1 or 0 as i32. */
export function pushCompare(
  w: FunctionWriter,
  op: CompareOp,
  a: Expression,
  b: Expression,
  d: Decoded,
  offset: number,
  r: Registers,
): void {
  // Extended words compare as the words do, signed and unsigned.
  if (isWordValued(a, d, r) && isWordValued(b, d, r)) {
    pushWord(w, a, d, offset, r);
    if (known(b, d) === 0 && op === 'eq') {
      w.op(OP.i32Eqz);
    } else if (known(b, d) !== 0 || op !== 'ne') {
      pushWord(w, b, d, offset, r);
      w.op(WORD_COMPARE[op]);
    }
    return;
  }
  pushExpression(w, a, d, offset, r);
  if (known(b, d) === 0 && (op === 'eq' || op === 'ne')) {
    w.op(OP.i64Eqz);
    if (op === 'ne') w.op(OP.i32Eqz);
    return;
  }
  pushExpression(w, b, d, offset, r);
  w.op(COMPARE[op]);
}

function isKnown(e: Expression): boolean {
  switch (e.kind) {
    case 'binary':
    case 'compare':
      return isKnown(e.a) && isKnown(e.b);
    case 'unary':
    case 'word':
    case 'unsignedWord':
      return isKnown(e.a);
    case 'pure':
      return e.helper in PURE && e.args.every(isKnown);
    default:
      return e.kind !== 'f' && e.kind !== 'roundingMode';
  }
}

/** True for effects that are translated; the others are the interpreter's. */
export function isTranslated(effect: Effect): boolean {
  switch (effect.kind) {
    case 'set':
      return isKnown(effect.value);
    case 'load':
      return effect.into === 'x';
    case 'store':
      return effect.from === 'x';
    case 'branch':
    case 'jump':
    case 'jumpRegister':
    case 'nothing':
      return true;
    default:
      return false;
  }
}

function pushPure(
  w: FunctionWriter,
  helper: string,
  args: readonly Expression[],
  d: Decoded,
  offset: number,
  r: Registers,
): void {
  const pure = PURE[helper];
  if (pure === undefined) throw new Error(`no translation of ${helper}`);
  args.forEach((arg, i) => {
    pushExpression(w, arg, d, offset, r);
    w.set(r.scratch(i));
  });
  pure(w, r.scratch(0), r.scratch(1), r);
}

/** x registers that an instruction reads or writes, without x0. */
export function registersOf(fields: Decoded): number[] {
  const { effect } = fields.instruction;
  const used: number[] = [];
  const visit = (e: Expression): void => {
    switch (e.kind) {
      case 'x':
        used.push(fields[e.field]);
        return;
      case 'binary':
      case 'compare':
        visit(e.a);
        visit(e.b);
        return;
      case 'unary':
      case 'word':
      case 'unsignedWord':
        visit(e.a);
        return;
      case 'pure':
        e.args.forEach(visit);
        return;
      default:
    }
  };
  switch (effect.kind) {
    case 'set':
      visit(effect.value);
      used.push(fields.rd);
      break;
    case 'load':
      visit(effect.address);
      if (effect.into === 'x') used.push(fields.rd);
      break;
    case 'float':
      effect.args.forEach(visit);
      if (effect.into === 'x') used.push(fields.rd);
      break;
    case 'store':
      visit(effect.address);
      visit(effect.value);
      break;
    case 'branch':
      visit(effect.a);
      visit(effect.b);
      break;
    case 'jump':
      used.push(fields.rd);
      break;
    case 'jumpRegister':
      used.push(fields.rs1, fields.rd);
      break;
    default:
  }
  return used.filter((register) => register !== 0);
}
