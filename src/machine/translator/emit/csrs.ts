/**
 * Instructions of Zicsr, as engine/csr.ts does them in S-mode and VS-mode: registers that are nothing but a place, and sstatus as far as
 * a write changes neither how memory is seen nor floating point. Linux turns interrupts off and on around each lock. A write that might
 * let an interrupt in is the interpreter's, unless nothing is pending: that holds until the leg ends, as all that changes it ends it.
 */
import { bits, CSRS, type Csr, csrNamed } from '#isa/csrs';
import type { Decoded } from '#isa/decode';
import { CLEAR, SET, WRITE } from '#isa/instructions/system';
import type { Effect, Expression } from '#isa/semantics';
import { addressOfField } from '../../layout.ts';
import { writesCsr } from '../plan/stalls.ts';
import { OP } from '../wasm/opcodes.ts';
import { pushExpression } from './expressions.ts';
import type { RegionContext } from './region-context.ts';
import { emitStall } from './stall.ts';

type Call = Extract<Effect, { kind: 'call' }>;

const PRIV = addressOfField('PRIV');
const VIRT = addressOfField('VIRT');
const QUIET = addressOfField('QUIET');
const SUPERVISOR = 1;

/** The local with how far the place lies behind the lower one of the two; those with what lay there, with the old value and with the new one. */
const PLACE = 0;
const RAW = 0;
const OLD = 1;
const NEW = 2;

/** A register that is a place, or two: of the host and of the guest. */
interface Place {
  readonly own: number;
  readonly guest: number;
  readonly mask: number;
}

function slotOf(name: string): number {
  return addressOfField(`CSR_${name.toUpperCase()}`);
}
const isPlain = ({ storage, read, write }: Csr): boolean =>
  storage.kind === 'slot' && read === undefined && write === undefined;

/** By address; in a guest each is the guest's own. */
const PLACES: ReadonlyMap<number, Place> = new Map(
  CSRS.flatMap((row) => {
    const guest = row.inGuest === undefined ? undefined : csrNamed(row.inGuest);
    if (guest === undefined || !isPlain(row) || !isPlain(guest) || guest.mask !== row.mask) return [];
    const mask = Number(BigInt.asIntN(64, row.mask));
    return [[row.address, { own: slotOf(row.name), guest: slotOf(guest.name), mask }]];
  }),
);

const SSTATUS = csrNamed('sstatus') as Csr;

/** Its bits that a write changes, those of some fields, and what it has beside them (privileged spec 10.1.1). */
const MASK = Number(SSTATUS.mask);
const STATUS: Place = { own: slotOf('mstatus'), guest: slotOf('vsstatus'), mask: MASK };
const SIE = bitsOf('SIE');
const FS = bitsOf('FS');
const FREE: number = SIE | bitsOf('SPIE') | bitsOf('SPP');
const UXL = 2 ** 33;
const SD: number = -(2 ** 63);

function bitsOf(name: string): number {
  const field = SSTATUS.fields.find((each) => each.name === name);
  if (field === undefined) throw new Error(`sstatus has no ${name}`);
  return Number(bits(field.high, field.low));
}

/** True for those that are written here. */
export function isTranslatedCsr({ instruction: { effect }, immediate }: Decoded): boolean {
  if (effect.kind !== 'call' || effect.helper !== 'csrAccess') return false;
  return immediate === SSTATUS.address || PLACES.has(immediate);
}

/** Writes the current instruction. */
export function emitCsr(c: RegionContext, effect: Call): void {
  const { w, decoded } = c;
  const [, kind, operand] = effect.args;
  const operation = kind?.kind === 'constant' ? kind.value : WRITE;
  const writes = writesCsr(effect.args, decoded.rs1);
  w.i32(0);
  w.memory(OP.i32Load, PRIV);
  w.i32(SUPERVISOR);
  w.op(OP.i32Ne);
  c.leaveIf();
  const place = PLACES.get(decoded.immediate);
  if (place === undefined) status(c, operation, operand as Expression, writes);
  else plain(c, place, operation, operand as Expression, writes);
  emitStall(c);
}

/** Pushes one of two values: that of the guest while V=1. */
function pushByVirt(c: RegionContext, guest: () => void, own: () => void): void {
  guest();
  own();
  c.w.i32(0);
  c.w.memory(OP.i32Load, VIRT);
  c.w.op(OP.select);
}

/** Sets the locals with how far the place lies behind the lower one of the two, and with what lies there. */
function read(c: RegionContext, { own, guest }: Place, into: number): void {
  const { w } = c;
  const lower = Math.min(own, guest);
  pushByVirt(
    c,
    () => w.i32(guest - lower),
    () => w.i32(own - lower),
  );
  w.tee(c.scratchWord(PLACE));
  w.memory(OP.i64Load, lower);
  w.set(c.scratch(into));
}
/** Pops a value, and above it where the place lies, into the place. */
function write(c: RegionContext, { own, guest }: Place): void {
  c.w.memory(OP.i64Store, Math.min(own, guest));
}

/** Pushes what the operation makes of the old value, cut to a mask. */
function pushNew(c: RegionContext, operation: number, operand: Expression, mask: number): void {
  const { w } = c;
  if (operation !== WRITE) w.get(c.scratch(OLD));
  pushExpression(c, operand);
  if (operation === CLEAR) {
    w.i64(-1);
    w.op(OP.i64Xor);
    w.op(OP.i64And);
  } else if (operation === SET) w.op(OP.i64Or);
  if (mask === -1) return;
  w.i64(mask);
  w.op(OP.i64And);
}

function plain(
  c: RegionContext,
  place: Place,
  operation: number,
  operand: Expression,
  writes: boolean,
): void {
  const { w } = c;
  read(c, place, OLD);
  if (writes) {
    w.get(c.scratchWord(PLACE));
    pushNew(c, operation, operand, place.mask);
    write(c, place);
  }
  w.get(c.scratch(OLD));
  c.setX(c.decoded.rd);
}

/** Pushes the bits of the place that are the register's: of the host's status some, of the guest's all. */
function pushOwnBits(c: RegionContext): void {
  pushByVirt(
    c,
    () => c.w.i64(-1),
    () => c.w.i64(MASK),
  );
}

function status(c: RegionContext, operation: number, operand: Expression, writes: boolean): void {
  const { w } = c;
  read(c, STATUS, RAW);
  w.get(c.scratch(RAW));
  pushOwnBits(c);
  w.op(OP.i64And);
  w.i64(UXL);
  w.op(OP.i64Or);
  w.i64(SD);
  w.i64(0);
  w.get(c.scratch(RAW));
  w.i64(FS);
  w.op(OP.i64And);
  w.i64(FS);
  w.op(OP.i64Eq);
  w.op(OP.select);
  w.op(OP.i64Or);
  w.set(c.scratch(OLD));
  if (writes) writeStatus(c, operation, operand);
  w.get(c.scratch(OLD));
  c.setX(c.decoded.rd);
}

function writeStatus(c: RegionContext, operation: number, operand: Expression): void {
  const { w } = c;
  pushNew(c, operation, operand, MASK);
  w.set(c.scratch(NEW));
  // An immediate of five bits reaches nothing else.
  if (operation === WRITE || operand.kind !== 'fieldNumber') {
    w.get(c.scratch(OLD));
    w.get(c.scratch(NEW));
    w.op(OP.i64Xor);
    w.i64(MASK - FREE);
    w.op(OP.i64And);
    w.i64(0);
    w.op(OP.i64Ne);
    c.leaveIf();
  }
  if (operation !== CLEAR) {
    w.i32(0);
    w.get(c.scratch(OLD));
    w.i64(-1);
    w.op(OP.i64Xor);
    w.get(c.scratch(NEW));
    w.op(OP.i64And);
    w.i64(SIE);
    w.op(OP.i64And);
    w.op(OP.i32WrapI64);
    w.i32(0);
    w.memory(OP.i32Load, QUIET);
    w.op(OP.select);
    c.leaveIf();
  }
  w.get(c.scratchWord(PLACE));
  w.get(c.scratch(RAW));
  pushOwnBits(c);
  w.i64(-1);
  w.op(OP.i64Xor);
  w.op(OP.i64And);
  w.get(c.scratch(NEW));
  w.op(OP.i64Or);
  write(c, STATUS);
}
