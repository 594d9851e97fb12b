/**
 * LR, SC and the AMOs (unprivileged spec, chapter 14), as engine/atomics.ts does them: naturally aligned, through the fast TLB arrays, so in
 * RAM. What is bound to fail is the interpreter's: an SC without its reservation, a page that must be looked up.
 */
import { RAM_BASE } from '#base/addresses';
import type { Effect } from '#isa/semantics';
import { rs1, rs2 } from '#isa/semantics';
import { addressOfField, RAM_OFFSET } from '../../layout.ts';
import { OP } from '../wasm/opcodes.ts';
import { pushExpression } from './expressions.ts';
import type { RegionContext } from './region-context.ts';
import { emitStall } from './stall.ts';

type Call = Extract<Effect, { kind: 'call' }>;
type Write = (c: RegionContext, bytes: 4 | 8, operation: number) => void;

const RESERVED = addressOfField('RESERVED');
const RESERVATION = addressOfField('RESERVATION');
/** The local with the host address, and that with what lay there. */
const HOST = 0;
const OLD = 0;

/** By funct5: one opcode, or the comparison by which the old value stays. */
const COMBINED: Readonly<Record<number, number>> = {
  0: OP.i64Add,
  4: OP.i64Xor,
  8: OP.i64Or,
  12: OP.i64And,
};
const KEPT: Readonly<Record<number, number>> = {
  16: OP.i64LtS,
  20: OP.i64GtS,
  24: OP.i64LtU,
  28: OP.i64GtU,
};

/** Sets the local with the host address of x[rs1]. */
function findHost(c: RegionContext, kind: 'load' | 'store', bytes: 4 | 8): void {
  c.memory.pushHostAddress({ kind, bytes, address: rs1 }, true);
  c.w.set(c.scratchWord(HOST));
}

/** Pushes what lies at the host address, sign-extended. */
function pushOld(c: RegionContext, bytes: 4 | 8): void {
  c.w.get(c.scratchWord(HOST));
  c.w.memory(bytes === 4 ? OP.i64Load32S : OP.i64Load, 0);
}

/** Pops a value, and above it the host address, into memory. */
function put(c: RegionContext, bytes: 4 | 8): void {
  c.w.memory(bytes === 4 ? OP.i64Store32 : OP.i64Store, 0);
}

/** Pushes the SPA of the host address. */
function pushSpa(c: RegionContext): void {
  c.w.get(c.scratchWord(HOST));
  c.w.op(OP.i64ExtendI32U);
  c.w.i64(RAM_BASE - RAM_OFFSET);
  c.w.op(OP.i64Add);
}

/** x[rs2]; of words its low half, sign-extended, which keeps their order, unsigned too. */
function pushOperand(c: RegionContext, bytes: 4 | 8): void {
  pushExpression(c, bytes === 4 ? { kind: 'word', a: rs2 } : rs2);
}

const amo: Write = (c, bytes, operation) => {
  const { w } = c;
  findHost(c, 'store', bytes);
  pushOld(c, bytes);
  w.set(c.scratch(OLD));
  w.get(c.scratchWord(HOST));
  const combined = COMBINED[operation];
  const kept = KEPT[operation];
  if (combined !== undefined) {
    w.get(c.scratch(OLD));
    pushOperand(c, bytes);
    w.op(combined);
  } else if (kept !== undefined) {
    w.get(c.scratch(OLD));
    pushOperand(c, bytes);
    w.get(c.scratch(OLD));
    pushOperand(c, bytes);
    w.op(kept);
    w.op(OP.select);
  } else pushOperand(c, bytes);
  put(c, bytes);
  w.get(c.scratch(OLD));
  c.setX(c.decoded.rd, bytes === 4);
};

const loadReserved: Write = (c, bytes) => {
  const { w } = c;
  findHost(c, 'load', bytes);
  w.i32(0);
  w.i32(1);
  w.memory(OP.i32Store, RESERVED);
  w.i32(0);
  pushSpa(c);
  w.memory(OP.i64Store, RESERVATION);
  pushOld(c, bytes);
  c.setX(c.decoded.rd, bytes === 4);
};

const storeConditional: Write = (c, bytes) => {
  const { w } = c;
  w.i32(0);
  w.memory(OP.i32Load, RESERVED);
  w.op(OP.i32Eqz);
  c.leaveIf();
  findHost(c, 'store', bytes);
  pushSpa(c);
  w.i32(0);
  w.memory(OP.i64Load, RESERVATION);
  w.op(OP.i64Ne);
  c.leaveIf();
  w.i32(0);
  w.i32(0);
  w.memory(OP.i32Store, RESERVED);
  w.i32(0);
  w.i64(0);
  w.memory(OP.i64Store, RESERVATION);
  w.get(c.scratchWord(HOST));
  pushExpression(c, rs2);
  put(c, bytes);
  w.i64(0);
  c.setX(c.decoded.rd, true);
};

/** By helper of the instruction table. */
const WRITERS: Readonly<Record<string, Write>> = { amo, loadReserved, storeConditional };

/** True for calls of the helpers that are written here. */
export function isAtomic(effect: Call): boolean {
  return Object.hasOwn(WRITERS, effect.helper);
}

/** Writes the current instruction. Its stall comes off the budget, and counts as no instruction. */
export function emitAtomic(c: RegionContext, { helper, args }: Call): void {
  // Constants among the arguments: of an AMO its operation, then of all the number of bytes.
  const constants = args.flatMap((argument) => (argument.kind === 'constant' ? [argument.value] : []));
  const [operation = 0] = constants;
  WRITERS[helper]?.(c, constants.at(-1) === 4 ? 4 : 8, operation);
  emitStall(c);
}
