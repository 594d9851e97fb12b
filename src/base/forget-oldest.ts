/** Tables of what guests send are bounded: after something was added to one, what came into it first goes where there is too much. */
export function forgetOldest<K>(known: Map<K, unknown>, most: number): void {
  if (known.size > most) known.delete(known.keys().next().value!);
}
