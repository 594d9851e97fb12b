/**
 * How host frames are given to a VM: THE table of modes. `ahead`: all at the start, so that a VM larger than its host cannot be; `run`:
 * they are adjacent, and one offset translates all addresses. Texts: `allocation.<id>`. Data only.
 */
export const ALLOCATION_MODES = [
  /** A frame for each page as it is touched. */
  { id: 'on-demand', ahead: false, run: false },
  /** All at the start, wherever there are some. */
  { id: 'fixed', ahead: true, run: false },
  /** All at the start and in one run: a base and a bound describe it. */
  { id: 'offset', ahead: true, run: true },
] as const;

/** Name of a mode. */
export type AllocationMode = (typeof ALLOCATION_MODES)[number]['id'];
export const ALLOCATION_IDS: readonly AllocationMode[] = ALLOCATION_MODES.map(({ id }) => id);

/** What a mode is. */
export function allocationOf(mode: AllocationMode): (typeof ALLOCATION_MODES)[number] {
  return ALLOCATION_MODES.find(({ id }) => id === mode) ?? ALLOCATION_MODES[0];
}
