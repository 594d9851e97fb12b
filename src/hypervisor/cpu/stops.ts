/**
 * Where a person wants a host to stop in the middle of a quantum: at an address, at an exit, after one step. It decides
 * when harts run, never what they do: a host that stops and goes on is the host that never stopped. No part of a snapshot.
 */

import type { ExitReasonId } from '#base/catalogue/exit-reasons';
import type { VirtualNs } from '#base/virtual-time';
import { type AddressBreakpoint, MOST_BREAKPOINTS } from '#machine/breakpoints';
import type { Hart } from '#machine/hart';
import type { Machine } from '#machine/machine';
import { ExitTrail } from './exit-trail.ts';
import type { Looking, Runs } from './looking.ts';
import { type Goal, LOOKING, type StatedCondition, type WatchStop } from './looking-part.ts';

/** Breakpoints on addresses that there can be: the engine has one more, for running to an address. */
export const MOST_ADDRESS_STOPS: number = MOST_BREAKPOINTS - 1;

/** One unit of a vCPU's work. */
export type VcpuStep = 'instruction' | 'exit';

/** An address of a VM. */
export interface AddressStop {
  readonly slot: number;
  readonly lo: number;
  readonly hi: number;
  /** `vsatp` of the address space; any space unless given. */
  readonly space?: readonly [lo: number, hi: number];
  readonly condition?: StatedCondition;
}

/** A reason for exits of a VM. */
export interface ExitStop {
  readonly slot: number;
  readonly reason: ExitReasonId;
}

/** Where a host stands, and why. */
export interface Stop {
  readonly kind: 'address' | 'exit' | 'step' | 'watch' | 'count';
  /** Id of the vCPU. */
  readonly vcpu: number;
  readonly at: VirtualNs;
  /** Of an exit. */
  readonly reason?: ExitReasonId;
  readonly detail?: string;
  readonly watched?: WatchStop;
}

/** A step that is under way. */
interface Step {
  readonly vcpu: number;
  readonly unit: VcpuStep;
  /** All the time of an instruction went into the walk for its fetch: its own time comes next. */
  isFetched?: boolean;
}

/** Who exits: a vCPU as far as it matters here. */
interface Exiting {
  readonly id: number;
  readonly exitCounts: Float64Array;
  readonly home: { readonly slot: number };
}

export class StopControl {
  readonly #machine: Machine;
  /** All exits, the latest. */
  readonly trail: ExitTrail = new ExitTrail();
  #addresses: readonly AddressStop[] = [];
  #exits: readonly ExitStop[] = [];
  /** Where there is more to look at than that. */
  #looking: Looking | undefined;
  #target: AddressStop | undefined;
  #step: Step | undefined;
  #watchesExits = false;
  #isPassing = false;
  #stopped: Stop | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  // What a person asks, between calls of `Host.advance`.

  /** Why the host stands where it stands; `undefined` while it may go on. */
  get stopped(): Stop | undefined {
    return this.#stopped;
  }
  /** True while there is anything to stop for. */
  get isArmed(): boolean {
    const isWaiting = this.#step !== undefined || this.#target !== undefined;
    return isWaiting || this.#looking !== undefined || this.#addresses.length > 0 || this.#exits.length > 0;
  }
  get addresses(): readonly AddressStop[] {
    return this.#addresses;
  }
  get exits(): readonly ExitStop[] {
    return this.#exits;
  }
  get watches(): readonly WatchStop[] {
    return this.#looking?.watches ?? [];
  }
  /** Replaces all breakpoints. */
  setBreakpoints(
    addresses: readonly AddressStop[],
    exits: readonly ExitStop[],
    watches: readonly WatchStop[] = [],
  ): void {
    this.#addresses = addresses;
    this.#exits = exits;
    this.#look({ watches });
    this.#apply();
  }
  /** Looks at something, or at nothing any more. What is not given stays. */
  #look({
    watches = this.watches,
    goal,
  }: {
    readonly watches?: readonly WatchStop[];
    readonly goal?: Goal | undefined;
  }): void {
    if (watches.length === 0 && goal === undefined) {
      this.#looking = undefined;
      return;
    }
    this.#looking ??= new LOOKING.code.here.Looking();
    this.#looking.watches = watches;
    this.#looking.goal = goal;
  }
  /** A VM is gone, and its place may become another's. */
  forget(slot: number): void {
    const isOther = (stop: { readonly slot: number }): boolean => stop.slot !== slot;
    if (this.#target?.slot === slot) this.#target = undefined;
    this.setBreakpoints(
      this.#addresses.filter(isOther),
      this.#exits.filter(isOther),
      this.watches.filter(isOther),
    );
  }
  /** The host may go on from where it stands, up to the next breakpoint. */
  resume(): void {
    this.#stopped = undefined;
    this.#machine.breakpoints.pass();
    this.#looking?.pass(this.#machine.harts);
    this.#plan(undefined, undefined);
  }
  /** The host may go on, until a vCPU has done one step. */
  step(vcpu: number, unit: VcpuStep): void {
    this.resume();
    this.#plan({ vcpu, unit }, undefined);
  }
  /** The host may go on, to an address or to a breakpoint before it. */
  runTo(target: AddressStop): void {
    this.resume();
    this.#plan(undefined, target);
  }
  /** The host may go on, to a place on the way of a vCPU, or to a breakpoint before it. */
  runToCount(goal: Goal): void {
    this.resume();
    this.#look({ goal });
    this.#watch();
  }
  /** Does some work without any stop on the way; where it stood is forgotten. */
  passing(work: () => void): void {
    this.resume();
    this.#isPassing = true;
    try {
      work();
    } finally {
      this.#isPassing = false;
    }
  }

  #plan(step: Step | undefined, target: AddressStop | undefined): void {
    if (this.#looking?.goal !== undefined) this.#look({});
    const isSame = this.#target === target;
    this.#step = step;
    this.#target = target;
    if (isSame) this.#watch();
    else this.#apply();
  }
  #watch(): void {
    const isCounting = this.#looking?.goal?.is === 'exits';
    this.#watchesExits = this.#exits.length > 0 || this.#step?.unit === 'exit' || isCounting;
  }
  #apply(): void {
    const all = this.#target === undefined ? this.#addresses : [this.#target, ...this.#addresses];
    const list = all.map(
      ({ slot, condition: _, ...rest }): AddressBreakpoint => ({ ...rest, vmid: slot + 1 }),
    );
    this.#machine.breakpoints.set(list);
    this.#watch();
  }
  #stop(stop: Stop): void {
    this.#stopped ??= stop;
    this.#plan(undefined, undefined);
  }

  // What harts tell, while the host runs.

  /** Somebody is to be asked before each run. */
  get isLooking(): boolean {
    return this.#looking !== undefined && !this.#isPassing;
  }
  /** True when a vCPU is to stand before its next instruction; to be asked before each run, and before {@link runEnd}. */
  standsBefore(vm: Runs['vm'], vcpu: Runs['vcpu'], hart: Hart, done: number): boolean {
    if (this.#looking === undefined) return false;
    const met = this.#looking.before({ vm, vcpu, hart, done });
    if (met !== undefined) this.#stop({ ...met, vcpu: vcpu.id, at: hart.now });
    return met !== undefined;
  }
  /** Where a hart's run must end at the latest, if its vCPU is to do one instruction, or is looked at on the way. */
  runEnd(vcpu: number, now: VirtualNs, until: VirtualNs): VirtualNs {
    if (this.#isPassing) return until;
    const { nsPerInstruction } = this.#machine;
    const step = this.#step;
    const isStep = step !== undefined && step.vcpu === vcpu && step.unit === 'instruction';
    const most = isStep ? 1 : (this.#looking?.rest ?? Number.POSITIVE_INFINITY);
    return Math.min(until, now + most * nsPerInstruction);
  }
  /** Some vCPU is to do one instruction. */
  get isStepping(): boolean {
    return this.#step?.unit === 'instruction';
  }
  /** While {@link isStepping}: a vCPU has run, and whatever came of it has been answered. `moved`: it executed an instruction, or trapped. */
  ran(vcpu: number, now: VirtualNs, moved: boolean): void {
    const step = this.#step;
    if (step === undefined || step.vcpu !== vcpu || step.unit !== 'instruction') return;
    if (!moved && step.isFetched !== true) {
      step.isFetched = true;
      return;
    }
    this.#stop({ kind: 'step', vcpu, at: now });
  }
  /** A hart stands before an instruction with a breakpoint. */
  reached(vm: Runs['vm'], vcpu: Runs['vcpu'], hart: Hart): void {
    if (this.#isPassing) this.#machine.breakpoints.pass();
    else if (this.#counts({ vm, vcpu, hart, done: 0 }))
      this.#stop({ kind: 'address', vcpu: vcpu.id, at: hart.now });
    else this.#machine.breakpoints.pass(hart);
  }
  /** One of those that are here has no condition, or one that holds. */
  #counts(runs: Runs): boolean {
    const { vm, hart } = runs;
    const { pcLo, pcHi } = hart;
    const [lo, hi] = [hart.csrLo('vsatp'), hart.csrHi('vsatp')];
    const here = [...(this.#target === undefined ? [] : [this.#target]), ...this.#addresses].filter(
      (each) =>
        each.slot === vm.slot &&
        each.lo === pcLo &&
        each.hi === pcHi &&
        (each.space === undefined || (each.space[0] === lo && each.space[1] === hi)),
    );
    const isPlain = here.length === 0 || here.some(({ condition }) => condition === undefined);
    return isPlain || here.some(({ condition }) => LOOKING.code.here.isMet(condition, runs));
  }
  /** Some exit may be one to stop at. */
  get watchesExits(): boolean {
    return this.#watchesExits;
  }
  /** A vCPU has exited; while {@link watchesExits}. */
  exited(vcpu: Exiting, now: VirtualNs, reason: ExitReasonId, detail: string): void {
    if (this.#isPassing) return;
    const { slot } = vcpu.home;
    const goal = this.#looking?.goal;
    const isCounted = goal?.is === 'exits' && goal.vcpu === vcpu.id && exitsOf(vcpu) >= goal.count;
    const isStep = isCounted || (this.#step?.unit === 'exit' && this.#step.vcpu === vcpu.id);
    const isWanted = this.#exits.some((stop) => stop.slot === slot && stop.reason === reason);
    if (isStep || isWanted)
      this.#stop({ kind: isWanted ? 'exit' : 'step', vcpu: vcpu.id, at: now, reason, detail });
  }
}

/** Exits of a vCPU so far. */
export function exitsOf({ exitCounts }: Pick<Exiting, 'exitCounts'>): number {
  return exitCounts.reduce((sum, count) => sum + count, 0);
}
