// The door of the module: what TypeScript calls.
import { run } from './run';
import { now, setRecheck } from './state';

export { readCsr, writeCsr } from './csr';
export { decodeAnew, dropDecoded, ramWrittenOutside } from './fetch';
export { hashBlocks, hashEnd, hashStart } from './hash';
export { afterRestore, contextChanged, resetHart, selectHart } from './hart';
export { flushTranslations, flushVmid } from './tlb';
export { refill } from './refill';
export { requestStop } from './run';
export { sret } from './trap';
export { forgetWritten } from './written-frames';

/** Virtual time of the running hart, in nanoseconds. */
export function currentNs(): f64 {
  return <f64>now();
}

/** A device changed an interrupt line of the running hart. */
export function requestLook(): void {
  setRecheck(true);
}

/** `run` with its time as a number that JavaScript has without BigInt. */
export function runUntil(untilNs: f64): i32 {
  return run(<u64>untilNs);
}
