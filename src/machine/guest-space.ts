/** An address space of a guest with who looks through it: what decides, beside the address, which entries of a TLB count. */

/** Registers of the space, and what of the present ones permissions depend on. */
export interface GuestSpace {
  readonly vsatpLo: number;
  readonly vsatpHi: number;
  /** VU-mode rather than VS-mode. */
  readonly user: boolean;
  readonly vsstatusLo: number;
}

const STATUS_SUM = 1 << 18;
const STATUS_MXR = 1 << 19;
/** The first of VU-mode and of VS-mode; see engine/regime.ts. */
const REGIME_VU = 3;
const REGIME_VS = 10;

/**
 * The regime of an access, as tags of TLBs have it (engine/regime.ts): fetches ask for neither SUM nor MXR.
 * @param mstatusLo its MXR is the hypervisor's, and counts in both stages
 */
export function guestRegime({ user, vsstatusLo }: GuestSpace, isFetch: boolean, mstatusLo: number): number {
  const first = user ? REGIME_VU : REGIME_VS;
  if (isFetch) return first;
  const mxr = (mstatusLo & STATUS_MXR) !== 0 ? 2 : (vsstatusLo & STATUS_MXR) !== 0 ? 1 : 0;
  const sum = !user && (vsstatusLo & STATUS_SUM) !== 0 ? 3 : 0;
  return first + sum + mxr;
}
