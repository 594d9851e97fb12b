/**
 * What work on whole pages takes of a physical CPU: THE table of the hypervisor's own work on memory. A page is 512 words, and a CPU of
 * 100 MHz takes two instructions for each of them. Data only.
 */
import type { VirtualNs } from '#base/virtual-time';

/** Reading a page once: its check sum. */
export const CHECKSUM_NS: VirtualNs = 10_000;
/** Reading eight words of it, none of which is in a cache. */
export const SAMPLE_NS: VirtualNs = 500;
/** Finding out that a page is not zeros takes its first words; that it is, all of it. */
export const ZERO_CHECK_NS: VirtualNs = 5_000;
/** Comparing two pages, and putting one of them into the other's frame. */
export const MERGE_NS: VirtualNs = 15_000;
/** Looking at the A and D bits of one leaf. */
export const LEAF_NS: VirtualNs = 100;
/** Choosing a page, taking it out of the table and telling the disk. */
export const EVICT_NS: VirtualNs = 5_000;
/** A compressor that works by words, as WKdm does, takes about twelve instructions for each, and half of that on the way back. */
export const COMPRESS_NS: VirtualNs = 60_000;
export const DECOMPRESS_NS: VirtualNs = 30_000;
/** Taking a page that its guest gives back out of the table, or out of where it is stored, and its frame or place into the list of free ones. */
export const GIVE_NS: VirtualNs = 2_000;
/** Copying a page. */
export const COPY_NS: VirtualNs = 10_000;
/** Reading the entry of a page, and writing it where its bit was set. */
export const HARVEST_NS: VirtualNs = 20;
