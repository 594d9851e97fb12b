/** Where the pages of a memslot stand on its strip. Numbers only. */

export interface StripGeometry {
  readonly pages: number;
  readonly columns: number;
  readonly rows: number;
  /** Size of a page, in pixels. */
  readonly cell: number;
}

const LARGEST_CELL = 10;
const MOST_HEIGHT = 260;
/** A row has a multiple of this many pages, so that it begins at a round address. */
const STEP = 8;

/** All pages of a slot in a width, as large as a bounded height allows; at least a pixel each. */
export function stripFor(pages: number, width: number, mostHeight = MOST_HEIGHT): StripGeometry {
  const at = (cell: number): StripGeometry => {
    const columns = Math.max(STEP, Math.floor(width / cell / STEP) * STEP);
    return { pages, columns, rows: Math.ceil(pages / columns), cell };
  };
  for (let cell = LARGEST_CELL; cell > 1; cell--) if (at(cell).rows * cell <= mostHeight) return at(cell);
  return at(1);
}

/** The page at a point, or undefined beside the strip. */
export function pageAt({ pages, columns, cell }: StripGeometry, x: number, y: number): number | undefined {
  const column = Math.floor(x / cell);
  const page = Math.floor(y / cell) * columns + column;
  return column >= 0 && column < columns && page >= 0 && page < pages ? page : undefined;
}
