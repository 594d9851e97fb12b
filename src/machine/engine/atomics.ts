// LR, SC and the AMOs (unprivileged spec, chapter 14). They need natural alignment and RAM: devices have neither reservations nor
// atomic operations. A reservation is by physical address; it ends when another hart runs (run.ts) and at every SC.
import { ACCESS_LOAD, ACCESS_STORE, CAUSE_LOAD_ACCESS, CAUSE_LOAD_MISALIGNED, CAUSE_STORE_ACCESS, CAUSE_STORE_MISALIGNED } from './bits';
import { ramWritten } from './fetch';
import { CYCLES_ATOMIC, CYCLES_RESERVATION_WAIT, RESERVATION, RESERVED } from './generated/layout';
import { dataAddress } from './mmu';
import { stall, trapped } from './state';
import { isGuest } from './regime';
import { dataRegime, hostOf } from './tlb';
import { transformedInstruction } from './transformed-instruction';
import { raiseAccess } from './trap';

const ADD: i32 = 0x00;
const SWAP: i32 = 0x01;
const XOR: i32 = 0x04;
const OR: i32 = 0x08;
const AND: i32 = 0x0c;
const MIN: i32 = 0x10;
const MAX: i32 = 0x14;
const MIN_UNSIGNED: i32 = 0x18;
const MAX_UNSIGNED: i32 = 0x1c;

const PAGE_OFFSET: u64 = 0xfff;

function fail(cause: u64, va: u64): void {
  const guest = isGuest(dataRegime);
  const instruction = transformedInstruction(0);
  if (!trapped) raiseAccess(cause, va, guest, 0, instruction);
}

/** False after the trap of an access that is not naturally aligned. */
function isAligned(va: u64, size: i32, kind: u32): bool {
  if ((va & <u64>(size - 1)) == 0) return true;
  fail(kind == ACCESS_STORE ? CAUSE_STORE_MISALIGNED : CAUSE_LOAD_MISALIGNED, va);
  return false;
}

/** Physical address of an atomic access to RAM, or a trap. */
function target(va: u64, size: i32, kind: u32): u64 {
  if (!isAligned(va, size, kind)) return 0;
  stall(CYCLES_ATOMIC);
  const spa = dataAddress(va, kind, 0);
  if (trapped) return 0;
  if (hostOf(spa) == 0) fail(kind == ACCESS_STORE ? CAUSE_STORE_ACCESS : CAUSE_LOAD_ACCESS, va);
  return spa;
}

/** Sign-extended, as LR and the AMOs give it. */
function read(host: u32, size: i32): u64 {
  return size == 4 ? <u64><i64>load<i32>(host) : load<u64>(host);
}

function write(host: u32, size: i32, value: u64): void {
  if (size == 4) store<u32>(host, <u32>value);
  else store<u64>(host, value);
  ramWritten(host, size);
}

export function loadReserved(va: u64, size: i32): u64 {
  const spa = target(va, size, ACCESS_LOAD);
  if (trapped) return 0;
  store<u32>(RESERVED, 1);
  store<u64>(RESERVATION, spa);
  return read(hostOf(spa), size);
}

function dropReservation(): void {
  store<u32>(RESERVED, 0);
  store<u64>(RESERVATION, 0);
}

/** 0 when it stored, 1 when not. One that is bound to fail does not look at its page. */
export function storeConditional(va: u64, size: i32, value: u64): u64 {
  if (!isAligned(va, size, ACCESS_STORE)) return 0;
  if (load<u32>(RESERVED) == 0 || ((load<u64>(RESERVATION) ^ va) & PAGE_OFFSET) != 0) {
    dropReservation();
    return 1;
  }
  const spa = target(va, size, ACCESS_STORE);
  if (trapped) return 0;
  const holds = load<u64>(RESERVATION) == spa;
  dropReservation();
  if (!holds) return 1;
  write(hostOf(spa), size, value);
  return 0;
}

function combine(operation: i32, old: u64, operand: u64): u64 {
  switch (operation) {
    case SWAP:
      return operand;
    case ADD:
      return old + operand;
    case XOR:
      return old ^ operand;
    case AND:
      return old & operand;
    case OR:
      return old | operand;
    case MIN:
      return <i64>old < <i64>operand ? old : operand;
    case MAX:
      return <i64>old > <i64>operand ? old : operand;
    case MIN_UNSIGNED:
      return min(old, operand);
    case MAX_UNSIGNED:
      return max(old, operand);
    default:
      return old;
  }
}

/** Read, combine, write; the old value. `operation` is funct5. Sign extension keeps the order of words, unsigned too. */
export function amo(operation: i32, va: u64, size: i32, operand: u64): u64 {
  const spa = target(va, size, ACCESS_STORE);
  if (trapped) return 0;
  const host = hostOf(spa);
  const old = read(host, size);
  write(host, size, combine(operation, old, size == 4 ? <u64><i64><i32>operand : operand));
  return old;
}

/**
 * WRS.NTO and WRS.STO: both may end for any reason, and without a reservation they do at once. No other hart executes while this one does, so a
 * wait that lasted until a store would have no end: it is some time, bounded, and never what TW and VTW are about.
 */
export function waitOnReservation(): void {
  if (load<u32>(RESERVED) != 0) stall(CYCLES_RESERVATION_WAIT);
}
