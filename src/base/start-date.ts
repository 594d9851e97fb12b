/** The date at which virtual time begins: what clocks of machines show, since nothing that runs here may ask the world for the time. */

/** Where a scenario says none. */
export const USUAL_START_DATE = '2026-01-01T00:00:00Z';

const MS_PER_S = 1_000;

/** A year of more digits, which `Date` takes with a sign, is none. */
const FORM = /^\d{4}-/;

/** Seconds since 1970 of a date as `2026-01-01T00:00:00Z`; nothing where that is no date, before 1970, or written in another way. */
export function startSeconds(date: string): number | undefined {
  const ms = Date.parse(date);
  const isOne = ms >= 0 && FORM.test(date) && new Date(ms).toISOString() === date.replace(/Z$/, '.000Z');
  return isOne ? ms / MS_PER_S : undefined;
}
