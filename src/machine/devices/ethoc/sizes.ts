/** How large the parts of its window are: for its states, and for those who say where they lie. */

/** Registers are words below this. */
export const REGISTERS_SIZE = 0x54;
export const DESCRIPTOR_COUNT = 128;
/** Where the card's own memory for frames begins in its window, if it has some, and how large it is. */
export const PACKET_MEMORY = 0x8000;
export const PACKET_MEMORY_SIZE = 0x8000;
