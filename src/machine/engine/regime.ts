// Regimes: who makes an access, as far as permissions depend on it. Four bits of a TLB tag's context (tlb.ts), so that no change of mode
// or status flushes anything.
import { PRIV_M, PRIV_U, STATUS_MXR, STATUS_SUM } from './bits';
import { CSR_MSTATUS, CSR_VSSTATUS } from './generated/layout';

/** SUM adds 1, MXR 2 (host). */
export const REGIME_M: u32 = 0;
export const REGIME_U: u32 = 1; // + MXR
export const REGIME_VU: u32 = 3; // + 1 vsstatus.MXR alone, + 2 mstatus.MXR
export const REGIME_S: u32 = 6; // + SUM + 2 × MXR
export const REGIME_VS: u32 = 10; // + 3 × SUM + MXR as in VU

/** True for accesses that VS-stage and G-stage translate. */
export function isGuest(regime: u32): bool {
  return regime >= REGIME_VS || (regime >= REGIME_VU && regime < REGIME_S);
}

/** True when both are of one address space. */
export function isSameSpace(one: u32, other: u32): bool {
  return one == other || (one != REGIME_M && other != REGIME_M && isGuest(one) == isGuest(other));
}

/** True for accesses at user privilege. */
export function isUser(regime: u32): bool {
  return regime >= REGIME_U && regime < REGIME_S;
}

/** True when supervisor loads and stores may use user pages. */
export function sumOf(regime: u32): bool {
  return regime >= REGIME_VS ? regime >= REGIME_VS + 3 : regime >= REGIME_S && ((regime - REGIME_S) & 1) != 0;
}

/** 0: loads need R. 1: X will do in VS-stage. 2: X will do in every stage. */
export function mxrOf(regime: u32): u32 {
  if (regime >= REGIME_VS) return (regime - REGIME_VS) % 3;
  if (regime >= REGIME_S) return (regime - REGIME_S) & 2;
  if (regime >= REGIME_VU) return regime - REGIME_VU;
  return regime == REGIME_U + 1 ? 2 : 0;
}

/** The regime of explicit accesses at a privilege, by the present SUM and MXR bits. */
export function regimeOf(priv: u32, virt: bool): u32 {
  if (priv == PRIV_M) return REGIME_M;
  const status = load<u64>(CSR_MSTATUS);
  const hostMxr: u32 = (status & STATUS_MXR) != 0 ? 1 : 0;
  if (!virt) {
    if (priv == PRIV_U) return REGIME_U + hostMxr;
    return REGIME_S + ((status & STATUS_SUM) != 0 ? 1 : 0) + 2 * hostMxr;
  }
  const guestStatus = load<u64>(CSR_VSSTATUS);
  const mxr: u32 = hostMxr != 0 ? 2 : (guestStatus & STATUS_MXR) != 0 ? 1 : 0;
  return priv == PRIV_U ? REGIME_VU + mxr : REGIME_VS + ((guestStatus & STATUS_SUM) != 0 ? 3 : 0) + mxr;
}
