/**
 * What a replacement policy decides: which page leaves RAM next. It works on page numbers and on what hardware notes of accesses, so
 * the same code runs on a VM's pages (the A and D bits of its G-stage leaves) and on a reference string (reference-string.ts). All policies
 * have this shape and stand in one table (policies.ts).
 */
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { Kind } from '#machine/kind';

/** No page may go. */
export const NO_PAGE = -1;

/** What is known of accesses to a page. */
export interface AccessBits {
  /** True when it was accessed since this was last asked, which is then forgotten. */
  takeAccessed(page: number): boolean;
  /** True when it was written since it came. */
  isDirty(page: number): boolean;
  /** False while it must stay: a device holds it, or others use its frame. */
  canGo(page: number): boolean;
}

export interface ReplacementPolicy {
  /** Pages in RAM. */
  readonly size: number;
  /** A page has come into RAM. */
  added(page: number, now: VirtualNs): void;
  /** A page is in RAM no more. */
  removed(page: number): void;
  has(page: number): boolean;
  /** Again and again, by {@link TICK_NS}; the result is how many pages it looked at. */
  tick(bits: AccessBits): number;
  /** The page that goes next, which it still has until it is {@link removed}; {@link NO_PAGE} when none may. */
  victim(now: VirtualNs, bits: AccessBits): number;

  capture(): PartState;
  restore(state: PartState): void;
}

/** What a policy is told of its host. */
export interface PolicyEnvironment {
  readonly seed: number;
}

/** A row of the table of policies. */
export type PolicyKind = Kind<PolicyEnvironment, ReplacementPolicy>;

/** From one tick to the next: a harvest makes every hart forget its translations, so it must be rare. */
export const TICK_NS: VirtualNs = 100_000_000;
