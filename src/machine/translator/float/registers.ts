/**
 * The f registers of a region in locals, and whether floating point is ready: FS dirty, frm to nearest. A region cannot change either,
 * since CSRs are the interpreter's.
 *
 * A register that the region uses for doubles has an f64 local with all its bits. One that it uses for singles has an f32 local, which
 * is valid where the single is known to be unboxed (plan/float-flow.ts). A register for singles alone has no other local: a bit in `inLocals`
 * tells whether the f32 local was written since the function was called; if not, the register's value is in memory, NaN-boxed or not.
 */
import type { Decoded } from '#isa/decode';
import { F_NAMES } from '#isa/registers';
import { addressOfField } from '../../layout.ts';
import type { EmitContext, FloatOperands } from '../emit/emit-context.ts';
import { F32, F64, I32, OP } from '../wasm/opcodes.ts';
import { CONVERT } from './formats.ts';
import { floatRegistersOf, singlesOf } from './instructions.ts';

const F = addressOfField('F');
/** FS of mstatus and vsstatus; frm in fcsr. */
const FS = 3 << 13;
const FRM = 7 << 5;
/** Upper half of a NaN-boxed single (21.2). */
const NAN_BOX = -(2 ** 32);

export class FloatRegisters implements FloatOperands {
  readonly exact: boolean;
  /** At the place that is being written, as bit masks: registers whose f32 local is valid; bits that are not recorded in `inLocals` yet. */
  unboxed = 0;
  unrecorded = 0;
  /** i32 locals: 1 when floating point is ready; registers for singles that were written. */
  readonly #ready: number;
  readonly #inLocals: number;
  readonly #c: EmitContext;
  readonly #f: (number | undefined)[] = [];
  readonly #s: (number | undefined)[] = [];
  readonly #written: Set<number> = new Set();
  readonly #doubles: number[] = [];
  readonly #singles: number[] = [];

  /** @param code all instructions of the region */
  constructor(c: EmitContext, code: readonly Decoded[], exact: boolean) {
    const { w } = c;
    this.#c = c;
    this.exact = exact;
    const registers = [...new Set(code.flatMap(floatRegistersOf))];
    const uses = code.map(singlesOf);
    const singles = uses.reduce((mask, { read, written }) => mask | read | written, 0);
    const wide = uses.reduce((mask, { readWide, writtenWide }) => mask | readWide | writtenWide, 0);
    for (const register of registers) {
      const isSingle = has(singles, register);
      if (isSingle) this.#s[register] = w.local(F32, `${F_NAMES[register]}.single`);
      if (!isSingle || has(wide, register)) this.#f[register] = w.local(F64, F_NAMES[register] as string);
    }
    this.#ready = registers.length > 0 ? w.local(I32, 'ready') : -1;
    this.#inLocals = this.#s.length > 0 ? w.local(I32, 'inLocals') : -1;
  }

  /** When the function is called: reads what does not change until it returns, and the registers. */
  begin(): void {
    if (this.#ready < 0) return;
    const { w } = this.#c;
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

  /** Before the function returns: writes back what it may have changed. */
  end(): void {
    const { w } = this.#c;
    for (const register of this.#written) {
      const wide = this.#f[register];
      if (wide !== undefined) {
        w.i32(0);
        w.get(wide);
        w.memory(OP.f64Store, F + register * 8);
        continue;
      }
      this.#pushIsInLocal(register);
      w.open(OP.if);
      w.i32(0);
      w.get(this.#s[register] as number);
      w.memory(OP.f32Store, F + register * 8);
      w.i32(0);
      w.i32(-1);
      w.memory(OP.i32Store, F + register * 8 + 4);
      w.op(OP.end);
    }
  }

  /** Pushes 1 when floating point is not ready. */
  pushUnready(): void {
    this.#c.w.get(this.#ready);
    this.#c.w.op(OP.i32Eqz);
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
  /** Stores an f register; the address is on the stack. What a store of a single writes is the low half, NaN-boxed or not (21.2). */
  store(register: number, bytes: number, at: number): void {
    const { w } = this.#c;
    if (bytes === 8) {
      w.get(this.double(register));
      w.memory(OP.f64Store, at);
    } else if (has(this.unboxed, register)) {
      w.get(this.#s[register] as number);
      w.memory(OP.f32Store, at);
    } else {
      this.pushLowBits(register);
      w.memory(OP.i32Store, at);
    }
  }

  /** Before the region or a node is left: records which f32 locals were written. */
  record(): void {
    if (this.unrecorded === 0) return;
    const { w } = this.#c;
    w.get(this.#inLocals);
    w.i32(this.unrecorded);
    w.op(OP.i32Or);
    w.set(this.#inLocals);
    this.unrecorded = 0;
  }

  double(register: number): number {
    return this.#f[register] as number;
  }

  single(register: number): number {
    if (!has(this.unboxed, register)) this.#unboxOne(register);
    return this.#s[register] as number;
  }
  /** Takes registers out of their NaN boxes into f32 locals; leaves when one is not NaN-boxed. */
  unbox(registers: number): void {
    for (let n = 0; n < 32; n++) if (has(registers, n)) this.#unboxOne(n);
  }
  #unboxOne(register: number): void {
    const c = this.#c;
    const { w } = c;
    const isAlone = this.#f[register] === undefined;
    if (isAlone) {
      this.#pushIsInLocal(register);
      w.op(OP.i32Eqz);
      w.open(OP.if);
      w.i32(0);
      w.memory(OP.i64Load, F + register * 8);
    } else {
      w.get(this.double(register));
      w.op(CONVERT.i64ReinterpretF64);
    }
    w.tee(c.scratch(0));
    w.i64(NAN_BOX);
    w.op(OP.i64LtU);
    c.leaveIf(isAlone ? 1 : 0);
    w.get(c.scratch(0));
    w.op(OP.i32WrapI64);
    w.op(CONVERT.f32ReinterpretI32);
    w.set(this.#s[register] as number);
    if (isAlone) w.op(OP.end);
    this.unboxed |= 1 << register;
  }
  #pushIsInLocal(register: number): void {
    this.#c.w.get(this.#inLocals);
    this.#c.w.i32(1 << register);
    this.#c.w.op(OP.i32And);
  }
  pushLowBits(register: number): void {
    const { w } = this.#c;
    const wide = this.#f[register];
    const narrow = this.#s[register];
    if (narrow !== undefined && has(this.unboxed, register)) {
      w.get(narrow);
      w.op(CONVERT.i32ReinterpretF32);
    } else if (wide !== undefined) {
      w.get(wide);
      w.op(CONVERT.i64ReinterpretF64);
      w.op(OP.i32WrapI64);
    } else {
      w.get(narrow as number);
      w.op(CONVERT.i32ReinterpretF32);
      w.i32(0);
      w.memory(OP.i32Load, F + register * 8);
      this.#pushIsInLocal(register);
      w.op(OP.select);
    }
  }

  setDouble(register: number): void {
    this.unboxed &= ~(1 << register);
    this.#written.add(register);
    this.#c.w.set(this.double(register));
  }
  setSingle(register: number): void {
    const { w } = this.#c;
    this.unboxed |= 1 << register;
    this.#written.add(register);
    const wide = this.#f[register];
    if (wide === undefined) {
      this.unrecorded |= 1 << register;
      w.set(this.#s[register] as number);
      return;
    }
    w.tee(this.#s[register] as number);
    w.op(CONVERT.i32ReinterpretF32);
    w.op(OP.i64ExtendI32U);
    w.i64(NAN_BOX);
    w.op(OP.i64Or);
    w.op(CONVERT.f64ReinterpretI64);
    w.set(wide);
  }
  scratchDouble(n: number): number {
    this.#doubles[n] ??= this.#c.w.local(F64, `double${n}`);
    return this.#doubles[n];
  }
  scratchSingle(n: number): number {
    this.#singles[n] ??= this.#c.w.local(F32, `single${n}`);
    return this.#singles[n];
  }
}

function has(mask: number, register: number): boolean {
  return ((mask >>> register) & 1) === 1;
}
