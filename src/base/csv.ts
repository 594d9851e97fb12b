/** Tables as comma-separated text (RFC 4180), with the line ends of Unix. */

/** A field: in quotes where it holds what separates fields. */
function field(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row a point of time, a column a curve; a gap is empty. */
export function seriesCsv(
  names: readonly string[],
  atNs: readonly number[],
  values: readonly (readonly number[])[],
): string {
  const rows = atNs.map((at, index) =>
    [String(at), ...values.map((line) => written(line[index] ?? Number.NaN))].join(','),
  );
  return `${[['virtualNs', ...names].map(field).join(','), ...rows].join('\n')}\n`;
}

function written(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}
