/** Tables on the terminal. */

/** Columns of a terminal that a text takes: Chinese characters and their punctuation take two. */
function width(text: string): number {
  return text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0);
}

/** Rows with their columns below each other; the first row says how many there are. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  const padded = (cell: string, column: number): string =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
  return rows.map((row) => `  ${row.map(padded).join('  ')}`.trimEnd());
}
