/**
 * How long ago a page was last accessed, and how often lately, as the access log of a host finds it round by round: classes and one
 * byte for both, as the question `frame-marks` gives it and the frame map draws it.
 */

/** From one round of the log to the next. */
export const ACCESS_ROUND_NS = 250_000_000;
/** Rounds that heat is counted over. */
export const HEAT_ROUNDS = 8;

/** Classes of age: seen in the latest `rounds` rounds. The first that holds is a page's. */
export const FRAME_AGES: readonly { readonly id: KnownAge; readonly rounds: number }[] = [
  { id: 'now', rounds: 1 },
  { id: 'second', rounds: 4 },
  { id: 'seconds', rounds: 16 },
  { id: 'quarter', rounds: 60 },
  { id: 'minute', rounds: 240 },
  { id: 'older', rounds: Number.POSITIVE_INFINITY },
];
type KnownAge = 'now' | 'second' | 'seconds' | 'quarter' | 'minute' | 'older';
/** `never`: not since the log began. */
export type FrameAgeId = KnownAge | 'never';
const NEVER: number = FRAME_AGES.length;

/** Nothing is known: no log, or no page of a VM. */
export const NO_WARMTH = 0;

/** The byte: class of age plus 1 in the upper half, rounds with an access among the latest in the lower one. */
export function warmthOf(rounds: number | undefined, heat: number): number {
  const age = rounds === undefined ? NEVER : FRAME_AGES.findIndex((each) => rounds < each.rounds);
  return ((age + 1) << 4) | heat;
}
/** Class of age; undefined where nothing is known. */
export function ageIn(warmth: number): FrameAgeId | undefined {
  if (warmth === NO_WARMTH) return undefined;
  return FRAME_AGES[(warmth >> 4) - 1]?.id ?? 'never';
}
/** Rounds with an access, of the latest {@link HEAT_ROUNDS}. */
export function heatIn(warmth: number): number {
  return warmth & 0xf;
}
/** True where one of two bytes tells of the later access, or of more of them. */
export function isWarmer(one: number, other: number): boolean {
  const [a, b] = [one >> 4, other >> 4];
  return a < b || (a === b && heatIn(one) > heatIn(other));
}
