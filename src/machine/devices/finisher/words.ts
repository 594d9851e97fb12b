/** What software writes to the finisher: the low half of the word at offset 0. The high half is the code of a failure. */
export const FINISH_PASS = 0x5555;
export const FINISH_FAIL = 0x3333;
export const FINISH_RESET = 0x7777;
