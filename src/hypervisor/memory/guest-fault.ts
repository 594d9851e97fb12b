/**
 * A guest page fault of the G-stage: memory that is not backed yet, or no memory at all. It may not emulate devices or
 * inject faults; it says what the fault was.
 */
import { NO_FRAME } from './frame-allocator.ts';
import type { VmMemory } from './vm-memory.ts';

/** What became of a guest page fault. */
export type GuestFaultOutcome =
  /** A frame was given and mapped: the access can be repeated. */
  | 'mapped'
  /** The page has a frame and the entry allows everything: the hart's TLB is behind. Fence and repeat. */
  | 'stale'
  /** In no memslot: a device, or nothing. */
  | 'outside'
  /** The host has no frame left. */
  | 'shortage';

/** Looks at the memslots and backs the page on demand (allocation "on demand"). */
export function resolveGuestFault(memory: VmMemory, gpa: number): GuestFaultOutcome {
  if (memory.slotOf(gpa) === undefined) return 'outside';
  if (memory.translate(gpa) >= 0) return 'stale';
  return memory.allocate(gpa) === NO_FRAME ? 'shortage' : 'mapped';
}
