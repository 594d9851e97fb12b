// The door of the module: what TypeScript calls.
import { run } from './run';

export { codeWrittenRange, dropDecoded } from './fetch';
export { hashBlocks, hashEnd, hashStart } from './hash';
export { afterRestore, contextChanged, flushGuestTranslations, flushTranslations, resetHart, selectHart } from './tlb';
export { sret } from './trap';

/** `run` with its time as a number that JavaScript has without BigInt. */
export function runUntil(untilNs: f64): i32 {
  return run(<u64>untilNs);
}
