/**
 * Answers one exit of a vCPU: scause → row of the exit table → handler, then charges its cost and returns to the guest.
 * Every value comes from a guest; a guest's error ends in the guest or stops its VM, never the host.
 */
import { addressOf } from '#base/addresses';
import { csrWord, type Hart } from '#machine/hart';
import { resolveGuestFault } from '../memory/guest-fault.ts';
import { hex64 } from '../monitor/trace.ts';
import { EXIT_INDEX, EXIT_REASONS, type ExitReasonId, reasonOfCause } from './exit-reasons.ts';
import { type ExitVm, walkContextAtExit } from './exit-vm.ts';
import { handlerLo, injectException, skipInstruction } from './inject.ts';
import { emulateMmio } from './mmio.ts';
import { SbiCall } from './sbi/call.ts';
import { answerSbi } from './sbi/table.ts';
import {
  FETCH_ACCESS_FAULT,
  FETCH_GUEST_PAGE_FAULT,
  FETCH_PAGE_FAULT,
  ILLEGAL_INSTRUCTION,
  LOAD_ACCESS_FAULT,
  LOAD_GUEST_PAGE_FAULT,
  SSTATUS_SPP,
  STORE_ACCESS_FAULT,
  STORE_GUEST_PAGE_FAULT,
} from './status-bits.ts';
import { traceMapping, traceResume, traceStore } from './trace-store.ts';
import type { Vcpu } from './vcpu.ts';

/** The exit that is being answered, and what it turns out to be. */
interface Exit {
  readonly vm: ExitVm;
  readonly vcpu: Vcpu;
  readonly hart: Hart;
  readonly cause: number;
  reason: ExitReasonId;
}

/** Answers an exit; the result is its detail. */
type Handler = (exit: Exit) => string;

/** Who answers an exit that begins as a reason; the others are found by handlers or by the schedule. */
const HANDLERS: Readonly<Partial<Record<ExitReasonId, Handler>>> = {
  'guest-page-fault': guestPageFault,
  sbi,
  'virtual-instruction': virtualInstruction,
};
const handlers: readonly Handler[] = EXIT_REASONS.map(({ id }) => HANDLERS[id] ?? unexpected);

const SCAUSE = csrWord('scause');

/** Answers the trap that the hart stopped at. */
export function handleExit(vm: ExitVm, vcpu: Vcpu, hart: Hart): void {
  const cause = hart.csrHi(SCAUSE) === 0 ? hart.csrLo(SCAUSE) : -1;
  vcpu.inExit = true;
  const index = reasonOfCause(cause);
  const exit: Exit = { vm, vcpu, hart, cause, reason: EXIT_REASONS[index]!.id };
  const detail = handlers[index]!(exit);
  chargeExit(vm, vcpu, hart, exit.reason, detail);
  hart.sret();
  vcpu.inExit = false;
}

/** Counts an exit and charges its cost to the vCPU's hart. */
export function chargeExit(vm: ExitVm, vcpu: Vcpu, hart: Hart, reason: ExitReasonId, detail: string): void {
  const index = EXIT_INDEX[reason];
  const { costNs } = EXIT_REASONS[index]!;
  vcpu.exitCounts[index]! += 1;
  vcpu.exitCostNs[index]! += costNs;
  vm.exitDetails.count(index, detail, costNs);
  hart.advance(costNs);
  vm.stops.exited(vcpu, hart.now, reason, detail);
}

/**
 * At the end of a slice: a guest whose trap handler cannot be fetched through its own tables takes that page fault for
 * ever, without a single exit. Only another vCPU could help it.
 */
export function stopIfLost(vm: ExitVm, vcpu: Vcpu, hart: Hart): void {
  const { pcLo, pcHi } = hart;
  const atHandler = pcLo === handlerLo(hart) && pcHi === hart.csrHi('vstvec');
  if (!atHandler || hart.csrLo('vscause') !== FETCH_PAGE_FAULT || hart.csrHi('vscause') !== 0) return;
  if (hart.csrLo('vsepc') !== pcLo || hart.csrHi('vsepc') !== pcHi) return;
  if (vm.vcpus.some((other) => other !== vcpu && other.state !== 'off')) return;
  vm.fail('vm.lost', { pc: hex64(pcLo, pcHi) });
}

/** By cause: the fault that hardware raises when nothing answers at an address, and a word for the detail. */
const ACCESS: Readonly<Record<number, { fault: number; word: string }>> = {
  [FETCH_GUEST_PAGE_FAULT]: { fault: FETCH_ACCESS_FAULT, word: 'execute' },
  [LOAD_GUEST_PAGE_FAULT]: { fault: LOAD_ACCESS_FAULT, word: 'load' },
  [STORE_GUEST_PAGE_FAULT]: { fault: STORE_ACCESS_FAULT, word: 'store' },
};

/** GPA of the fault: htval holds it shifted right by 2, stval its lowest bits (18.4.3); NaN above 2^53. */
function faultAddress(hart: Hart): number {
  const shifted = addressOf(hart.csrLo('htval'), hart.csrHi('htval'));
  const gpa = shifted === undefined ? Number.NaN : shifted * 4;
  // A pseudo-instruction in htinst: an access of the VS-stage walk, whose entries are 8 bytes each.
  const low = isWalkAccess(hart) ? 0 : hart.csrLo('stval') & 3;
  return Number.isSafeInteger(gpa) ? gpa + low : Number.NaN;
}

/** Pseudo-instructions of 18.6.3, table 38: reads and writes of the VS-stage walk. */
function isWalkAccess(hart: Hart): boolean {
  const htinst = hart.csrLo('htinst');
  return htinst === 0x3000 || htinst === 0x3020;
}

function guestPageFault(exit: Exit): string {
  const { vm, vcpu, hart, cause } = exit;
  const { fault, word } = ACCESS[cause]!;
  const gpa = faultAddress(hart);
  const isTraced = cause === STORE_GUEST_PAGE_FAULT && vm.trace.wants(vm.slot) && !isWalkAccess(hart);
  const outcome = Number.isNaN(gpa) ? 'outside' : resolveGuestFault(vm.memory, gpa);
  switch (outcome) {
    case 'mapped':
      if (isTraced) {
        traceStore(vm, vcpu, hart, gpa);
        traceMapping(vm, vcpu, hart, gpa);
        traceResume(vm, vcpu, hart);
      }
      return word;
    case 'stale':
      hart.flushGuestTranslations();
      return 'stale';
    case 'shortage':
      vm.fail('vm.hostMemoryExhausted', { gpa: hex64(gpa % 0x1_0000_0000, Math.floor(gpa / 0x1_0000_0000)) });
      return 'shortage';
    case 'outside':
      return outside(exit, gpa, fault);
  }
}

/** No memslot: a device register, or nothing at all. */
function outside(exit: Exit, gpa: number, fault: number): string {
  const { vm, hart, cause } = exit;
  const isFetch = cause === FETCH_GUEST_PAGE_FAULT;
  if (!isFetch && !Number.isNaN(gpa) && !isWalkAccess(hart)) {
    const device = emulateMmio(hart, vm.bus, gpa, () => walkContextAtExit(vm, hart));
    if (device !== undefined) {
      exit.reason = 'mmio';
      return device;
    }
  }
  const pcLo = hart.csrLo('sepc');
  const pcHi = hart.csrHi('sepc');
  if (isFetch && pcLo === handlerLo(hart) && pcHi === hart.csrHi('vstvec'))
    // The guest's trap handler is itself in the void: nothing that the guest does can get it out again.
    vm.fail('vm.lost', { pc: hex64(pcLo, pcHi) });
  else injectException(hart, fault, hart.csrLo('stval'), hart.csrHi('stval'));
  return 'void';
}

function sbi({ vm, vcpu, hart }: Exit): string {
  skipInstruction(hart, 4);
  return answerSbi(new SbiCall(vm, vcpu, hart));
}

const WFI = 0x1050_0073;

/** WFI in VS-mode traps since hstatus.VTW is set; what else comes here a VM may not do. */
function virtualInstruction(exit: Exit): string {
  const { vcpu, hart } = exit;
  const instruction = hart.csrLo('stval') >>> 0;
  const fromSupervisor = (hart.csrLo('mstatus') & SSTATUS_SPP) !== 0;
  if (instruction === WFI && fromSupervisor) {
    skipInstruction(hart, 4);
    if (!vcpu.hasWakeup(hart.now)) vcpu.state = 'waiting';
    exit.reason = 'wfi';
    return vcpu.state === 'waiting' ? 'waits' : 'already pending';
  }
  injectException(hart, ILLEGAL_INSTRUCTION, hart.csrLo('stval'), hart.csrHi('stval'));
  return 'illegal';
}

function unexpected(exit: Exit): string {
  const { vm, hart } = exit;
  const scause = hex64(hart.csrLo('scause'), hart.csrHi('scause'));
  const pc = hex64(hart.csrLo('sepc'), hart.csrHi('sepc'));
  vm.fail('vm.unexpectedExit', { scause, pc });
  exit.reason = 'unexpected';
  return scause;
}
