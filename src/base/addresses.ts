/**
 * Addresses: GVA and GPA of a guest, SPA of a host, and the numbers of their pages and frames. As numbers they are checked
 * integers below 2^53, made from guest halves by exactly one function, {@link addressOf}.
 *
 * A brand says which of them a number is, so that the compiler finds a GPA where an SPA belongs. Arithmetic takes the
 * brand away; whoever knows what came out gives it again (`as Gpa`). A guest virtual address may have 57 bits, and goes in halves. The hot path works with plain numbers.
 */

declare const BRAND: unique symbol;
type Branded<Name extends string> = number & { readonly [BRAND]: Name };

/** Guest physical address: what the VS-stage gives, and what a device is told. */
export type Gpa = Branded<'gpa'>;
/** Supervisor physical address: a place in the host's memory. */
export type Spa = Branded<'spa'>;
/** Number of a guest's page: GPA >> 12. */
export type Gfn = Branded<'gfn'>;
/** Number of a host's frame: SPA >> 12. */
export type Spfn = Branded<'spfn'>;

/** log2 of the page size (privileged spec, Sv39). */
export const PAGE_SHIFT = 12;
/** Bytes in a page and in a frame. */
export const PAGE_SIZE = 4096;
/** Where RAM begins, on a host and in a VM (QEMU's virt machine has the same). */
export const RAM_BASE = 0x8000_0000;
/** Where firmware of a bare machine hands over to its payload (OpenSBI's fw_jump, QEMU's convention). */
export const PAYLOAD_ADDRESS = 0x8020_0000;

/** Where a guest's page begins. */
export function gpaOf(gfn: Gfn): Gpa {
  return (gfn * PAGE_SIZE) as Gpa;
}

/** Joins the halves of a 64-bit guest value; `undefined` when it is no address that a number holds exactly. */
export function addressOf(lo: number, hi: number): number | undefined {
  const high = hi >>> 0;
  return high < 0x20_0000 ? high * 0x1_0000_0000 + (lo >>> 0) : undefined;
}

/** Rounds up to the next multiple of a power of two. */
export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
