/**
 * Which instructions a mode may execute, and which exception tells that it may not: privileged specification 2.1, 3.1.6.5, 3.1.11, 3.3,
 * 12.1.5, 14 (Sstc), 18.6.1. The rule of V=1: what HS-mode could do is a virtual instruction, all else an illegal one.
 */
import { CSRS } from '#isa/csrs';

export type ModeName = 'M' | 'S' | 'U' | 'VS' | 'VU';
export type Verdict = 'allowed' | 'illegal' | 'virtual';

export interface PrivilegeState {
  readonly mode: ModeName;
  readonly mstatus: bigint;
  readonly vsstatus: bigint;
  readonly hstatus: bigint;
  readonly menvcfg: bigint;
  readonly henvcfg: bigint;
  readonly mcounteren: bigint;
  readonly hcounteren: bigint;
  readonly scounteren: bigint;
}

const bit = (value: bigint, index: number): boolean => ((value >> BigInt(index)) & 1n) === 1n;
const hasFloat = (status: bigint): boolean => ((status >> 13n) & 3n) !== 0n;
const isGuest = ({ mode }: PrivilegeState): boolean => mode === 'VS' || mode === 'VU';

const TVM = 20;
const TW = 21;
const TSR = 22;
const HU = 9;
const VTVM = 20;
const VTW = 21;
const VTSR = 22;
const STCE = 63;
const TM = 1;

const IMPLEMENTED = new Set(CSRS.map(({ address }) => address));
const SATP = 0x180;
const HGATP = 0x680;
const TIMER_COMPARES = [0x14d, 0x24d];

/** An access to a CSR, by its number. */
export function csrVerdict(state: PrivilegeState, csr: number, isWrite: boolean): Verdict {
  const level = (csr >> 8) & 3;
  const isFloat = csr >= 1 && csr <= 3;
  const counter = csr >= 0xc00 && csr < 0xc20 ? csr - 0xc00 : undefined;
  const counts = (enables: bigint): boolean => counter === undefined || bit(enables, counter);
  const isTimer = TIMER_COMPARES.includes(csr);
  const { mode, mstatus, vsstatus, hstatus, menvcfg, henvcfg, mcounteren, hcounteren, scounteren } = state;

  const exists = IMPLEMENTED.has(csr) && !(isWrite && csr >> 10 === 3) && !(isFloat && !hasFloat(mstatus));
  const hasTimer = !isTimer || (bit(menvcfg, STCE) && bit(mcounteren, TM));
  // "Would be allowed in HS-mode, assuming mstatus.TVM = 0".
  const inHost = exists && level <= 2 && counts(mcounteren) && hasTimer;
  const verdict = (allowed: boolean): Verdict => (allowed ? 'allowed' : 'illegal');
  switch (mode) {
    case 'M':
      return verdict(exists);
    case 'S':
      return verdict(inHost && !(bit(mstatus, TVM) && (csr === SATP || csr === HGATP)));
    case 'U':
      return verdict(inHost && level === 0 && counts(scounteren));
    case 'VS':
    case 'VU': {
      if (!inHost || (isFloat && !hasFloat(vsstatus))) return 'illegal';
      const isUser = mode === 'VU';
      const hasGuestTimer = !isTimer || (bit(henvcfg & menvcfg, STCE) && bit(hcounteren, TM));
      const inGuest =
        level <= (isUser ? 0 : 1) &&
        counts(hcounteren) &&
        (!isUser || counts(scounteren)) &&
        hasGuestTimer &&
        !(csr === SATP && bit(hstatus, VTVM));
      return inGuest ? 'allowed' : 'virtual';
    }
  }
}

/** Other instructions that a mode may lack. */
export function instructionVerdict(state: PrivilegeState, name: string): Verdict {
  const { mode, mstatus, vsstatus, hstatus } = state;
  /** Of instructions that U lacks: what takes it from HS, and what from VS. */
  const supervisor = (host: boolean, guest: boolean): Verdict => {
    if (mode === 'M') return 'allowed';
    if (mode === 'S') return host ? 'illegal' : 'allowed';
    if (mode === 'U') return 'illegal';
    return mode === 'VU' || guest ? 'virtual' : 'allowed';
  };
  const hypervisor = (host: boolean, user: boolean): Verdict => {
    if (isGuest(state)) return 'virtual';
    if (mode === 'U') return user ? 'allowed' : 'illegal';
    return mode === 'S' && host ? 'illegal' : 'allowed';
  };
  if (name === 'mret') return mode === 'M' ? 'allowed' : 'illegal';
  if (name === 'sret') return supervisor(bit(mstatus, TSR), bit(hstatus, VTSR));
  if (name === 'wfi') {
    if (mode !== 'M' && bit(mstatus, TW)) return 'illegal';
    return supervisor(false, bit(hstatus, VTW));
  }
  if (name === 'sfence.vma' || name === 'sinval.vma')
    return supervisor(bit(mstatus, TVM), bit(hstatus, VTVM));
  if (name === 'sfence.w.inval' || name === 'sfence.inval.ir') return supervisor(false, false);
  if (/^h(fence|inval)\./.test(name)) return hypervisor(name.endsWith('gvma') && bit(mstatus, TVM), false);
  if (/^h[ls]v/.test(name)) return hypervisor(false, bit(hstatus, HU));
  const hasUnit = hasFloat(mstatus) && (!isGuest(state) || hasFloat(vsstatus));
  return hasUnit ? 'allowed' : 'illegal';
}
