// The accesses that leave the engine: physical addresses outside RAM, answered by TypeScript. Declarations only.
// 64 bits cross as two halves, which costs no BigInt.

/** Reads `size` bytes; the low half. */
export declare function mmioRead(spaLow: u32, spaHigh: u32, size: i32): u32;
/** The high half of the last read. */
export declare function mmioReadHigh(): u32;
/** 1 when the last access found no device. */
export declare function mmioFault(): i32;
export declare function mmioWrite(spaLow: u32, spaHigh: u32, size: i32, low: u32, high: u32): void;
