/** Tables of rows with names: what all of the catalogue's have in common. */

/** Position of each row by its id, for tables whose positions are numbers of a file, a view or an array. */
export function positionsOf<Id extends string>(
  rows: readonly { readonly id: Id }[],
): Readonly<Record<Id, number>> {
  return Object.fromEntries(rows.map(({ id }, position) => [id, position])) as Record<Id, number>;
}
