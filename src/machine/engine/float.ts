// F and D instructions over register values (unprivileged spec, chapters 20 and 21): the door that the interpreter uses. An
// instruction is `floatReady`, one function of `float/`, `floatDone`; registers and memory are the interpreter's.
import { fpEnabled, markFpDirty } from './csr';
import { resolveRm } from './float/registers';
import { CSR_FCSR } from './generated/layout';
import { clearFlags, flags } from './softfloat/format';
import { illegal } from './trap';

export * from './float/arithmetic';
export * from './float/compare';
export * from './float/convert';
export { boxS } from './float/registers';

/** Before every F or D instruction. False when it trapped: FS is off (20.1), or the rounding mode is none (20.2). */
export function floatReady(rm: i32): bool {
  if (!fpEnabled() || resolveRm(rm) > 4) {
    illegal();
    return false;
  }
  return true;
}

/** After every F or D instruction that changes a register or may have signalled. */
export function floatDone(): void {
  if (flags != 0) {
    store<u64>(CSR_FCSR, load<u64>(CSR_FCSR) | flags);
    clearFlags();
  }
  markFpDirty();
}
