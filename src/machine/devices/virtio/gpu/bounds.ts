/** What bounds a guest's pictures: how many, how large, and how much of the host's work they are at a time. */
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';

/** Pictures at a time, and bytes of all of them together. */
export const MOST_RESOURCES = 64;
export const MOST_RESOURCE_BYTES: number = 32 << 20;
/** Bytes of one picture. */
export const LARGEST_RESOURCE: number = 16 << 20;
/** Ranges of memory behind one picture: a page each for the largest that is shown. */
export const MOST_BACKING_ENTRIES = 4096;
/** Bytes copied in one service, and the pause after one that reached the limit: 4 GB/s at most. */
export const SERVICE_BYTES: number = 4 << 20;
export const PAUSE_NS: VirtualNs = NS_PER_MS;
/** From one look for a page of the guest's that is on its way to the next. */
export const LOOK_NS: VirtualNs = 50_000;
