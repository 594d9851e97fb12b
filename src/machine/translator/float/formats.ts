/**
 * The two floating-point formats of WebAssembly as data (core spec 5.4.6): opcodes under the same names for both, and where exponents
 * lie.
 */
import type { FunctionWriter } from '../wasm/function-writer.ts';
import { F32, F64, OP } from '../wasm/opcodes.ts';

/** Operations of a format, under names that both have. */
type Operation =
  | 'eq'
  | 'ne'
  | 'lt'
  | 'gt'
  | 'le'
  | 'ge'
  | 'abs'
  | 'neg'
  | 'ceil'
  | 'floor'
  | 'trunc'
  | 'nearest'
  | 'sqrt'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'copysign';

export interface Format {
  readonly name: 'S' | 'D';
  readonly type: number;
  readonly op: Readonly<Record<Operation, number>>;
  /** From integers, by the letters of their names in the instruction table. */
  readonly from: Readonly<Record<'W' | 'Wu' | 'L' | 'Lu', number>>;
  /** Bits of the fraction, and of the exponent. */
  readonly fraction: number;
  readonly exponents: number;
  /** Integers up to here have room in the significand. */
  readonly exact: number;
}

/** Comparisons, then unary and binary operations, each in the order of their opcodes. */
const COMPARISONS: readonly Operation[] = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'];
const ARITHMETIC: readonly Operation[] = [
  'abs',
  'neg',
  'ceil',
  'floor',
  'trunc',
  'nearest',
  'sqrt',
  'add',
  'sub',
  'mul',
  'div',
  'min',
  'max',
  'copysign',
];

function operations(comparisons: number, arithmetic: number): Record<Operation, number> {
  const pairs = [
    ...COMPARISONS.map((name, i) => [name, comparisons + i]),
    ...ARITHMETIC.map((name, i) => [name, arithmetic + i]),
  ];
  return Object.fromEntries(pairs) as Record<Operation, number>;
}

export const SINGLE: Format = {
  name: 'S',
  type: F32,
  op: operations(0x5b, 0x8b),
  from: { W: 0xb2, Wu: 0xb3, L: 0xb4, Lu: 0xb5 },
  fraction: 23,
  exponents: 8,
  exact: 2 ** 24,
};

export const DOUBLE: Format = {
  name: 'D',
  type: F64,
  op: operations(0x61, 0x99),
  from: { W: 0xb7, Wu: 0xb8, L: 0xb9, Lu: 0xba },
  fraction: 52,
  exponents: 11,
  exact: 2 ** 53,
};

/** Between formats, and between numbers and bits. */
export const CONVERT = {
  i64TruncF64S: 0xb0,
  i64TruncF64U: 0xb1,
  f32DemoteF64: 0xb6,
  f64PromoteF32: 0xbb,
  i32ReinterpretF32: 0xbc,
  i64ReinterpretF64: 0xbd,
  f32ReinterpretI32: 0xbe,
  f64ReinterpretI64: 0xbf,
} as const;

const F32_CONST = 0x43;
const F64_CONST = 0x44;

/** Pushes a constant of a format. */
export function pushConstant(w: FunctionWriter, { name }: Format, value: number): void {
  const view = new DataView(new ArrayBuffer(8));
  if (name === 'D') view.setFloat64(0, value, true);
  else view.setFloat32(0, value, true);
  w.op(name === 'D' ? F64_CONST : F32_CONST);
  for (let i = 0; i < (name === 'D' ? 8 : 4); i++) w.code.byte(view.getUint8(i));
}

/** Pushes the exponent field of a local, as i32. */
export function pushExponent(w: FunctionWriter, { name }: Format, local: number): void {
  w.get(local);
  if (name === 'D') {
    w.op(CONVERT.i64ReinterpretF64);
    w.i64(52);
    w.op(OP.i64ShrU);
    w.op(OP.i32WrapI64);
    w.i32(0x7ff);
  } else {
    w.op(CONVERT.i32ReinterpretF32);
    w.i32(23);
    w.op(OP.i32ShrU);
    w.i32(0xff);
  }
  w.op(OP.i32And);
}
