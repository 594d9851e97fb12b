/**
 * Which checkpoints stay when there are too many: the first and the newest, and between them those that leave the most even
 * distances, counted in how long ago they are. So the last minutes are near each other, and older times far apart.
 */

/** The newest ones, which always stay. */
const NEWEST = 3;

/** The position of the one that is missed least, of times that ascend; more than one and {@link NEWEST} are needed. */
export function leastMissed(times: readonly number[]): number {
  const now = times.at(-1) ?? 0;
  let found = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 1; at < times.length - NEWEST; at++) {
    // Without it, who goes back this far lands at the one before.
    const gap = times[at + 1]! - times[at - 1]!;
    const worth = gap / (now - times[at]! + 1);
    if (worth < least) {
      least = worth;
      found = at;
    }
  }
  return found;
}
