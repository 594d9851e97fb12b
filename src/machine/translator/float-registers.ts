/**
 * The f registers of a region in locals, and whether floating point is ready: FS dirty, frm to nearest. A region cannot change either,
 * since CSRs are the interpreter's.
 */
import type { Decoded } from '#isa/decode';
import { addressOfField } from '../layout.ts';
import type { FloatContext } from './float-context.ts';
import { CONVERT } from './float-operations.ts';
import { emitFloat, floatRegistersOf } from './floating-point.ts';
import { F32, F64, type FunctionWriter, I32, OP } from './wasm-writer.ts';

const F = addressOfField('F');
/** FS of mstatus and vsstatus; frm in fcsr. */
const FS = 3 << 13;
const FRM = 7 << 5;
/** Upper half of a boxed single (21.2). */
const BOX = -(2 ** 32);

/** How a region's code gets at what is not floating point. */
export interface Surroundings {
  x(register: number): number;
  scratch(n: number): number;
  /** Pops an i64; `isWord`: it is a sign-extended word. */
  setX(register: number, isWord: boolean): void;
}

type LeaveIf = (deeper?: number) => void;

export class FloatRegisters implements FloatContext {
  readonly exact: boolean;
  /** An i32 local: 1 when floating point is ready. */
  readonly #ready: number;
  readonly #w: FunctionWriter;
  readonly #around: Surroundings;
  readonly #f: (number | undefined)[] = [];
  readonly #written: Set<number> = new Set();
  readonly #doubles: number[] = [];
  readonly #singles: number[] = [];
  #leave: LeaveIf = () => undefined;

  /** @param code all instructions of the region */
  constructor(w: FunctionWriter, code: readonly Decoded[], exact: boolean, around: Surroundings) {
    this.#w = w;
    this.#around = around;
    this.exact = exact;
    for (const register of new Set(code.flatMap(floatRegistersOf))) this.#f[register] = w.local(F64);
    this.#ready = this.isUsed ? w.local(I32) : -1;
  }

  /** False for regions without floating point. */
  get isUsed(): boolean {
    return this.#f.length > 0;
  }

  /** Reads what holds for a whole visit. */
  begin(): void {
    if (!this.isUsed) return;
    const w = this.#w;
    const load = (field: string): void => {
      w.i32(0);
      w.memory(OP.i32Load, addressOfField(field));
    };
    // In a guest the guest's FS counts too, otherwise only the host's (privileged spec 18.2.12).
    load('CSR_MSTATUS');
    load('CSR_VSSTATUS');
    w.i32(-1);
    load('VIRT');
    w.op(OP.select);
    w.op(OP.i32And);
    w.i32(FS);
    w.op(OP.i32And);
    w.i32(FS);
    w.op(OP.i32Eq);
    load('CSR_FCSR');
    w.i32(FRM);
    w.op(OP.i32And);
    w.op(OP.i32Eqz);
    w.op(OP.i32And);
    w.set(this.#ready);
    this.#f.forEach((local, register) => {
      if (local === undefined) return;
      w.i32(0);
      w.memory(OP.f64Load, F + register * 8);
      w.set(local);
    });
  }

  /** Writes back what a visit may have changed. */
  end(): void {
    const w = this.#w;
    for (const register of this.#written) {
      w.i32(0);
      w.get(this.double(register));
      w.memory(OP.f64Store, F + register * 8);
    }
  }

  /** Pushes 1 when floating point is not ready. */
  pushUnready(): void {
    this.#w.get(this.#ready);
    this.#w.op(OP.i32Eqz);
  }

  /** Writes an instruction of effect `float`. */
  instruction(decoded: Decoded, leaveIf: LeaveIf): void {
    this.#leave = leaveIf;
    emitFloat(this.#w, decoded, this);
  }

  /** The operation that loads an f register. */
  loadOpcode(bytes: number): number {
    return bytes === 8 ? OP.f64Load : OP.f32Load;
  }
  /** Pops what such an operation has pushed. */
  setLoaded(register: number, bytes: number): void {
    if (bytes === 8) this.setDouble(register);
    else this.setSingle(register);
  }
  /** Stores an f register; the address is on the stack. What a store of a single writes is the low half, boxed or not (21.2). */
  store(register: number, bytes: number, at: number): void {
    const w = this.#w;
    w.get(this.double(register));
    if (bytes === 8) {
      w.memory(OP.f64Store, at);
    } else {
      w.op(CONVERT.i64ReinterpretF64);
      w.memory(OP.i64Store32, at);
    }
  }

  leaveIf(deeper?: number): void {
    this.#leave(deeper);
  }
  x(register: number): number {
    return this.#around.x(register);
  }
  scratch(n: number): number {
    return this.#around.scratch(n);
  }
  setX(register: number, isWord: boolean): void {
    this.#around.setX(register, isWord);
  }
  double(register: number): number {
    return this.#f[register] as number;
  }
  single(register: number, n: 0 | 1 | 2): number {
    const w = this.#w;
    const local = this.scratchSingle(n);
    w.get(this.double(register));
    w.op(CONVERT.i64ReinterpretF64);
    w.tee(this.scratch(n));
    w.i64(BOX);
    w.op(OP.i64LtU);
    this.leaveIf();
    w.get(this.scratch(n));
    w.op(OP.i32WrapI64);
    w.op(CONVERT.f32ReinterpretI32);
    w.set(local);
    return local;
  }
  setDouble(register: number): void {
    this.#written.add(register);
    this.#w.set(this.double(register));
  }
  setSingle(register: number): void {
    const w = this.#w;
    w.op(CONVERT.i32ReinterpretF32);
    w.op(OP.i64ExtendI32U);
    w.i64(BOX);
    w.op(OP.i64Or);
    w.op(CONVERT.f64ReinterpretI64);
    this.setDouble(register);
  }
  scratchDouble(n: number): number {
    this.#doubles[n] ??= this.#w.local(F64);
    return this.#doubles[n];
  }
  scratchSingle(n: number): number {
    this.#singles[n] ??= this.#w.local(F32);
    return this.#singles[n];
  }
}
