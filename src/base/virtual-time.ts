/**
 * Virtual time counts instructions, and what else takes time in their terms: one instruction is 10 ns unless the scenario says
 * otherwise. All times are integers of nanoseconds in a number (exact up to 104 days).
 */

/** Nanoseconds of virtual time since the host was switched on. */
export type VirtualNs = number;

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;

/** Default cost of one instruction (100 MHz). */
export const DEFAULT_NS_PER_INSTRUCTION = 10;
/** `timebase-frequency` of every hart: the `time` CSR counts units of 100 ns. */
export const TIMEBASE_HZ = 10_000_000;
export const NS_PER_TICK = 100;
/** Interleaving quantum of the harts of one host, in instructions. */
export const DEFAULT_QUANTUM_INSTRUCTIONS = 10_000;
