/**
 * Conversions and moves between integers, singles and doubles (unprivileged spec 20.7, 21.5) as WebAssembly. What does not fit, and
 * every NaN, is the interpreter's.
 */

import type { EmitContext } from '../emit/emit-context.ts';
import type { FunctionWriter } from '../wasm/function-writer.ts';
import { OP } from '../wasm/opcodes.ts';
import {
  type FloatEmitter,
  leaveUnlessFinite,
  operand,
  pushExtreme,
  resultLocal,
  setResult,
} from './checks.ts';
import { CONVERT, DOUBLE, type Format, pushConstant, SINGLE } from './formats.ts';
import { RDN, RTZ, RUP } from './rounding-modes.ts';

type IntegerName = 'W' | 'Wu' | 'L' | 'Lu';

/** Which truncated numbers an integer holds: those between two bounds, the lower of them included where nothing lies below it. */
const INTEGERS: Readonly<
  Record<IntegerName, { readonly above: number; readonly below: number; readonly included: boolean }>
> = {
  W: { above: -(2 ** 31) - 1, below: 2 ** 31, included: false },
  Wu: { above: -1, below: 2 ** 32, included: false },
  L: { above: -(2 ** 63), below: 2 ** 63, included: true },
  Lu: { above: -1, below: 2 ** 64, included: false },
};

/** The host's operation that rounds to an integral number as a mode says; truncation is part of the conversion. */
function rounding(rm: number): number | undefined {
  if (rm === RTZ) return undefined;
  return rm === RDN ? DOUBLE.op.floor : rm === RUP ? DOUBLE.op.ceil : DOUBLE.op.nearest;
}

/** Pushes an operand as a double; a single is widened, which is exact. */
function pushWidened(w: FunctionWriter, format: Format, local: number): void {
  w.get(local);
  if (format.name === 'S') w.op(CONVERT.f64PromoteF32);
}

function toInteger(format: Format, name: IntegerName): FloatEmitter {
  const { above, below, included } = INTEGERS[name];
  return (c) => {
    const { w, decoded, floats } = c;
    const a = operand(c, format, decoded.rs1);
    const whole = floats.scratchDouble(0);
    pushWidened(w, format, a);
    const opcode = rounding(decoded.rm);
    if (opcode !== undefined) w.op(opcode);
    w.tee(whole);
    pushConstant(w, DOUBLE, above);
    w.op(included ? DOUBLE.op.ge : DOUBLE.op.gt);
    w.get(whole);
    pushConstant(w, DOUBLE, below);
    w.op(DOUBLE.op.lt);
    w.op(OP.i32And);
    w.op(OP.i32Eqz);
    c.leaveIf();
    if (floats.exact) {
      pushWidened(w, format, a);
      w.op(DOUBLE.op.trunc);
      pushWidened(w, format, a);
      w.op(DOUBLE.op.ne);
      c.leaveIf();
    }
    if (decoded.rd === 0) return;
    w.get(whole);
    w.op(name === 'Lu' ? CONVERT.i64TruncF64U : CONVERT.i64TruncF64S);
    if (name === 'Wu') w.op(OP.i64Extend32S);
    c.setX(decoded.rd, name === 'W' || name === 'Wu');
  };
}

/** Pushes rs1 as an x register. */
function pushX(c: EmitContext): void {
  const { w, decoded } = c;
  if (decoded.rs1 === 0) w.i64(0);
  else w.get(c.x(decoded.rs1));
}

function fromInteger(format: Format, name: IntegerName): FloatEmitter {
  const isWord = name === 'W' || name === 'Wu';
  return (c) => {
    const { w, floats } = c;
    if (floats.exact && !(isWord && format.name === 'D')) {
      // Significands hold integers up to a bound of either sign.
      const bound = format.exact;
      pushX(c);
      if (name === 'W') w.op(OP.i64Extend32S);
      if (name === 'Wu') {
        w.op(OP.i32WrapI64);
        w.op(OP.i64ExtendI32U);
      }
      if (name === 'W' || name === 'L') {
        w.i64(bound);
        w.op(OP.i64Add);
      }
      w.i64(name === 'W' || name === 'L' ? 2 * bound : bound);
      w.op(OP.i64GtU);
      c.leaveIf();
    }
    pushX(c);
    if (isWord) w.op(OP.i32WrapI64);
    w.op(format.from[name]);
    setResult(c, format);
  };
}

/** fcvt.s.d: what is small or large must come back to the same double. */
const narrow: FloatEmitter = (c) => {
  const { w, decoded, floats } = c;
  const a = floats.double(decoded.rs1);
  const result = resultLocal(c, SINGLE);
  const pushDiffers = (): void => {
    w.get(result);
    w.op(CONVERT.f64PromoteF32);
    w.get(a);
    w.op(DOUBLE.op.ne);
  };
  w.get(a);
  w.op(CONVERT.f32DemoteF64);
  w.set(result);
  if (floats.exact) {
    pushDiffers();
    c.leaveIf();
  } else {
    pushExtreme(w, SINGLE, result);
    w.open(OP.if);
    pushDiffers();
    c.leaveIf(1);
    w.op(OP.end);
  }
  w.get(result);
  floats.setSingle(decoded.rd);
};

/** fcvt.decoded.s: exact for all numbers. */
const widen: FloatEmitter = (c) => {
  const { w, decoded, floats } = c;
  const a = floats.single(decoded.rs1);
  leaveUnlessFinite(c, SINGLE, a);
  w.get(a);
  w.op(CONVERT.f64PromoteF32);
  floats.setDouble(decoded.rd);
};

const MOVES: Readonly<Record<string, FloatEmitter>> = {
  // The low half, whatever it is: moves do not look at the boxing (21.2).
  fmvXW: (c) => {
    const { w, decoded, floats } = c;
    if (decoded.rd === 0) return;
    floats.pushLowBits(decoded.rs1);
    w.op(OP.i64ExtendI32S);
    c.setX(decoded.rd, true);
  },
  fmvWX: (c) => {
    const { w, decoded, floats } = c;
    pushX(c);
    w.op(OP.i32WrapI64);
    w.op(CONVERT.f32ReinterpretI32);
    floats.setSingle(decoded.rd);
  },
  fmvXD: (c) => {
    const { w, decoded, floats } = c;
    if (decoded.rd === 0) return;
    w.get(floats.double(decoded.rs1));
    w.op(CONVERT.i64ReinterpretF64);
    c.setX(decoded.rd, false);
  },
  fmvDX: (c) => {
    const { w, decoded, floats } = c;
    pushX(c);
    w.op(CONVERT.f64ReinterpretI64);
    floats.setDouble(decoded.rd);
  },
};

const NAMES: readonly IntegerName[] = ['W', 'Wu', 'L', 'Lu'];

/** By the names of the instruction table's helpers. */
export const CONVERSIONS: Readonly<Record<string, FloatEmitter>> = {
  ...Object.fromEntries(
    [SINGLE, DOUBLE].flatMap((format) =>
      NAMES.flatMap((name) => [
        [`fcvt${name}${format.name}`, toInteger(format, name)],
        [`fcvt${format.name}${name}`, fromInteger(format, name)],
      ]),
    ),
  ),
  fcvtSD: narrow,
  fcvtDS: widen,
  ...MOVES,
};
