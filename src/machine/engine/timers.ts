// Time and the supervisor timers of Sstc (privileged spec, chapter 14). Whether a timer is pending follows from the time; nothing is
// stored. `time` counts 100 ns.
import { ENVCFG_STCE } from './bits';
import { CSR_HENVCFG, CSR_HTIMEDELTA, CSR_MENVCFG, CSR_STIMECMP, CSR_VSTIMECMP } from './generated/layout';
import { now, setRecheck } from './state';

const NS_PER_TICK: u64 = 100;
const NEVER: u64 = ~0;

/** The `time` CSR of the host. */
export function hostTime(): u64 {
  return now() / NS_PER_TICK;
}

/** The `time` CSR of the guest. */
export function guestTime(): u64 {
  return hostTime() + load<u64>(CSR_HTIMEDELTA);
}

/** stimecmp exists for S-mode. */
export function hostTimerEnabled(): bool {
  return (load<u64>(CSR_MENVCFG) & ENVCFG_STCE) != 0;
}

/** vstimecmp exists for VS-mode. */
export function guestTimerEnabled(): bool {
  return (load<u64>(CSR_MENVCFG) & load<u64>(CSR_HENVCFG) & ENVCFG_STCE) != 0;
}

export function hostTimerPending(): bool {
  return hostTime() >= load<u64>(CSR_STIMECMP);
}

export function guestTimerPending(): bool {
  return guestTime() >= load<u64>(CSR_VSTIMECMP);
}

/** Virtual time at which `ticks` more ticks have passed. */
function after(ticks: u64): u64 {
  const from = hostTime();
  const at = from + ticks;
  return at < from || at > NEVER / NS_PER_TICK ? NEVER : at * NS_PER_TICK;
}

/** Virtual time of the next timer interrupt that is not pending yet. */
export function nextTimerNs(): u64 {
  let next = NEVER;
  if (hostTimerEnabled() && !hostTimerPending()) next = after(load<u64>(CSR_STIMECMP) - hostTime());
  if (guestTimerEnabled() && !guestTimerPending()) {
    next = min(next, after(load<u64>(CSR_VSTIMECMP) - guestTime()));
  }
  return next;
}

export function writeStimecmp(value: u64): void {
  store<u64>(CSR_STIMECMP, value);
  setRecheck(true);
}

export function writeVstimecmp(value: u64): void {
  store<u64>(CSR_VSTIMECMP, value);
  setRecheck(true);
}

export function writeHtimedelta(value: u64): void {
  store<u64>(CSR_HTIMEDELTA, value);
  setRecheck(true);
}
