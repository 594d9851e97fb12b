/**
 * From whom a frame is taken: the idle memory tax of ESX (Waldspurger 2002, section 5.2). Every VM has shares, here as many as pages
 * of memory. What it pays for a page is its shares by its pages, where an idle page counts for more than one that is used:
 *
 *   price = shares / (pages × (used + k × (1 − used))),   k = 1 / (1 − tax)
 *
 * Who pays least gives up a page. With a tax of 0 only shares count; near 100 %, a VM keeps what it uses.
 */

/** @param used part of its pages that it uses, of 1000 */
export function priceOf(shares: number, pages: number, used: number, taxPercent: number): number {
  const k = 100 / (100 - taxPercent);
  return shares / (pages * (used / 1000 + k * (1 - used / 1000)));
}
