/**
 * How much of a host's RAM is free, as ESX tells it apart (Waldspurger 2002, section 6.3): THE table of the states with their
 * thresholds. Data only.
 */
import { positionsOf } from './rows.ts';

/** `leastPercent`: of the frames that must be free, or the state is the next one. The position is the number that snapshots hold. */
export const HOST_MEMORY_STATES = [
  /** Nothing is taken. */
  { id: 'high', leastPercent: 6 },
  /** Balloons are blown up; pages of VMs that have none are taken. */
  { id: 'soft', leastPercent: 4 },
  /** Pages of all VMs are taken. */
  { id: 'hard', leastPercent: 2 },
  /** Besides, who needs a frame must first take one from somebody. */
  { id: 'low', leastPercent: 1 },
] as const;
export type HostMemoryStateId = (typeof HOST_MEMORY_STATES)[number]['id'];
export const HOST_MEMORY_STATE: Readonly<Record<HostMemoryStateId, number>> = positionsOf(HOST_MEMORY_STATES);

/**
 * How a frame is had of a VM that has one: in the order in which it is tried, once those that are free and equal pages are not enough. What
 * was taken is given back in the opposite order.
 */
export const RECLAIM_WAYS = ['ballooned', 'compressed', 'swapped'] as const;
export type ReclaimWay = (typeof RECLAIM_WAYS)[number];
