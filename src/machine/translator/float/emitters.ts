/**
 * F and D instructions as WebAssembly (unprivileged spec, chapters 20 and 21), as far as the host's arithmetic cannot be told apart:
 * to nearest, finite, no flag raised but NX. In every other case they are left to the interpreter, with nothing changed.
 *
 * A region is written twice when it has instructions that may be inexact. One function is for harts whose NX is set already, as it is
 * after the first few operations of real programs: inexact results change nothing there. The other leaves unless results are exact.
 */
import type { Decoded } from '#isa/decode';
import type { EmitContext } from '../emit/emit-context.ts';
import { ARITHMETIC } from './arithmetic.ts';
import type { FloatEmitter } from './checks.ts';
import { CONVERSIONS } from './conversions.ts';
import { FUSED } from './fused.ts';
import { roundsAsHost } from './instructions.ts';

/** By the names of the instruction table's helpers. */
const EMITTERS: Readonly<Record<string, FloatEmitter>> = { ...ARITHMETIC, ...FUSED, ...CONVERSIONS };

/** True for floating-point instructions that are translated, loads and stores of f registers among them. */
export function translatesFloat({ instruction: { effect }, rm }: Decoded): boolean {
  if (effect.kind === 'load') return effect.into === 'f';
  if (effect.kind === 'store') return effect.from === 'f';
  return effect.kind === 'float' && effect.helper in EMITTERS && roundsAsHost(effect, rm);
}

/** Writes the current instruction, whose effect is of kind `float`. */
export function emitFloat(c: EmitContext): void {
  const { effect, name } = c.decoded.instruction;
  const emitter = effect.kind === 'float' ? EMITTERS[effect.helper] : undefined;
  if (emitter === undefined) throw new Error(`no translation of ${name}`);
  emitter(c);
}
