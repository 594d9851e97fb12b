/** Which instructions are translated. All others are the interpreter's, to which a region leaves. */
import type { Decoded } from '#isa/decode';
import type { Effect, Expression } from '#isa/semantics';
import { translatesFloat } from '../float/emitters.ts';
import { isAtomic } from './atomics.ts';
import { isTranslatedCsr } from './csrs.ts';
import { PURE } from './pure-helpers.ts';

/** By what an instruction does: looked at once. */
const plain = new Map<Effect, boolean>();

/** True for instructions that the translator can write. */
export function isTranslated(decoded: Decoded): boolean {
  const { effect } = decoded.instruction;
  let known = plain.get(effect);
  if (known === undefined) {
    known = isPlain(effect);
    plain.set(effect, known);
  }
  return known || translatesFloat(decoded) || isTranslatedCsr(decoded);
}

/** True for expressions that the translator can write. */
function isWritten(e: Expression): boolean {
  switch (e.kind) {
    case 'binary':
    case 'compare':
      return isWritten(e.a) && isWritten(e.b);
    case 'unary':
    case 'word':
    case 'unsignedWord':
      return isWritten(e.a);
    case 'pure':
      return e.helper in PURE && e.args.every(isWritten);
    default:
      return e.kind !== 'f' && e.kind !== 'roundingMode';
  }
}

/** True for effects on x registers and memory that are translated. */
function isPlain(effect: Effect): boolean {
  switch (effect.kind) {
    case 'set':
      return isWritten(effect.value);
    case 'load':
      return effect.into === 'x';
    case 'store':
      return effect.from === 'x';
    case 'branch':
    case 'jump':
    case 'jumpRegister':
    case 'nothing':
      return true;
    case 'call':
      return isAtomic(effect);
    default:
      return false;
  }
}
