/**
 * One hart of the host as the schedule sees it: which vCPU it holds, until when, and where its time went. It runs legs
 * of guest code and hands traps to the exit loop; which vCPU comes next is the scheduler's to say.
 */

import type { ExitDetailId } from '#base/catalogue/exit-reasons';
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import { messageOf } from '#base/error-message';
import { refill } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, integer, integers, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { EXIT_BREAK, EXIT_DEADLINE, EXIT_TRAP, type Hart } from '#machine/hart';
import type { CodeHeat } from '../monitor/code-heat.ts';
import { chargeExit, handleExit, stopIfLost } from '../vcpu/exit-loop.ts';
import type { ExitVm } from '../vcpu/exit-vm.ts';
import type { Vcpu } from '../vcpu/vcpu.ts';
import { slotOf } from './schedulers/active.ts';
import { NOBODY, type Scheduler } from './schedulers/scheduler.ts';
import type { StopControl } from './stops.ts';
import { Timeline } from './timeline.ts';
import type { TlbAccounts } from './tlb-accounts.ts';

/** Virtual time to exchange the registers of two vCPUs. */
export const SWITCH_COST_NS = 2_000;

/** What a hart's TLB may hold of a VM, beside nothing (0): what is true, or what is not true any more. */
const VALID = 1;
const STALE = 2;

/** What a physical CPU needs of its host. */
export interface CpuHost {
  readonly scheduler: Scheduler;
  readonly stops: StopControl;
  readonly heat: CodeHeat;
  readonly tlb: TlbAccounts;
  /** Virtual time of an instruction. */
  readonly stepNs: VirtualNs;
  vcpuOf(id: number): { vm: ExitVm; vcpu: Vcpu };
  /**
   * How far a hart may run: to the end of the quantum or the next event, or further while nobody else has anything to do.
   * @param at where guest code was last, from where the answer holds
   */
  legEnd(at: VirtualNs): VirtualNs;
  /** Does what a handler asked for its VM: failure, shutdown, reboot. May take vCPUs off their harts. */
  serve(vm: ExitVm): void;
  /** How long a vCPU may run that has been picked, or goes on. */
  sliceNs(vcpu: number, now: VirtualNs): VirtualNs;
  /** Why a vCPU whose slice is over leaves its hart; undefined: it goes on. */
  leavesAtSliceEnd(vcpu: number, hart: number, now: VirtualNs): SwitchReason | undefined;
  /** A vCPU has used so much of a hart. */
  ran(vcpu: number, ns: VirtualNs): void;
  /** The vCPU left its hart: back into the queue, asleep with a timer, or gone. */
  released(vcpu: Vcpu, now: VirtualNs): void;
}

export interface CpuState {
  /** Id of the vCPU that it holds, and of the one that it ran last; {@link NOBODY} where there is none. */
  readonly running: number;
  readonly last: number;
  readonly sliceEndNs: VirtualNs;
  readonly enteredNs: VirtualNs;
  readonly enteredInstructions: number;
  readonly guestNs: number;
  readonly hypervisorNs: number;
  readonly idleNs: number;
  /** By VM slot: id of the vCPU that it ran last. */
  readonly lastVcpu: Float64Array;
  /** By VM slot: what its TLB may hold of it. */
  readonly remembered: Uint8Array;
}
const MOST_SLOTS = 4096;
export const CPU: Declaration<CpuState> = declare('cpu', {
  running: integer,
  last: integer,
  sliceEndNs: integer,
  enteredNs: integer,
  enteredInstructions: integer,
  guestNs: integer,
  hypervisorNs: integer,
  idleNs: integer,
  lastVcpu: integers(upTo(MOST_SLOTS)),
  remembered: bytes(upTo(MOST_SLOTS)),
});

export class PhysicalCpu {
  readonly hart: Hart;
  readonly timeline: Timeline = new Timeline();
  readonly #host: CpuHost;
  #current: { vm: ExitVm; vcpu: Vcpu } | undefined;
  #sliceEndNs: VirtualNs = 0;
  #enteredNs: VirtualNs = 0;
  #enteredInstructions = 0;
  /** By VM slot: the vCPU that this hart last ran, so that a TLB is trusted only by the one who filled it. */
  readonly #lastVcpu: Int32Array;
  /** By VM slot: what the TLB may hold of the VM in it. */
  readonly #remembered: Uint8Array;
  /** Id of the vCPU that ran here last. */
  #last = NOBODY;
  /** Why the slice of whoever is here was ended early; why it leaves. */
  #early: SwitchReason | undefined;
  #why: SwitchReason | undefined;
  /** Time in guests, in answering exits and switching, and with nothing to do. */
  guestNs = 0;
  hypervisorNs = 0;
  idleNs = 0;
  /** Of its instructions, those that translated code has executed. */
  translated = 0;

  constructor(hart: Hart, host: CpuHost, slots: number) {
    this.hart = hart;
    this.#host = host;
    this.#lastVcpu = new Int32Array(slots).fill(NOBODY);
    this.#remembered = new Uint8Array(slots);
  }

  /** Whose accesses no TLB of the host knew. */
  get tlb(): TlbAccounts {
    return this.#host.tlb;
  }
  /** What this hart holds. */
  get current(): { readonly vm: ExitVm; readonly vcpu: Vcpu } | undefined {
    return this.#current;
  }
  /** Id of the vCPU that this hart holds, or {@link NOBODY}. */
  get running(): number {
    return this.#current?.vcpu.id ?? NOBODY;
  }

  /**
   * Runs until there is nothing to run, until the leg's end, which guests may bring forward by what they set in motion, or
   * until a person wants it to stop; to call it again then goes on.
   */
  runLeg(): void {
    const { hart } = this;
    let { now } = hart;
    for (let end = this.#host.legEnd(now); now < end; now = hart.now) {
      if (this.#current === undefined) {
        if (!this.#pickNext()) return;
        now = hart.now;
      }
      const until = Math.min(end, this.#sliceEndNs);
      const stopped = until <= now ? this.#endEmptySlice() : this.#runCurrent(now, until);
      if (this.#host.stops.stopped !== undefined) return;
      end = this.#host.legEnd(stopped);
    }
  }

  /** Lets time pass up to an instant, if the hart has nothing to do. */
  idleUntil(ns: VirtualNs): void {
    if (ns <= this.hart.now || this.#current !== undefined) return;
    this.idleNs += ns - this.hart.now;
    this.hart.now = ns;
  }

  #pickNext(): boolean {
    const id = this.#host.scheduler.pick(this.hart.index, this.hart.now);
    if (id === NOBODY) return false;
    const { hart } = this;
    const current = this.#host.vcpuOf(id);
    const { vcpu } = current;
    const delayNs = Math.max(0, hart.now - vcpu.readySince);
    if (this.#last !== id) {
      hart.advance(SWITCH_COST_NS);
      this.hypervisorNs += SWITCH_COST_NS;
    }
    const slot = current.vm.slot;
    vcpu.enter(hart, this.#lastVcpu[slot] === id && this.#remembered[slot] !== STALE);
    this.#remembered[slot] = VALID;
    this.#lastVcpu[slot] = id;
    this.#last = id;
    vcpu.state = 'running';
    vcpu.stealNs += Math.max(0, hart.now - vcpu.readySince);
    vcpu.stealTime.entered(current.vm.memory, vcpu.stealNs);
    this.#current = current;
    this.#enteredNs = hart.now;
    this.#enteredInstructions = hart.instructions;
    this.timeline.begin(hart.now, id, vcpu.wokeUp ? 'woken' : 'queued', delayNs);
    this.#early = undefined;
    this.#why = undefined;
    this.#sliceEndNs = hart.now + this.#host.sliceNs(id, hart.now);
    return true;
  }

  /** Runs guest code from now on, and answers what it asks; the result is the time between the two. */
  #runCurrent(before: VirtualNs, until: VirtualNs): VirtualNs {
    const { hart } = this;
    const { stops, heat } = this.#host;
    const { vm, vcpu } = this.#current!;
    const begin = stops.isStepping ? { instructions: hart.instructions, pc: hart.pcLo } : undefined;
    if (this.#remembered[vm.slot] === STALE) {
      hart.flushVmid(vm.slot + 1);
      this.#remembered[vm.slot] = VALID;
    }
    let stopped = before;
    try {
      if (stops.isLooking) {
        const done = vcpu.instructions + hart.instructions - this.#enteredInstructions;
        if (stops.standsBefore(vm, vcpu, hart, done)) return before;
      }
      const end = heat.runEnd(before, until, this.#host.stepNs);
      const code = hart.run(stops.runEnd(vcpu.id, before, end));
      stopped = hart.now;
      this.guestNs += stopped - before;
      if (code === EXIT_TRAP) handleExit(vm, vcpu, hart);
      else if (code === EXIT_BREAK) stops.reached(vm, vcpu, hart);
      else if (code === EXIT_DEADLINE && stopped > before) heat.ended(hart.pcPhysical);
      if (begin !== undefined && (code === EXIT_TRAP || stopped > before)) {
        const { instructions, pc } = begin;
        const moved = code === EXIT_TRAP || hart.instructions > instructions || hart.pcLo !== pc;
        stops.ran(vcpu.id, hart.now, moved);
      }
    } catch (error) {
      // Our own mistake ends the VM that it happened to, and no other; its registers are those of the guest.
      vcpu.inExit = false;
      if (hart.virtual === 0) hart.sret();
      vm.fail('internal', { message: messageOf(error) });
    }
    this.#backToGuest(vm, vcpu, stopped);
    return stopped;
  }

  /** The slice was ended while guest code did not run: for one that woke, from outside or by another hart. */
  #endEmptySlice(): VirtualNs {
    const { vm, vcpu } = this.#current!;
    const { now } = this.hart;
    this.#backToGuest(vm, vcpu, now);
    return now;
  }

  /** What is left to do between a stop of guest code and its going on: the end of a slice, what a handler asked for. */
  #backToGuest(vm: ExitVm, vcpu: Vcpu, stopped: VirtualNs): void {
    const { hart } = this;
    let { now } = hart;
    if (now >= this.#sliceEndNs && vcpu.state === 'running') {
      this.#endSlice(vm, vcpu);
      now = hart.now;
    }
    this.hypervisorNs += now - stopped;
    if (vm.hasRequest) this.#host.serve(vm);
    if (vcpu.state !== 'running') this.release();
  }

  #endSlice(vm: ExitVm, vcpu: Vcpu): void {
    const { hart } = this;
    chargeExit(vm, vcpu, hart, 'timer', 'time slice' satisfies ExitDetailId);
    stopIfLost(vm, vcpu, hart);
    // What it has used counts in the decision.
    this.settle();
    const why = this.#host.leavesAtSliceEnd(vcpu.id, hart.index, hart.now);
    if (why === undefined) {
      this.#sliceEndNs = hart.now + this.#host.sliceNs(vcpu.id, hart.now);
      // The hypervisor may have worked here for itself meanwhile.
      vcpu.stealTime.entered(vm.memory, vcpu.stealNs);
    } else {
      vcpu.state = 'ready';
      vcpu.stealTime.preempted(vm.memory, vcpu.stealNs);
      // Who made it leave early knows better than who is asked now, unless it may not run in any case.
      this.#why = why === 'capped' || why === 'moved' ? why : (this.#early ?? why);
    }
    this.#early = undefined;
  }

  /** The slice of whoever is here ends now: somebody else shall run, or is asked again. */
  endSliceEarly(why?: SwitchReason): void {
    if (this.#current === undefined) return;
    this.#early ??= why;
    this.#sliceEndNs = Math.min(this.#sliceEndNs, this.hart.now);
  }

  /** Time of the current vCPU up to now goes into its account. */
  settle(): void {
    if (this.#current === undefined) return;
    const { hart } = this;
    const { vm, vcpu } = this.#current;
    this.#host.tlb.settle(vm.slot);
    const used = hart.now - this.#enteredNs;
    vcpu.runNs += used;
    if (used > 0) this.#host.ran(vcpu.id, used);
    vcpu.instructions += hart.instructions - this.#enteredInstructions;
    this.timeline.extend(hart.now);
    this.#enteredNs = hart.now;
    this.#enteredInstructions = hart.instructions;
  }

  /** The hypervisor works for itself here; whoever has the hart waits so long, and loses nothing of its slice. */
  work(ns: VirtualNs): void {
    this.settle();
    this.hart.advance(ns);
    this.hypervisorNs += ns;
    if (this.#current === undefined) return;
    this.#current.vcpu.stealNs += ns;
    this.#enteredNs += ns;
    this.#sliceEndNs += ns;
    this.timeline.begin(this.hart.now, this.#current.vcpu.id, 'continued', 0);
  }

  /** Takes the current vCPU off the hart; its state says where it goes. */
  release(why?: SwitchReason): void {
    if (this.#current === undefined) return;
    this.settle();
    const { vcpu } = this.#current;
    const { state } = vcpu;
    // Who does not want to run says why by its state.
    this.timeline.leave(why ?? this.#why ?? (state === 'ready' || state === 'running' ? 'stopped' : state));
    vcpu.leave();
    this.#current = undefined;
    this.#host.released(vcpu, this.hart.now);
  }

  /** A VM's memory went away or its slot changes hands: what the TLB holds of it is worth nothing. */
  forget(slot: number): void {
    this.#lastVcpu[slot] = NOBODY;
    if (slotOf(this.#last) === slot) this.#last = NOBODY;
    this.fence(slot);
  }

  /** What the TLB holds of a VM is not true any more: it goes, once, before this hart next runs in the VM. */
  fence(slot: number): void {
    if (this.#remembered[slot] === VALID) this.#remembered[slot] = STALE;
  }

  capture(): CpuState {
    const { running, guestNs, hypervisorNs, idleNs } = this;
    return {
      ...{ running, guestNs, hypervisorNs, idleNs },
      last: this.#last,
      sliceEndNs: this.#sliceEndNs,
      enteredNs: this.#enteredNs,
      enteredInstructions: this.#enteredInstructions,
      lastVcpu: Float64Array.from(this.#lastVcpu),
      remembered: this.#remembered,
    };
  }
  restore(state: CpuState): void {
    this.#last = state.last;
    this.#sliceEndNs = state.sliceEndNs;
    this.#enteredNs = state.enteredNs;
    this.#enteredInstructions = state.enteredInstructions;
    this.guestNs = state.guestNs;
    this.hypervisorNs = state.hypervisorNs;
    this.idleNs = state.idleNs;
    refill(this.#lastVcpu, state.lastVcpu, 'VM slots');
    refill(this.#remembered, state.remembered, 'VM slots');
    this.#current = state.running === NOBODY ? undefined : this.#host.vcpuOf(state.running);
    this.#current?.vcpu.adopt(this.hart);
    if (this.#current !== undefined) this.timeline.begin(this.hart.now, state.running, 'continued', 0);
  }
}
