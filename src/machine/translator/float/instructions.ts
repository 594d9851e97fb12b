/** What has to be known of F and D instructions before anything is written: registers, formats, rounding (unprivileged spec, 20 and 21). */
import type { Decoded } from '#isa/decode';
import type { Effect } from '#isa/semantics';
import { DYNAMIC, RDN, RNE, RTZ, RUP } from './rounding-modes.ts';

type FloatEffect = Extract<Effect, { kind: 'float' }>;

/** Conversions to integers have an instruction of the host for most static modes; conversions of words to double never round. */
const ANY_HOST_MODE = /^fcvt(W|Wu|L|Lu)[SD]$/;
const NEVER_ROUNDS = /^fcvt(DW|DWu|DS)$/;

/** True for instructions that round as the host does: to nearest, or by an operation of the host for their own rounding mode. */
export function roundsAsHost({ helper, args }: FloatEffect, rm: number): boolean {
  if (!args.some(({ kind }) => kind === 'roundingMode')) return true;
  if (rm === RNE || rm === DYNAMIC) return true;
  if (NEVER_ROUNDS.test(helper)) return rm <= 4;
  return ANY_HOST_MODE.test(helper) && (rm === RTZ || rm === RDN || rm === RUP);
}

/** True for instructions that need floating point to be ready: FS dirty, frm to nearest. */
export function isFloat({ instruction: { effect } }: Decoded): boolean {
  return (
    effect.kind === 'float' ||
    (effect.kind === 'load' && effect.into === 'f') ||
    (effect.kind === 'store' && effect.from === 'f')
  );
}

/** True for instructions that may set NX. */
export function mayBeInexact({ instruction: { effect } }: Decoded): boolean {
  return (
    effect.kind === 'float' &&
    effect.args.some(({ kind }) => kind === 'roundingMode') &&
    !NEVER_ROUNDS.test(effect.helper)
  );
}

/** f registers that an instruction reads or writes. */
export function floatRegistersOf(fields: Decoded): number[] {
  const { effect } = fields.instruction;
  switch (effect.kind) {
    case 'load':
      return effect.into === 'f' ? [fields.rd] : [];
    case 'store':
      return effect.from === 'f' ? [fields.rs2] : [];
    case 'float': {
      const read = effect.args.flatMap((arg) => (arg.kind === 'f' ? [fields[arg.field]] : []));
      return effect.into === 'f' ? [...read, fields.rd] : read;
    }
    default:
      return [];
  }
}

/** Bit masks of f registers: read as singles, written as singles; read and written as doubles. */
export interface Singles {
  readonly read: number;
  readonly written: number;
  readonly readWide: number;
  readonly writtenWide: number;
}

const NONE: Singles = { read: 0, written: 0, readWide: 0, writtenWide: 0 };
/** Helpers end with the format of their operands; those of conversions and moves begin with what they give. */
const GIVES_SINGLE = /^(fcvtS|fmvWX|f(?!cvt|mv).*S$)/;
const TAKES_SINGLES = /S$/;
const TAKES_DOUBLES = /D$/;

/** What an instruction has to do with singles. Moves of bits and stores take registers as they are (21.2). */
export function singlesOf(fields: Decoded): Singles {
  const { effect } = fields.instruction;
  if (effect.kind === 'load' && effect.into === 'f') {
    const bit = 1 << fields.rd;
    return effect.bytes === 4 ? { ...NONE, written: bit } : { ...NONE, writtenWide: bit };
  }
  if (effect.kind === 'store' && effect.from === 'f' && effect.bytes === 8) {
    return { ...NONE, readWide: 1 << fields.rs2 };
  }
  if (effect.kind !== 'float') return NONE;
  const { helper, args, into } = effect;
  const sources = args.reduce((mask, arg) => (arg.kind === 'f' ? mask | (1 << fields[arg.field]) : mask), 0);
  const read = TAKES_SINGLES.test(helper) ? sources : 0;
  const readWide = TAKES_DOUBLES.test(helper) ? sources : 0;
  const bit = into === 'f' ? 1 << fields.rd : 0;
  return GIVES_SINGLE.test(helper)
    ? { read, readWide, written: bit, writtenWide: 0 }
    : { read, readWide, written: 0, writtenWide: bit };
}
