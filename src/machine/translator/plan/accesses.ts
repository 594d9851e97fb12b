/**
 * What a plan says about loads and stores: which of them share a page, and for which base
 * registers the last page is remembered.
 */
import type { Effect } from '#isa/semantics';

/** A load or store of the instruction table. */
export type Access = Extract<Effect, { kind: 'load' | 'store' }>;

/** What a page is needed for: both means loads and stores, which the TLB knows apart. */
export type AccessKind = Access['kind'] | 'both';

/** For which accesses the last page is remembered, by kind and base register: `load 2` for loads through x2. */
export type Remembered = ReadonlySet<string>;

/** The name of accesses among {@link Remembered}. */
export function baseOf(kind: AccessKind, register: number): string {
  return `${kind} ${register}`;
}

/** Accesses around one value of a register, whose page is looked up once. Offsets are from the register of the first of them. */
export interface AccessGroup {
  readonly kind: AccessKind;
  /** First and last byte. */
  readonly from: number;
  readonly to: number;
}
