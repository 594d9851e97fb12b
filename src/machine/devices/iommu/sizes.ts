/** How much it remembers: what its states may hold. */

// The device directory (2.1): contexts of 32 bytes, as many as a page holds.
export const CONTEXT_SIZE = 32;
export const MOST_DEVICES: number = 4096 / CONTEXT_SIZE;
