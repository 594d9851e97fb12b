/**
 * What all that writes a region's function shares: its locals, the labels that are open, the ways in and out, and the instruction that is
 * being written.
 *
 * The function is `(entry: i32, base: i64, left: i32) -> left * 2 + kind`; kind 1 says that the instruction at PC is the interpreter's.
 */
import type { Decoded } from '#isa/decode';
import { X_NAMES } from '#isa/registers';
import { addressOfField } from '../../layout.ts';
import type { Step } from '../discover/region.ts';
import { FloatRegisters } from '../float/registers.ts';
import type { Remembered } from '../plan/accesses.ts';
import { FunctionWriter } from '../wasm/function-writer.ts';
import { I32, I64, OP } from '../wasm/opcodes.ts';
import type { EmitContext, LeaveIf } from './emit-context.ts';
import { eachRegister } from './guest-registers.ts';
import { MemoryAccess } from './memory-access.ts';

/** Types of a region's function. */
export const PARAMETERS: readonly number[] = [I32, I64, I32];
export const RESULTS: readonly number[] = [I32];
/** Its parameters: which entry, or 0 once that is reached; address of the base page; instructions left. */
export const ENTRY = 0;
export const BASE = 1;
export const LEFT = 2;

/**
 * Labels that are not those of nodes. To OUT the region is left with an exit code (see `codeOf`), to OUT_FAR by an indirect jump to `pc`, to
 * OUT_SET when `pc` and `kind` are set already. NOWHERE is for blocks that nothing branches to by name.
 */
const OUT = -1;
export const OUT_FAR = -2;
const OUT_SET = -4;
export const NOWHERE = -3;

const X = addressOfField('X');
const PC = addressOfField('PC');
const JUMPED_FROM = addressOfField('JUMPED_FROM');
/** An exit code, from its highest bit: offset in halfwords, refund (see README.md), kind. */
const CODE_OFFSET_SHIFT = 8;
const CODE_REFUND_MASK = 0x7f;
/** Offsets from here on do not fit in an exit code. */
const FAR = 1 << 22;

function codeOf(offset: number, refund: number, kind: 0 | 1): number {
  return ((offset >> 1) << CODE_OFFSET_SHIFT) | (refund << 1) | kind;
}

/** What is known of accesses that miss the TLB. */
export interface Misses {
  /** Offsets of those that often do. */
  readonly at: ReadonlySet<number>;
  /** Cycles from any place in the region to the next check of the budget, at most. */
  readonly longestPath: number;
}

export class RegionContext implements EmitContext {
  readonly w: FunctionWriter = new FunctionWriter(['entry', 'base', 'left']);
  /** The address that an indirect jump goes to, its lowest bit not yet cleared, or that the region is left for. */
  readonly pc: number;
  /** The offset of the indirect jump that led to `pc`. */
  readonly jump: number;
  /** An intermediate address. */
  readonly address: number;
  readonly memory: MemoryAccess;
  /** x registers that are known to hold sign-extended words, at the place that is being written. */
  words: Set<number> = new Set();
  readonly floats: FloatRegisters;
  readonly misses: Misses;
  readonly #code: number;
  readonly #kind: number;
  readonly #x: (number | undefined)[] = [];
  readonly #written: Set<number> = new Set();
  readonly #scratch: readonly number[];
  readonly #scratchWords: readonly number[];
  readonly #labels: { readonly node: number; readonly loop: boolean }[] = [];
  #step: Step | undefined;
  /** Where the region is left for the interpreter, and how many instructions were charged and are not executed then. */
  #leaveAt = 0;
  #refund = 0;

  /**
   * @param instructions all that the region holds
   * @param exact true where results must be exact; see float/instructions.ts
   */
  constructor(instructions: readonly Decoded[], exact: boolean, remembered: Remembered, misses: Misses) {
    this.misses = misses;
    const { w } = this;
    const use = (register: number): void => {
      this.#x[register] ??= w.local(I64, X_NAMES[register] as string);
    };
    for (const instruction of instructions) eachRegister(instruction, use);
    this.pc = w.local(I64, 'pc');
    this.jump = w.local(I32, 'jump');
    this.address = w.local(I64, 'address');
    this.#code = w.local(I32, 'code');
    this.#kind = w.local(I32, 'kind');
    this.#scratch = [0, 1, 2].map((n) => w.local(I64, `scratch${n}`));
    this.#scratchWords = [0, 1].map((n) => w.local(I32, `word${n}`));
    this.floats = new FloatRegisters(this, instructions, exact);
    this.memory = new MemoryAccess(this, this.floats, remembered);
  }

  get decoded(): Decoded {
    return this.#current.decoded;
  }
  get offset(): number {
    return this.#current.offset;
  }
  get #current(): Step {
    if (this.#step === undefined) throw new Error('no instruction is being written');
    return this.#step;
  }

  /** What is written from here on is this instruction; `refund`: instructions, with it, that were charged and may not be executed. */
  begin(step: Step, refund: number): void {
    this.#step = step;
    this.at(step.offset, refund);
  }
  /** What is written from here on belongs to no instruction; what cannot be done leaves for an offset. */
  at(offset: number, refund: number): void {
    this.#leaveAt = offset;
    this.#refund = refund;
  }

  x(number: number): number {
    return this.#x[number] as number;
  }
  scratch(number: number): number {
    return this.#scratch[number] as number;
  }
  scratchWord(number: number): number {
    return this.#scratchWords[number] as number;
  }
  isWord(register: number): boolean {
    return this.words.has(register);
  }
  pushAddressOf(offset: number): void {
    this.w.get(BASE);
    if (offset === 0) return;
    this.w.i64(offset);
    this.w.op(OP.i64Add);
  }

  setX(register: number, isWord = false): void {
    if (register === 0) {
      this.w.op(OP.drop);
      return;
    }
    this.#written.add(register);
    if (isWord) this.words.add(register);
    else this.words.delete(register);
    this.w.set(this.x(register));
  }

  /** Opens a block, loop or if; `node` is what a branch to it leads to. */
  open(opcode: number, node: number, loop = false): void {
    this.w.open(opcode);
    this.#labels.push({ node, loop });
  }
  close(): void {
    this.w.op(OP.end);
    this.#labels.pop();
  }
  /** How many labels lie between here and that of a node. */
  depth(node: number, loop = false): number {
    for (let i = this.#labels.length - 1; i >= 0; i--) {
      const label = this.#labels[i];
      if (label?.node === node && label.loop === loop) return this.#labels.length - 1 - i;
    }
    throw new Error('a branch leads nowhere');
  }

  /** Leaves the region for an offset; `refund` instructions were charged and not executed. */
  leave(offset: number, refund: number, kind: 0 | 1): void {
    const { w } = this;
    this.floats.record();
    if (Math.abs(offset) >= FAR) {
      this.pushAddressOf(offset);
      w.set(this.pc);
      w.i32(kind);
      w.set(this.#kind);
      w.branch(OP.br, this.depth(OUT_SET));
      return;
    }
    w.i32(codeOf(offset, refund, kind));
    w.set(this.#code);
    w.branch(OP.br, this.depth(OUT));
  }

  readonly leaveIf: LeaveIf = (deeper = 0) => {
    const { w } = this;
    const { unrecorded } = this.floats;
    const code = codeOf(this.#leaveAt, this.#refund, 1);
    if (unrecorded === 0) {
      // Set whether it is needed or not: on the way that goes on, nobody reads it.
      w.i32(code);
      w.set(this.#code);
      w.branch(OP.brIf, this.depth(OUT) + deeper);
      return;
    }
    this.open(OP.if, NOWHERE);
    this.floats.record();
    this.floats.unrecorded = unrecorded;
    w.i32(code);
    w.set(this.#code);
    w.branch(OP.br, this.depth(OUT) + deeper);
    this.close();
  };

  /** Reads registers, has the content written, and writes the way out. */
  enclose(content: () => void): void {
    const { w } = this;
    const used = this.#x.flatMap((local, register) => (local === undefined ? [] : [{ local, register }]));
    for (const { local, register } of used) {
      w.i32(0);
      w.memory(OP.i64Load, X + register * 8);
      w.set(local);
    }
    this.memory.begin();
    this.floats.begin();
    this.open(OP.block, OUT_SET);
    this.open(OP.block, OUT_FAR);
    this.open(OP.block, OUT);
    content();
    this.close();
    w.get(BASE);
    w.get(this.#code);
    w.i32(CODE_OFFSET_SHIFT);
    w.op(OP.i32ShrS);
    w.i32(1);
    w.op(OP.i32Shl);
    w.op(OP.i64ExtendI32S);
    w.op(OP.i64Add);
    w.set(this.pc);
    w.get(LEFT);
    w.get(this.#code);
    w.i32(1);
    w.op(OP.i32ShrU);
    w.i32(CODE_REFUND_MASK);
    w.op(OP.i32And);
    w.op(OP.i32Add);
    w.set(LEFT);
    w.get(this.#code);
    w.i32(1);
    w.op(OP.i32And);
    w.set(this.#kind);
    w.branch(OP.br, this.depth(OUT_SET));
    this.close();
    w.i32(0);
    w.get(BASE);
    w.op(OP.i32WrapI64);
    w.get(this.jump);
    w.op(OP.i32Add);
    w.memory(OP.i32Store, JUMPED_FROM);
    // JALR clears the lowest bit (unprivileged spec 2.5.1); to find a target, it does not matter.
    w.get(this.pc);
    w.i64(-2);
    w.op(OP.i64And);
    w.set(this.pc);
    this.close();
    for (const { local, register } of used) {
      if (!this.#written.has(register)) continue;
      w.i32(0);
      w.get(local);
      w.memory(OP.i64Store, X + register * 8);
    }
    this.floats.end();
    w.i32(0);
    w.get(this.pc);
    w.memory(OP.i64Store, PC);
    w.get(LEFT);
    w.i32(1);
    w.op(OP.i32Shl);
    w.get(this.#kind);
    w.op(OP.i32Or);
  }
}
