/**
 * Answers one exit of a vCPU: scause → row of the exit table → handler, then charges its cost and returns to the guest.
 * Every value comes from a guest; a guest's error ends in the guest or stops its VM, never the host.
 */

import { addressOf } from '#base/addresses';
import type { ErrorCode } from '#base/catalogue/error-codes';
import {
  EXIT_INDEX,
  EXIT_REASONS,
  type ExitDetailId,
  type ExitReasonId,
  reasonOfCause,
} from '#base/catalogue/exit-reasons';
import { hex64 } from '#base/hex64';
import { type ErrorData, invariant } from '#base/result';
import { csrWord, type Hart } from '#machine/hart';
import { type AccessWork, NOTHING_AWAITED } from '../memory/address-space.ts';
import { COPY_NS } from '../memory/costs.ts';
import { type AccessKind, DENIED, EXECUTE, READ, SHORTAGE, WAIT, WRITE } from '../memory/page-access.ts';
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
import { traceFault } from './trace-store.ts';
import type { Vcpu } from './vcpu.ts';

/**
 * How the answer to an exit ends. `resume`: the guest goes on where the handler has put it, behind the instruction or in its trap
 * handler. `repeat`: at the same instruction, which now finds what it lacked. `block`: the same, when a page has come. `stop`: the VM
 * does not go on.
 */
type Outcome = 'resume' | 'repeat' | 'block' | 'stop';

/** The exit that is being answered, and what it turns out to be. */
interface Exit {
  readonly vm: ExitVm;
  readonly vcpu: Vcpu;
  readonly hart: Hart;
  readonly cause: number;
  /** Position of its reason in the table. */
  reason: number;
  /** A finer word for it, under which it is counted. */
  detail: string;
  /** `block`: the guest frame that it waits for. */
  awaited: number;
  /** `stop`: why, for people. */
  failure: { readonly code: ErrorCode; readonly data: ErrorData } | undefined;
}

/** Answers an exit. */
type Handler = (exit: Exit) => Outcome;

/** Who answers an exit that begins as a reason; the others are found by handlers or by the schedule. */
const HANDLERS: Readonly<Partial<Record<ExitReasonId, Handler>>> = {
  'guest-page-fault': guestPageFault,
  sbi,
  'virtual-instruction': virtualInstruction,
};
const handlers: readonly Handler[] = EXIT_REASONS.map(({ id }) => HANDLERS[id] ?? unexpected);

/** What is left to do of an exit that is answered and paid for, and that does not simply go on. */
function conclude(outcome: 'block' | 'stop', { vm, vcpu, hart, awaited, failure }: Exit): void {
  if (outcome === 'block') {
    vcpu.block(awaited, hart.now);
    return;
  }
  invariant(failure !== undefined, 'who stops a VM says why');
  vm.fail(failure.code, failure.data);
}

const SCAUSE = csrWord('scause');

/** Answers the trap that the hart stopped at. */
export function handleExit(vm: ExitVm, vcpu: Vcpu, hart: Hart): void {
  const cause = hart.csrHi(SCAUSE) === 0 ? hart.csrLo(SCAUSE) : -1;
  vcpu.inExit = true;
  const index = reasonOfCause(cause);
  const exit: Exit = {
    vm,
    vcpu,
    hart,
    cause,
    reason: index,
    detail: '',
    awaited: NOTHING_AWAITED,
    failure: undefined,
  };
  const outcome = handlers[index]!(exit);
  charge(vm, vcpu, hart, exit.reason, exit.detail);
  if (outcome === 'block' || outcome === 'stop') conclude(outcome, exit);
  hart.sret();
  vcpu.inExit = false;
}

/** Counts an exit and charges its cost to the vCPU's hart. */
export function chargeExit(vm: ExitVm, vcpu: Vcpu, hart: Hart, reason: ExitReasonId, detail: string): void {
  charge(vm, vcpu, hart, EXIT_INDEX[reason], detail);
}

function charge(vm: ExitVm, vcpu: Vcpu, hart: Hart, reason: number, detail: string): void {
  const { costNs } = EXIT_REASONS[reason]!;
  vcpu.countExits(reason, 1, costNs);
  vm.exitDetails.count(reason, detail, costNs);
  const now = hart.advance(costNs);
  vm.stops.trail.add(now, vcpu.id, hart.index, reason, detail);
  if (vm.stops.watchesExits) vm.stops.exited(vcpu, now, EXIT_REASONS[reason]!.id, detail);
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

/** By cause: the kind of access, the fault that hardware raises when nothing answers at an address, and a word for the detail. */
const ACCESS: Readonly<Record<number, { kind: AccessKind; fault: number; word: ExitDetailId }>> = {
  [FETCH_GUEST_PAGE_FAULT]: { kind: EXECUTE, fault: FETCH_ACCESS_FAULT, word: 'execute' },
  [LOAD_GUEST_PAGE_FAULT]: { kind: READ, fault: LOAD_ACCESS_FAULT, word: 'load' },
  [STORE_GUEST_PAGE_FAULT]: { kind: WRITE, fault: STORE_ACCESS_FAULT, word: 'store' },
};

/** Pseudo-instructions in htinst: the VS-stage walk itself was stopped, when it read an entry or set A or D in it (18.6.3, table 38). */
const WALK_READS = 0x3000;
const WALK_WRITES = 0x3020;

/** The kind of the access that the G-stage stopped: the guest's own, or one that a VS-stage walk made for it. */
function accessKind(cause: number, htinst: number): AccessKind {
  if (htinst === WALK_WRITES) return WRITE;
  return htinst === WALK_READS ? READ : ACCESS[cause]!.kind;
}

function isWalkAccess(hart: Hart): boolean {
  const htinst = hart.csrLo('htinst');
  return htinst === WALK_READS || htinst === WALK_WRITES;
}

/** GPA of the fault: htval holds it shifted right by 2, stval its lowest bits (18.4.3); NaN above 2^53. */
function faultAddress(hart: Hart): number {
  const shifted = addressOf(hart.csrLo('htval'), hart.csrHi('htval'));
  const gpa = shifted === undefined ? Number.NaN : shifted * 4;
  // The entries that a VS-stage walk reads are 8 bytes each.
  const low = isWalkAccess(hart) ? 0 : hart.csrLo('stval') & 3;
  return Number.isSafeInteger(gpa) ? gpa + low : Number.NaN;
}

/** What a fault is told apart by: what the page needed, or the kind of access where it needed a frame. */
function workDetail(work: AccessWork, cause: number): ExitDetailId {
  if (work === 'allocate') return ACCESS[cause]!.word;
  return work === 'use' ? 'stale' : work;
}

/** Memory that is not as the access needs it, or no memory. */
function guestPageFault(exit: Exit): Outcome {
  const { vm, hart, cause } = exit;
  const { memory } = vm;
  const gpa = faultAddress(hart);
  const spa = memory.access(gpa, accessKind(cause, hart.csrLo('htinst')));
  const { work } = memory;
  exit.detail = workDetail(work, cause);
  if (spa >= 0) {
    if (work === 'copy') hart.advance(COPY_NS);
    if (work === 'use') {
      // The entry allows it already, so the hart remembers another one.
      hart.flushVmid(vm.slot + 1);
    } else if (cause === STORE_GUEST_PAGE_FAULT && vm.trace.wants(vm.slot) && !isWalkAccess(hart))
      traceFault(vm, exit.vcpu, hart, gpa);
    return 'repeat';
  }
  switch (spa) {
    case WAIT:
      exit.awaited = memory.awaited;
      return 'block';
    case SHORTAGE:
      // Its VM waits already, and makes the access again when it goes on.
      exit.detail = 'shortage';
      return 'repeat';
    case DENIED:
      exit.detail = 'denied';
      return inject(exit);
    default:
      return outside(exit, gpa);
  }
}

/** No memslot: a device register, or nothing at all. */
function outside(exit: Exit, gpa: number): Outcome {
  const { vm, hart, cause } = exit;
  if (cause !== FETCH_GUEST_PAGE_FAULT && !Number.isNaN(gpa) && !isWalkAccess(hart)) {
    const device = emulateMmio(hart, vm.bus, gpa, () => walkContextAtExit(vm, hart));
    if (device !== undefined) {
      exit.reason = EXIT_INDEX.mmio;
      exit.detail = device;
      return 'resume';
    }
  }
  exit.detail = 'void';
  return inject(exit);
}

/** The guest is told, as hardware does where nothing answers: an access fault of the kind of access that it made. */
function inject(exit: Exit): Outcome {
  const { hart, cause } = exit;
  const pcLo = hart.csrLo('sepc');
  const pcHi = hart.csrHi('sepc');
  if (cause === FETCH_GUEST_PAGE_FAULT && pcLo === handlerLo(hart) && pcHi === hart.csrHi('vstvec')) {
    // The guest's trap handler is itself where nothing is: nothing that the guest does can get it out again.
    exit.failure = { code: 'vm.lost', data: { pc: hex64(pcLo, pcHi) } };
    return 'stop';
  }
  injectException(hart, ACCESS[cause]!.fault, hart.csrLo('stval'), hart.csrHi('stval'));
  return 'resume';
}

function sbi(exit: Exit): Outcome {
  const { vm, vcpu, hart } = exit;
  const call = new SbiCall(vm, vcpu, hart);
  exit.detail = answerSbi(call);
  if (call.awaited !== NOTHING_AWAITED) {
    // For want of a frame all of the VM waits, not one vCPU for a page that comes.
    if (vm.hasRequest) return 'repeat';
    exit.awaited = call.awaited;
    return 'block';
  }
  if (call.fault !== undefined) {
    injectException(hart, call.fault.cause, call.fault.lo, call.fault.hi);
    return 'resume';
  }
  if (!call.isLeft) skipInstruction(hart, 4);
  return 'resume';
}

const WFI = 0x1050_0073;

/** WFI in VS-mode traps since hstatus.VTW is set; what else comes here a VM may not do. */
function virtualInstruction(exit: Exit): Outcome {
  const { vcpu, hart } = exit;
  const instruction = hart.csrLo('stval') >>> 0;
  const fromSupervisor = (hart.csrLo('mstatus') & SSTATUS_SPP) !== 0;
  if (instruction === WFI && fromSupervisor) {
    skipInstruction(hart, 4);
    if (!vcpu.hasWakeup(hart.now)) vcpu.state = 'waiting';
    exit.reason = EXIT_INDEX.wfi;
    exit.detail = vcpu.state === 'waiting' ? 'waits' : 'already pending';
  } else {
    injectException(hart, ILLEGAL_INSTRUCTION, hart.csrLo('stval'), hart.csrHi('stval'));
    exit.detail = 'illegal';
  }
  return 'resume';
}

function unexpected(exit: Exit): Outcome {
  const { hart } = exit;
  const scause = hex64(hart.csrLo('scause'), hart.csrHi('scause'));
  const pc = hex64(hart.csrLo('sepc'), hart.csrHi('sepc'));
  exit.reason = EXIT_INDEX.unexpected;
  exit.detail = scause;
  exit.failure = { code: 'vm.unexpectedExit', data: { scause, pc } };
  return 'stop';
}
