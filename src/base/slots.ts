/** Disks and cards of a specification keep their numbers when one before them is taken out: which are there, and which number is next. */
import { TAKEN_OUT } from './scenario.ts';

interface Slotted {
  readonly slot?: number | undefined;
}

/** Is it there, or only its number? */
export function isThere({ slot }: Slotted): boolean {
  return slot !== TAKEN_OUT;
}

/** The number that the next one gets: that of one that was taken out, or the one behind the last. */
export function nextNumber(list: readonly Slotted[]): number {
  const gap = list.findIndex((each) => !isThere(each));
  return gap < 0 ? list.length : gap;
}
