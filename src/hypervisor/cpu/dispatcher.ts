/**
 * Puts vCPUs onto harts: the scheduler's queue, the timers of vCPUs that wait, and the harts. It knows whether a VM may
 * run, not why.
 */
import type { ExitDetailId } from '#base/catalogue/exit-reasons';
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import { ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { list, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { MAX_HARTS } from '#machine/layout';
import type { Machine } from '#machine/machine';
import { CodeHeat } from '../monitor/code-heat.ts';
import { chargeExit } from '../vcpu/exit-loop.ts';
import type { ExitVm } from '../vcpu/exit-vm.ts';
import type { Vcpu, VcpuListener } from '../vcpu/vcpu.ts';
import { CAPS, Caps, type CapsState, NO_CAPS } from './caps.ts';
import { CPU, type CpuHost, type CpuState, PhysicalCpu } from './physical-cpu.ts';
import { slotOf } from './schedulers/active.ts';
import { type CpuPart, CpuParts, mayRunOn, type PartOwner } from './schedulers/cpu-part.ts';
import type { Scheduler, SchedulerEnvironment } from './schedulers/scheduler.ts';
import type { StopControl } from './stops.ts';
import { TlbAccounts } from './tlb-accounts.ts';

/** A VM as the dispatcher sees it. */
export interface DispatchedVm extends ExitVm {
  readonly isRunning: boolean;
  /** It has been switched on. */
  readonly hasMemory: boolean;
  readonly vcpus: readonly Vcpu[];
  readonly spec: Pick<VmSpec, 'cpu' | 'vcpus'>;
}

export interface DispatcherOptions {
  readonly machine: Machine;
  readonly scheduler: (environment: SchedulerEnvironment) => Scheduler;
  readonly timeSliceNs: VirtualNs;
  readonly stops: StopControl;
  readonly slots: number;
  /** Length of a quantum. */
  readonly quantumNs: VirtualNs;
  readonly vcpuOf: (id: number) => { vm: DispatchedVm; vcpu: Vcpu };
  readonly serve: (vm: ExitVm) => void;
  /** A vCPU of the VM in a slot is in another state, or it has begun or ceased to run. */
  readonly changed: (slot: number) => void;
}

export interface DispatcherState {
  readonly scheduler: PartState;
  readonly cpus: readonly CpuState[];
  readonly caps: CapsState;
}
export const DISPATCHER: Declaration<DispatcherState> = declare('dispatcher', {
  scheduler: part,
  cpus: list(CPU, upTo(MAX_HARTS)),
  caps: since(10, CAPS, NO_CAPS),
});

/** Channel of the events that wake vCPUs for their timers; the data is the vCPU's id. */
const WAKE_CHANNEL = 'vcpu-wake';
/** Channel of the events for which the scheduler, or a cap, has asked. */
const SCHEDULE_CHANNEL = 'schedule';
const OF_SCHEDULER = 0;
const OF_CAPS = 1;

export class Dispatcher implements CpuHost, VcpuListener {
  #scheduler: Scheduler;
  readonly caps: Caps;
  readonly stops: StopControl;
  readonly heat: CodeHeat = new CodeHeat();
  readonly tlb: TlbAccounts;
  readonly stepNs: VirtualNs;
  readonly cpus: readonly PhysicalCpu[];
  readonly #options: DispatcherOptions;
  readonly #parts: CpuParts;
  /** End of the quantum that is run. */
  #boundaryNs: VirtualNs = 0;
  /** How far one hart may go on by itself; the same, once others have something to do. */
  #soloEndNs: VirtualNs = 0;
  /** The hart whose leg runs now. */
  #active: PhysicalCpu | undefined;
  /** The hart whose turn it is in this quantum. */
  #turn = 0;
  /** Virtual time between legs. */
  #now: VirtualNs = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#parts = new CpuParts(options.slots, options.machine.harts.length);
    this.#scheduler = this.#make(options.scheduler);
    this.caps = new Caps((vcpu) => this.#partOf(vcpu));
    this.stops = options.stops;
    this.stepNs = options.machine.nsPerInstruction;
    this.tlb = new TlbAccounts((into) => options.machine.readTlbCounters(into));
    this.cpus = options.machine.harts.map((hart) => new PhysicalCpu(hart, this, options.slots));
    options.machine.events.on(WAKE_CHANNEL, (id, at) => this.#timerDue(id, at));
    options.machine.events.on(SCHEDULE_CHANNEL, (who, at) => this.#scheduleDue(who, at));
  }

  get scheduler(): Scheduler {
    return this.#scheduler;
  }
  /** Another scheduler decides from now on: everybody who runs is asked anew, nobody owes anything. */
  setScheduler(make: DispatcherOptions['scheduler'], vms: readonly DispatchedVm[]): Result<null> {
    const scheduler = this.#make(make);
    const admitted = this.admission(
      vms.filter(({ hasMemory }) => hasMemory),
      scheduler,
    );
    if (!admitted.ok) return admitted;
    this.#options.machine.events.cancel(SCHEDULE_CHANNEL, OF_SCHEDULER);
    this.#scheduler = scheduler;
    this.#eachRunnable(vms, (vcpu) => {
      if (vcpu.state === 'ready' && !this.caps.isHeld(vcpu.id))
        this.#scheduler.enqueue(vcpu.id, this.currentNs());
    });
    for (const cpu of this.cpus) {
      if (cpu.current === undefined) continue;
      if (cpu.current.vcpu.state === 'running') cpu.current.vcpu.state = 'ready';
      cpu.release('replaced');
    }
    return ok(null);
  }
  /** Whether the scheduler can keep its word to all these, together. */
  admission(vms: readonly PartOwner[], scheduler: Scheduler = this.#scheduler): Result<null> {
    return scheduler.admission?.(vms.flatMap((vm) => this.#parts.of(vm))) ?? ok(null);
  }
  #make(make: DispatcherOptions['scheduler']): Scheduler {
    const { machine, timeSliceNs } = this.#options;
    return make({
      ...{ harts: machine.harts.length, timeSliceNs },
      partOf: (vcpu) => this.#partOf(vcpu),
      preempt: (hart, why) => this.cpus[hart]?.endSliceEarly(why),
      wakeAt: (ns) => this.#wakeAt(OF_SCHEDULER, ns),
    });
  }
  #partOf(vcpu: number): CpuPart {
    const { vm, vcpu: found } = this.vcpuOf(vcpu);
    return this.#parts.of(vm)[found.index]!;
  }
  #wakeAt(who: number, ns: VirtualNs): void {
    const { events } = this.#options.machine;
    if (ns === Number.POSITIVE_INFINITY) events.cancel(SCHEDULE_CHANNEL, who);
    else events.schedule(ns, SCHEDULE_CHANNEL, who);
  }
  #scheduleDue(who: number, at: VirtualNs): void {
    if (who === OF_SCHEDULER) this.#scheduler.due(at);
    else {
      for (const vcpu of this.caps.release(at)) this.#scheduler.enqueue(vcpu, at);
      this.#wakeAt(OF_CAPS, this.caps.dueNs);
    }
  }
  #eachRunnable(vms: readonly DispatchedVm[], act: (vcpu: Vcpu) => void): void {
    for (const vm of vms) if (vm.isRunning) for (const vcpu of vm.vcpus) act(vcpu);
  }
  /** What a VM is due has changed: who runs where it may not, or longer than it may, leaves. */
  partsChanged(vm: DispatchedVm): void {
    for (const cpu of this.cpus) if (cpu.current?.vm === vm) cpu.endSliceEarly();
    const now = this.currentNs();
    for (const vcpu of this.caps.release(now)) this.#scheduler.enqueue(vcpu, now);
    this.#wakeAt(OF_CAPS, this.caps.dueNs);
  }

  /** Virtual time as whoever acts now sees it: the hart that runs, or the host between legs. */
  currentNs(): VirtualNs {
    return this.#active === undefined ? this.#now : this.#active.hart.now;
  }
  /** True when no hart has anything to do until the next event. */
  get isIdle(): boolean {
    return this.#scheduler.ready === 0 && this.cpus.every(({ current }) => current === undefined);
  }

  /** Time between legs. */
  setNow(ns: VirtualNs): void {
    this.#now = ns;
  }
  /**
   * Runs all harts, one after the other, up to a boundary or the next event; the result is where they stand. `undefined`: a
   * person wants to look, and the same call goes on from there.
   * @param lastNs a later boundary: as long as nobody but one hart has anything to do, quanta need not take turns
   */
  run(boundaryNs: VirtualNs, lastNs: VirtualNs): VirtualNs | undefined {
    const { machine, quantumNs } = this.#options;
    this.#boundaryNs = boundaryNs;
    this.#soloEndNs = this.#isSolo() ? lastNs : boundaryNs;
    for (; this.#turn < this.cpus.length; this.#turn++) {
      const cpu = this.cpus[this.#turn]!;
      const before = machine.translatedInstructions;
      // Others may have come to a later quantum than this one has idled in.
      cpu.idleUntil(this.#boundaryNs - quantumNs);
      this.#active = cpu;
      cpu.runLeg();
      cpu.settle();
      cpu.translated += machine.translatedInstructions - before;
      this.#active = undefined;
      if (this.stops.stopped !== undefined) return undefined;
    }
    this.#turn = 0;
    const reached = this.#end();
    this.idleUntil(reached);
    return reached;
  }
  /** True when nobody but one hart can have anything to do, unless that one gives it to them. */
  #isSolo(): boolean {
    if (this.cpus.length === 1) return true;
    let busy = 0;
    for (const { current } of this.cpus) if (current !== undefined) busy++;
    return busy === 1 && this.#scheduler.ready === 0;
  }
  #end(): VirtualNs {
    return Math.min(this.#soloEndNs, this.#options.machine.events.nextAt());
  }
  /** Lets all harts that have nothing to do idle up to an instant. */
  idleUntil(ns: VirtualNs): void {
    for (const cpu of this.cpus) cpu.idleUntil(ns);
  }

  /** A vCPU that was off, or lost its hart, may run. */
  makeReady(vcpu: Vcpu): void {
    this.#active?.settle();
    vcpu.state = 'ready';
    const now = this.currentNs();
    vcpu.readySince = now;
    vcpu.wokeUp = false;
    if (!this.#isHeld(vcpu.id, now)) this.#scheduler.enqueue(vcpu.id, now);
  }
  /** Ready, but its VM has had what it may have for now. */
  #isHeld(vcpu: number, now: VirtualNs): boolean {
    if (!this.caps.holds(vcpu, now)) return false;
    this.#scheduler.slept(vcpu, now);
    this.#wakeAt(OF_CAPS, this.caps.dueNs);
    return true;
  }
  /** A VM starts or resumes: its vCPUs take up where they were. */
  admit(vm: DispatchedVm): void {
    this.#options.changed(vm.slot);
    for (const vcpu of vm.vcpus) {
      if (vcpu.state === 'ready') this.makeReady(vcpu);
      else if (vcpu.state === 'waiting') this.#sleep(vcpu, this.currentNs());
    }
  }
  /** A VM stops: its vCPUs leave harts, queue and timers. It must have ceased to be `isRunning`. */
  withdraw(vm: DispatchedVm): void {
    for (const cpu of this.cpus) {
      if (cpu.current?.vm !== vm) continue;
      if (cpu.current.vcpu.state === 'running') cpu.current.vcpu.state = 'ready';
      cpu.release('stopped');
    }
    for (const vcpu of vm.vcpus) {
      this.#scheduler.remove(vcpu.id);
      this.caps.remove(vcpu.id);
      this.#options.machine.events.cancel(WAKE_CHANNEL, vcpu.id);
    }
    this.#options.changed(vm.slot);
  }
  /** A page of a VM is there that was on its way: whoever waits for it goes on. */
  arrived(vm: DispatchedVm, guestFrame: number): void {
    for (const vcpu of vm.vcpus) {
      if (vcpu.state !== 'blocked' || vcpu.awaited !== guestFrame) continue;
      vcpu.unblock(this.currentNs());
      if (vm.isRunning) this.makeReady(vcpu);
      else vcpu.state = 'ready';
    }
  }
  /** The hypervisor works, wherever it is: in the exit that it answers, or else for itself. */
  spend(ns: VirtualNs): void {
    if (this.#active === undefined) this.work(ns);
    else this.#active.hart.advance(ns);
  }
  /** The hypervisor works for itself: where nobody is, or where it has worked least so far. */
  work(ns: VirtualNs): void {
    const free = this.cpus.filter(({ current }) => current === undefined);
    const cpus = free.length > 0 ? free : this.cpus;
    cpus.reduce((least, cpu) => (cpu.hypervisorNs < least.hypervisorNs ? cpu : least)).work(ns);
  }
  /** Mappings of a VM were taken away or narrowed: harts that remember some fence before they run in it again. */
  fence(slot: number): void {
    for (const cpu of this.cpus) cpu.fence(slot);
  }
  /** A VM's memory is gone, or its slot is given to another. */
  forget(slot: number): void {
    for (const cpu of this.cpus) cpu.forget(slot);
    this.heat.clear();
    this.tlb.forget(slot);
    this.caps.forget(slot);
  }

  // What harts ask (CpuHost).

  vcpuOf(id: number): { vm: DispatchedVm; vcpu: Vcpu } {
    return this.#options.vcpuOf(id);
  }
  legEnd(at: VirtualNs): VirtualNs {
    if (this.#soloEndNs > this.#boundaryNs && !this.#isSolo()) {
      const { quantumNs } = this.#options;
      this.#boundaryNs = (Math.floor(at / quantumNs) + 1) * quantumNs;
      this.#soloEndNs = this.#boundaryNs;
    }
    return this.#end();
  }
  serve(vm: ExitVm): void {
    this.#options.serve(vm);
  }
  released(vcpu: Vcpu, now: VirtualNs): void {
    if (!this.vcpuOf(vcpu.id).vm.isRunning) return;
    if (vcpu.state === 'ready') {
      this.makeReady(vcpu);
      return;
    }
    this.#scheduler.slept(vcpu.id, now);
    if (vcpu.state === 'waiting') this.#sleep(vcpu, now);
  }
  sliceNs(vcpu: number, now: VirtualNs): VirtualNs {
    const { vm } = this.vcpuOf(vcpu);
    const running = this.cpus.filter(({ current }) => current?.vm === vm).length;
    return this.caps.within(this.#scheduler.sliceNs(vcpu, now), vcpu, running, now);
  }
  leavesAtSliceEnd(vcpu: number, hart: number, now: VirtualNs): SwitchReason | undefined {
    if (this.caps.isSpent(vcpu, now)) return 'capped';
    if (!mayRunOn(this.#partOf(vcpu), hart)) return 'moved';
    return this.#scheduler.tick(vcpu, hart, now);
  }
  ran(vcpu: number, ns: VirtualNs): void {
    this.caps.ran(vcpu, ns);
    this.#scheduler.ran(vcpu, ns);
  }

  // What vCPUs tell (VcpuListener).

  wake(vcpu: Vcpu): void {
    this.#options.machine.events.cancel(WAKE_CHANNEL, vcpu.id);
    if (this.vcpuOf(vcpu.id).vm.isRunning) this.#wakeUp(vcpu);
    else vcpu.state = 'ready';
  }
  interrupted(vcpu: Vcpu): void {
    const { hart } = vcpu;
    if (hart !== undefined)
      chargeExit(this.vcpuOf(vcpu.id).vm, vcpu, hart, 'interrupt', 'kick' satisfies ExitDetailId);
  }

  changed(vcpu: Vcpu): void {
    this.#options.changed(slotOf(vcpu.id));
  }

  /** A vCPU that waited may run, perhaps at once and in another's place. */
  #wakeUp(vcpu: Vcpu): void {
    // Who runs here has used time since it was last counted, and that counts in what is decided now.
    this.#active?.settle();
    const now = this.currentNs();
    vcpu.state = 'ready';
    vcpu.readySince = now;
    vcpu.wokeUp = true;
    if (!this.#isHeld(vcpu.id, now)) this.#scheduler.woke(vcpu.id, now);
  }
  #sleep(vcpu: Vcpu, now: VirtualNs): void {
    if (vcpu.hasWakeup(now)) this.#wakeUp(vcpu);
    else this.#setAlarm(vcpu);
  }
  #setAlarm(vcpu: Vcpu): void {
    this.#options.machine.events.schedule(vcpu.timerDueNs(), WAKE_CHANNEL, vcpu.id);
  }
  #timerDue(id: number, at: VirtualNs): void {
    const { vcpu } = this.vcpuOf(id);
    if (vcpu.state === 'waiting') this.#sleep(vcpu, at);
  }

  capture(): DispatcherState {
    return {
      scheduler: this.#scheduler.capture(),
      cpus: this.cpus.map((cpu) => cpu.capture()),
      caps: this.caps.capture(),
    };
  }
  /** Takes up the schedule of VMs that have been restored. */
  restore({ scheduler, cpus, caps }: DispatcherState, vms: readonly DispatchedVm[]): void {
    if (cpus.length !== this.cpus.length) throw new SnapshotFormatError('a schedule of other harts');
    this.#scheduler.restore(scheduler, this.#now);
    this.caps.restore(caps);
    this.#wakeAt(OF_CAPS, this.caps.dueNs);
    for (const [index, cpu] of this.cpus.entries()) cpu.restore(cpus[index]!);
    for (const vm of vms)
      for (const vcpu of vm.vcpus) if (vm.isRunning && vcpu.state === 'waiting') this.#setAlarm(vcpu);
  }
}
