// What the translator is told, answered by TypeScript (machine/translator/). Declarations only.

/** The buffer of samples is full. */
export declare function samplesFull(): void;
/** Halfwords `first` to `last` of the frame of a decoded page, some of them translated, are about to change. */
export declare function codeChanged(page: u32, first: u32, last: u32): void;
/** The decoded pages from one address to another are about to go. */
export declare function codeDropped(from: u32, to: u32): void;
