/**
 * The stops of one guest store, told from what the hart and the tables hold at the exit: the CSRs say what the machine
 * did, a walk in probe mode says which entries it read. It changes nothing.
 */
import { PAGE_SIZE } from '#base/addresses';
import { hex64, hexNumber } from '#base/hex64';
import type { ErrorData } from '#base/result';
import type { TraceStopId } from '#base/trace-stops';
import type { Hart } from '#machine/hart';
import { probeWalk } from '../memory/walk.ts';
import { type ExitVm, walkContextAtExit } from './exit-vm.ts';
import type { Vcpu } from './vcpu.ts';

function addStop(vm: ExitVm, vcpu: Vcpu, hart: Hart, stop: TraceStopId, data: ErrorData): void {
  vm.trace.add({ stop, at: hart.now, slot: vm.slot, vcpu: vcpu.index, data });
}

/** All stops of a store whose page has been given its frame. */
export function traceFault(vm: ExitVm, vcpu: Vcpu, hart: Hart, gpa: number): void {
  traceStore(vm, vcpu, hart, gpa);
  traceMapping(vm, vcpu, hart, gpa);
  traceResume(vm, vcpu, hart);
}

/** What the machine did up to the trap, and what the hypervisor made of it. */
function traceStore(vm: ExitVm, vcpu: Vcpu, hart: Hart, gpa: number): void {
  const add = (stop: TraceStopId, data: ErrorData): void => addStop(vm, vcpu, hart, stop, data);
  const gva = hex64(hart.csrLo('stval'), hart.csrHi('stval'));
  const pc = hex64(hart.csrLo('sepc'), hart.csrHi('sepc'));
  const walk = probeWalk(walkContextAtExit(vm, hart), hart.csrLo('stval'), hart.csrHi('stval'), 'store');
  const vsReads = walk.steps.filter(({ stage }) => stage === 'VS').length;
  add('store', { pc, gva, htinst: hex64(hart.csrLo('htinst'), 0) });
  add('tlb-miss', { gva });
  add('translate', { gva });
  add('vs-walk', { vsatp: hex64(hart.csrLo('vsatp'), hart.csrHi('vsatp')), entries: vsReads });
  add('g-walk', { gpa: hexNumber(gpa), entries: walk.steps.length - vsReads });
  add('trap', { scause: hart.csrLo('scause'), htval: hex64(hart.csrLo('htval'), hart.csrHi('htval')) });
  add('exit', { gva, gpa: hexNumber(gpa) });
  add('exit-row', { reason: 'guest-page-fault' });
}

/** The frame that was given, and its entry. */
function traceMapping(vm: ExitVm, vcpu: Vcpu, hart: Hart, gpa: number): void {
  const add = (stop: TraceStopId, data: ErrorData): void => addStop(vm, vcpu, hart, stop, data);
  const gfn = Math.floor(gpa / PAGE_SIZE);
  const spfn = Math.floor(vm.memory.peek(gpa) / PAGE_SIZE);
  add('guest-fault', { memslot: hexNumber(vm.memory.slotOf(gpa)?.base ?? 0) });
  add('frame', { spfn });
  add('map', { gfn, spfn });
}

/** The guest goes on, and the store lands. */
function traceResume(vm: ExitVm, vcpu: Vcpu, hart: Hart): void {
  addStop(vm, vcpu, hart, 'resume', { pc: hex64(hart.csrLo('sepc'), hart.csrHi('sepc')) });
  vm.trace.finishStore();
}
