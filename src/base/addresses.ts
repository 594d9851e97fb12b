/**
 * Addresses: GVA and GPA of a guest, SPA of a host. As numbers they are checked integers below 2^53, made from guest
 * halves by exactly one function, {@link addressOf}.
 */

/** log2 of the page size (privileged spec, Sv39). */
export const PAGE_SHIFT = 12;
/** Bytes in a page and in a frame. */
export const PAGE_SIZE = 4096;
/** Where RAM begins, on a host and in a VM (QEMU's virt machine has the same). */
export const RAM_BASE = 0x8000_0000;

/** Joins the halves of a 64-bit guest value; `undefined` when it is no address that a number holds exactly. */
export function addressOf(lo: number, hi: number): number | undefined {
  const high = hi >>> 0;
  return high < 0x20_0000 ? high * 0x1_0000_0000 + (lo >>> 0) : undefined;
}

/** Rounds up to the next multiple of a power of two. */
export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
