/**
 * Loads and stores of translated code: through the fast TLB arrays, as the interpreter does it, with the last page of a base
 * register remembered in locals. Those stay true as long as the region runs, since whatever changes a TLB leaves the region first.
 */

import { addressOfField, TLB_ARRAY_SIZE, TLB_ENTRIES } from '../../layout.ts';
import type { FloatRegisters } from '../float/registers.ts';
import { type Access, type AccessGroup, type AccessKind, baseOf, type Remembered } from '../plan/accesses.ts';
import { I32, I64, OP } from '../wasm/opcodes.ts';
import type { EmitContext, LeaveIf } from './emit-context.ts';
import { pushExpression } from './expressions.ts';

const PAGE_MASK = -4096;
const TLB_INDEX = (TLB_ENTRIES - 1) << 4;
/** Distances of the write and execute arrays from the read array. */
const WRITE = TLB_ARRAY_SIZE;
export const EXEC: number = 2 * TLB_ARRAY_SIZE;
/** A remembered page that no address matches: of an address no more than its lowest three bits stay beside its page. */
const NO_PAGE = 0xfff;

const LOADS: Readonly<Record<string, number>> = {
  s1: OP.i64Load8S,
  u1: OP.i64Load8U,
  s2: OP.i64Load16S,
  u2: OP.i64Load16U,
  s4: OP.i64Load32S,
  u4: OP.i64Load32U,
  s8: OP.i64Load,
  u8: OP.i64Load,
};
const STORES: Readonly<Record<number, number>> = {
  1: OP.i64Store8,
  2: OP.i64Store16,
  4: OP.i64Store32,
  8: OP.i64Store,
};

type Load = Extract<Access, { kind: 'load' }>;
type Store = Extract<Access, { kind: 'store' }>;

/** What an access is, as far as its place matters. */
type Place = Pick<Access, 'kind' | 'bytes' | 'address'>;

/** The page that accesses of one kind through one base register went to last. */
interface LastPage {
  readonly page: number;
  readonly addend: number;
}

export class MemoryAccess {
  /** Locals: fast arrays of the hart, low bits of the tags of data, of code; a slot of an array. */
  readonly tlb: number;
  readonly slot: number;
  readonly fetchContext: number;
  readonly #dataContext: number;
  /** The address that was accessed last. */
  readonly address: number;
  readonly #tag: number;
  readonly #last: Map<string, LastPage> = new Map();
  readonly #c: EmitContext;
  readonly #floats: FloatRegisters;

  constructor(c: EmitContext, floats: FloatRegisters, remembered: Remembered) {
    const { w } = c;
    this.#c = c;
    this.#floats = floats;
    this.tlb = w.local(I32, 'tlb');
    this.slot = w.local(I32, 'slot');
    this.fetchContext = w.local(I64, 'fetchContext');
    this.#dataContext = w.local(I64, 'dataContext');
    this.address = w.local(I64, 'accessed');
    this.#tag = w.local(I64, 'tag');
    const first = addressOfField('LAST_PAGES');
    for (const name of remembered) {
      const page = first + this.#last.size * 16;
      this.#last.set(name, { page, addend: page + 8 });
    }
  }

  /** When the function is called: reads what does not change until it returns. */
  begin(): void {
    const { w } = this.#c;
    for (const [local, opcode, field] of [
      [this.tlb, OP.i32Load, 'TLB_BASE'],
      [this.#dataContext, OP.i64Load, 'DATA_CONTEXT'],
      [this.fetchContext, OP.i64Load, 'FETCH_CONTEXT'],
    ] as const) {
      w.i32(0);
      w.memory(opcode, addressOfField(field));
      w.set(local);
    }
    for (const { page } of this.#last.values()) {
      w.i32(0);
      w.i64(NO_PAGE);
      w.memory(OP.i64Store, page);
    }
  }

  /** Replaces an address on the stack by where its page lies in the TLB arrays. */
  pushSlot(): void {
    const { w } = this.#c;
    w.op(OP.i32WrapI64);
    w.i32(8);
    w.op(OP.i32ShrU);
    w.i32(TLB_INDEX);
    w.op(OP.i32And);
    w.get(this.tlb);
    w.op(OP.i32Add);
  }

  /** Pushes the value that the current instruction loads, as i64 or of a floating-point format. */
  load(effect: Load, slow: LeaveIf): void {
    this.pushHostAddress(effect, false, slow);
    this.#pushLoad(effect, 0);
  }

  /** Replaces a host address on the stack by what lies there. */
  #pushLoad({ into, bytes, signed }: Load, at: number): void {
    const opcode = into === 'f' ? this.#floats.loadOpcode(bytes) : LOADS[`${signed ? 's' : 'u'}${bytes}`];
    this.#c.w.memory(opcode as number, at);
  }

  /** Stores to a host address on the stack. */
  #putStore({ from, bytes, value }: Store, at: number): void {
    const c = this.#c;
    if (from === 'f') {
      this.#floats.store(c.decoded.rs2, bytes, at);
      return;
    }
    pushExpression(c, value);
    c.w.memory(STORES[bytes] as number, at);
  }

  /** Stores what the current instruction stores. */
  store(effect: Store, slow: LeaveIf): void {
    this.pushHostAddress(effect, false, slow);
    this.#putStore(effect, 0);
  }

  /**
   * Before the first access of a group, which is the current instruction: sets a local to the host address of the group's first byte.
   * @param slow pops an i32 and goes elsewhere when it is not 0: the group does not lie in one page, or the fast array has not that page
   */
  beginGroup({ kind, from, to }: AccessGroup, host: number, slow: LeaveIf): void {
    const { w, decoded } = this.#c;
    const bytes = to - from + 1;
    // One access to a remembered page must be aligned; a group is where it is.
    const last = bytes === 1 ? this.#last.get(baseOf(kind, decoded.rs1)) : undefined;
    w.get(this.#c.x(decoded.rs1));
    if (from !== 0) {
      w.i64(from);
      w.op(OP.i64Add);
    }
    w.set(this.address);
    this.#pushAddend(kind, bytes, last, slow);
    w.get(this.address);
    w.op(OP.i32WrapI64);
    w.op(OP.i32Add);
    w.set(host);
  }

  /** The current instruction as a load of a group that has begun: `at` bytes behind the host address in a local. */
  loadFrom(host: number, at: number, effect: Load): void {
    this.#c.w.get(host);
    this.#pushLoad(effect, at);
  }

  /** The same for a store. */
  storeTo(host: number, at: number, effect: Store): void {
    this.#c.w.get(host);
    this.#putStore(effect, at);
  }

  /** Pushes the host address of the current instruction's access, as i32; leaves when it does not lie in a page that the fast array has, or is to be naturally aligned and is not. */
  pushHostAddress(effect: Place, isAligned = false, slow: LeaveIf = this.#c.leaveIf): void {
    const c = this.#c;
    const { w } = c;
    const last = this.#last.get(baseOf(effect.kind, c.decoded.rs1));
    pushExpression(c, effect.address);
    w.set(this.address);
    this.#pushAddend(effect.kind, effect.bytes, last, slow, isAligned);
    w.get(this.address);
    w.op(OP.i32WrapI64);
    w.op(OP.i32Add);
  }

  /** Pushes what must be added to the low half of the address to make it a host address. */
  #pushAddend(
    kind: AccessKind,
    bytes: number,
    last: LastPage | undefined,
    slow: LeaveIf,
    isAligned = false,
  ): void {
    const { w } = this.#c;
    const array = kind === 'load' ? 0 : WRITE;
    if (last === undefined) {
      this.#check(kind, bytes, slow, isAligned);
      w.get(this.slot);
      w.memory(OP.i32Load, array + 8);
      return;
    }
    this.#pushPage(bytes);
    w.i32(0);
    w.memory(OP.i64Load, last.page);
    w.op(OP.i64Ne);
    w.open(OP.if);
    this.#check(kind, bytes, slow, isAligned, 1);
    w.i32(0);
    w.get(this.address);
    w.i64(PAGE_MASK);
    w.op(OP.i64And);
    w.memory(OP.i64Store, last.page);
    w.i32(0);
    w.get(this.slot);
    w.memory(OP.i32Load, array + 8);
    w.memory(OP.i32Store, last.addend);
    w.op(OP.end);
    w.i32(0);
    w.memory(OP.i32Load, last.addend);
  }

  /** The page of the address, which is that of no page when the address is not aligned. */
  #pushPage(bytes: number): void {
    const { w } = this.#c;
    w.get(this.address);
    w.i64(PAGE_MASK + bytes - 1);
    w.op(OP.i64And);
  }

  /** Goes elsewhere unless the access lies in one page, or is naturally aligned, and the fast array holds that; `slot` says where. */
  #check(kind: AccessKind, bytes: number, slow: LeaveIf, isAligned: boolean, deeper = 0): void {
    const { w } = this.#c;
    w.get(this.address);
    this.pushSlot();
    w.tee(this.slot);
    w.memory(OP.i64Load, kind === 'load' ? 0 : WRITE);
    w.get(this.address);
    if (bytes > 1 && !isAligned) {
      // The slot is that of the first byte, the page that of the last one: two pages side by side never share a slot.
      w.i64(bytes - 1);
      w.op(OP.i64Add);
    }
    w.i64(PAGE_MASK);
    w.op(OP.i64And);
    w.get(this.#dataContext);
    w.op(OP.i64Or);
    if (kind === 'both') w.tee(this.#tag);
    w.op(OP.i64Ne);
    if (kind === 'both') {
      w.get(this.slot);
      w.memory(OP.i64Load, 0);
      w.get(this.#tag);
      w.op(OP.i64Ne);
      w.op(OP.i32Or);
    }
    if (bytes > 1 && isAligned) {
      // Apart from the tag: low bits of the address could be taken for those of a context.
      w.get(this.address);
      w.op(OP.i32WrapI64);
      w.i32(bytes - 1);
      w.op(OP.i32And);
      w.op(OP.i32Or);
    }
    slow(deeper);
  }
}
