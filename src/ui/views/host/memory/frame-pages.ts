/** Which rows of the list of frames are shown, as data: where each page that was turned began, the last one being the page shown. */

/** Rows of a page. */
export const ROWS = 16;

/** Where a list begins: filtered rows are not evenly spaced, so turning back needs where each page began. */
export const BEGINNING: readonly number[] = [0];

/** The page on which a frame stands. Without a filter pages are counted from the first frame; with one, it begins the page. */
export function pagesTo(frame: number, first: number, isFiltered: boolean): readonly number[] {
  if (isFiltered) return [0, frame];
  return [frame - ((frame - first) % ROWS)];
}

/** One page back; undefined at the beginning. */
export function pagesBefore(starts: readonly number[], first: number): readonly number[] | undefined {
  if (starts.length > 1) return starts.slice(0, -1);
  const from = starts[0] ?? 0;
  return from > first ? [Math.max(first, from - ROWS)] : undefined;
}
