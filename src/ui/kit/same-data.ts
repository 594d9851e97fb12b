/** Whether two plain values say the same: what is drawn from the one need not be drawn again from the other. */
export function isSameData(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  // What is neither a list nor a record has parts that are not seen here.
  if (left instanceof Map || left instanceof Set) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      isSameData((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  );
}
