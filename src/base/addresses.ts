/**
 * Address types. A branded number is a checked address: it is an integer below 2^53 and was converted from
 * guest halves by exactly one function, {@link addressOf}.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Guest virtual address. */
export type Gva = Branded<'Gva'>;
/** Guest physical address (Sv39x4: at most 41 bits). */
export type Gpa = Branded<'Gpa'>;
/** Supervisor physical address of a host; RAM begins at {@link RAM_BASE}. */
export type Spa = Branded<'Spa'>;

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
