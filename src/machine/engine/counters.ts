// cycle, time and instret (privileged spec 3.1.10 to 3.1.12). A cycle is the time of one instruction. The slots of mcycle and minstret
// hold the difference to the hart's own count, or the value itself while mcountinhibit stops it.
import { CSR_MCOUNTINHIBIT, CSR_MCYCLE, CSR_MINSTRET, HART, NS_PER_INSTRUCTION, VIRT } from './generated/layout';
import { instret, now } from './state';
import { guestTime, hostTime } from './timers';

const CYCLE: u64 = 1;
const RETIRED: u64 = 4;

function stands(counter: u64): bool {
  return (load<u64>(CSR_MCOUNTINHIBIT) & counter) != 0;
}

function cycles(): u64 {
  return now() / <u64>load<u32>(NS_PER_INSTRUCTION);
}

export function readCycle(): u64 {
  return load<u64>(CSR_MCYCLE) + (stands(CYCLE) ? 0 : cycles());
}

export function readTime(): u64 {
  return load<u32>(VIRT) != 0 ? guestTime() : hostTime();
}

/** The instruction that reads is not retired yet. */
export function readInstret(): u64 {
  return load<u64>(CSR_MINSTRET) + (stands(RETIRED) ? 0 : instret() - 1);
}

export function writeMcycle(value: u64): void {
  store<u64>(CSR_MCYCLE, value - (stands(CYCLE) ? 0 : cycles()));
}

/** The instruction that writes does not count: the next one reads what was written. */
export function writeMinstret(value: u64): void {
  store<u64>(CSR_MINSTRET, value - (stands(RETIRED) ? 0 : instret()));
}

export function writeMcountinhibit(value: u64): void {
  const cycle = readCycle();
  const retired = readInstret();
  store<u64>(CSR_MCOUNTINHIBIT, value);
  store<u64>(CSR_MCYCLE, cycle - (stands(CYCLE) ? 0 : cycles()));
  store<u64>(CSR_MINSTRET, retired - (stands(RETIRED) ? 0 : instret() - 1));
}

export function readMhartid(): u64 {
  return load<u32>(HART);
}
