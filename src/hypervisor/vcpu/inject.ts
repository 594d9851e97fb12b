/**
 * Puts an exception into a guest, as hardware would have delegated it to VS-mode (privileged spec 18.6.3). The exit
 * loop's sret then enters the guest's handler.
 */
import { csrWord, type Hart } from '#machine/hart';
import { SSTATUS_SIE, SSTATUS_SPIE, SSTATUS_SPP } from './status-bits.ts';

const SEPC = csrWord('sepc');

/** Injects an exception for the instruction at sepc. */
export function injectException(hart: Hart, cause: number, tvalLo: number, tvalHi: number): void {
  const sstatus = hart.csrLo('mstatus');
  const before = hart.csrLo('vsstatus');
  let status = before & ~(SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SIE);
  // sstatus.SPP holds the guest's nominal privilege at the trap.
  if ((sstatus & SSTATUS_SPP) !== 0) status |= SSTATUS_SPP;
  if ((before & SSTATUS_SIE) !== 0) status |= SSTATUS_SPIE;
  hart.setCsr('vsstatus', status >>> 0, hart.csrHi('vsstatus'));
  hart.setCsr('vscause', cause, 0);
  hart.setCsr('vstval', tvalLo, tvalHi);
  hart.setCsr('vsepc', hart.csrLo('sepc'), hart.csrHi('sepc'));
  hart.setCsr('sepc', handlerLo(hart), hart.csrHi('vstvec'));
  hart.setCsr('mstatus', (sstatus | SSTATUS_SPP) >>> 0, hart.csrHi('mstatus'));
}

/** Low half of the address of the guest's handler of exceptions (vstvec.BASE, 10.1.2). */
export function handlerLo(hart: Hart): number {
  return (hart.csrLo('vstvec') & ~3) >>> 0;
}

/** Moves past the instruction that was answered. */
export function skipInstruction(hart: Hart, length: number): void {
  const lo = hart.csrLo(SEPC);
  const next = (lo + length) >>> 0;
  hart.setCsr(SEPC, next, hart.csrHi(SEPC) + (next < lo ? 1 : 0));
}
