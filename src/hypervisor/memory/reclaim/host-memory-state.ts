/** Which state the memory of a host is in. */
import { HOST_MEMORY_STATE, HOST_MEMORY_STATES } from '#base/catalogue/host-memory-states';

/** Frames of which so many must be free for a state. */
export function framesFor(state: number, count: number): number {
  return Math.ceil((HOST_MEMORY_STATES[state]!.leastPercent * count) / 100);
}

/**
 * The state by how many frames are free. It falls when that is less than the next state needs, and is high again only when what
 * high needs is free: so it does not go to and fro.
 */
export function stateOf(free: number, count: number, before: number): number {
  const { high, soft, hard, low } = HOST_MEMORY_STATE;
  if (free >= framesFor(high, count)) return high;
  if (free >= framesFor(soft, count)) return before === high ? high : soft;
  if (free >= framesFor(hard, count)) return soft;
  return free >= framesFor(low, count) ? hard : low;
}
