/** What data from outside looks like before anybody has checked what it means. */

/** True for an object as JSON makes it. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The same object with its own keys in order, so that the order in which they were written makes no difference. */
export function inKeyOrder(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A piece of hostile text for a message: short, and without anything that a terminal or a reader would obey. */
export function shown(text: string, length = 40): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
