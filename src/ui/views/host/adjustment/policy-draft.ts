/** A policy as a form holds it, field by field, and the document that comes of it. Plain data, no React. */

import { LIMITS } from '#base/catalogue/limits';
import { NAME_PATTERN } from '#base/catalogue/names';
import type { PolicySpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';

/** What stands in a field of numbers: '' while it is empty. */
type Field = number | string;

interface TermDraft {
  readonly metric: string;
  readonly coefficient: Field;
}
/** Fields of numbers, with what they may hold; `may`: it may be left empty. */
export const NUMBERS = [
  { id: 'device', ...LIMITS.policyDevice, whole: true, may: false },
  { id: 'holdMs', least: 0, most: 3_600_000, whole: true, may: false },
  { id: 'coolDownMs', least: 0, most: 3_600_000, whole: true, may: false },
  { id: 'overMs', least: 0, most: 3_600_000, whole: true, may: false },
  { id: 'step', least: 0, most: 1e12, whole: false, may: true },
  { id: 'least', least: 0, most: 1e12, whole: false, may: true },
  { id: 'most', least: 0, most: 1e12, whole: false, may: true },
  { id: 'priority', ...LIMITS.policyPriority, whole: true, may: false },
] as const;
export type NumberId = (typeof NUMBERS)[number]['id'];

export interface PolicyDraft extends Readonly<Record<NumberId, Field>> {
  readonly name: string;
  readonly vm: string;
  readonly target: string;
  readonly terms: readonly TermDraft[];
  /** Empty: it may always act. */
  readonly whenMetric: string;
  readonly above: Field;
  readonly below: Field;
}

export const NO_TERM: TermDraft = { metric: '', coefficient: '' };

/** One that is new, for a VM. */
export function newDraft(vm: string, target: string): PolicyDraft {
  return {
    ...{ name: '', vm, target, device: 0, terms: [NO_TERM] },
    ...{ whenMetric: '', above: '', below: '' },
    ...{ holdMs: 0, coolDownMs: 1000, overMs: 1000, step: '', least: '', most: '', priority: 0 },
  };
}

export function draftOf(spec: PolicySpec): PolicyDraft {
  const { name, vm, target, device, terms, when, step = '', least = '', most = '', priority } = spec;
  return {
    ...{ name, vm, target, device, terms, step, least, most, priority },
    ...{ whenMetric: when?.metric ?? '', above: when?.above ?? '', below: when?.below ?? '' },
    holdMs: spec.holdNs / NS_PER_MS,
    coolDownMs: spec.coolDownNs / NS_PER_MS,
    overMs: spec.overNs / NS_PER_MS,
  };
}

function isNumber(value: Field): boolean {
  return value !== '' && Number.isFinite(Number(value));
}

/** False where a field cannot be what it says. */
export function isRight(draft: PolicyDraft, id: NumberId): boolean {
  const { least, most, whole, may } = NUMBERS.find((each) => each.id === id)!;
  const value = draft[id];
  if (value === '') return may;
  const number = Number(value);
  return number >= least && number <= most && (!whole || Number.isInteger(number));
}

/** The document; `undefined` while something is missing or cannot be. What its expressions mean is the host's to say. */
export function specOf(draft: PolicyDraft): PolicySpec | undefined {
  const { name, vm, target, terms, whenMetric, above, below, step, least, most } = draft;
  if (!NAME_PATTERN.test(name) || vm === '') return undefined;
  if (terms.some(({ metric, coefficient }) => metric.trim() === '' || !isNumber(coefficient)))
    return undefined;
  if (NUMBERS.some(({ id }) => !isRight(draft, id))) return undefined;
  const bound = <Key extends string>(key: Key, value: Field): { readonly [K in Key]?: number } =>
    (isNumber(value) ? { [key]: Number(value) } : {}) as { readonly [K in Key]?: number };
  const when = { metric: whenMetric.trim(), ...bound('above', above), ...bound('below', below) };
  return {
    ...{ name, vm, target, device: Number(draft.device) },
    terms: terms.map(({ metric, coefficient }) => ({
      metric: metric.trim(),
      coefficient: Number(coefficient),
    })),
    ...(when.metric === '' ? {} : { when }),
    holdNs: Math.round(Number(draft.holdMs) * NS_PER_MS),
    coolDownNs: Math.round(Number(draft.coolDownMs) * NS_PER_MS),
    overNs: Math.round(Number(draft.overMs) * NS_PER_MS),
    priority: Number(draft.priority),
    ...{ ...bound('step', step), ...bound('least', least), ...bound('most', most) },
  };
}
