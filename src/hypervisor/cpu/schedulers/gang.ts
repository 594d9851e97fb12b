/**
 * Co-scheduling (Ousterhout 1982): time is cut into slots for all harts at once, and in a slot the vCPUs of a VM that asked for it run
 * together, or none of them does. So a guest's lock is not held by a vCPU that has no hart while others wait for it with theirs.
 * Harts that a slot leaves over, or whose vCPU waits, serve who is ready in turn.
 */
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { MAX_HARTS } from '#machine/layout';
import { slotOf } from './active.ts';
import { mayRunOn } from './cpu-part.ts';
import { NOBODY, type Scheduler, type SchedulerEnvironment } from './scheduler.ts';
import { STANDING, Standing, type StandingState } from './standing.ts';

interface GangState extends StandingState {
  /** By hart, the vCPU that the present slot gives it, and one; 0 for nobody. */
  readonly given: Uint32Array;
  readonly slotEndNs: VirtualNs;
}
export const STATE: Declaration<GangState> = declare('gang', {
  ...STANDING,
  given: words(upTo(MAX_HARTS)),
  slotEndNs: integer,
});

class Gang implements Scheduler {
  readonly #environment: SchedulerEnvironment;
  readonly #sliceNs: VirtualNs;
  readonly #standing: Standing;
  readonly #given: Int32Array;
  #slotEndNs: VirtualNs = 0;

  constructor(sliceNs: VirtualNs, environment: SchedulerEnvironment) {
    this.#sliceNs = sliceNs;
    this.#environment = environment;
    this.#standing = new Standing(environment.harts);
    this.#given = new Int32Array(environment.harts).fill(NOBODY);
  }

  /** Without those who wait for a slot of their own. */
  get ready(): number {
    return this.#standing.queue.length - this.#waiting.length;
  }
  get #waiting(): readonly number[] {
    const { partOf } = this.#environment;
    return this.#standing.queue.ids.filter((vcpu) => partOf(vcpu).together && !this.#given.includes(vcpu));
  }
  /** In its own slot its hart is its own. */
  enqueue(vcpu: number, now: VirtualNs): void {
    this.#standing.ready(vcpu);
    this.#awaitSlot(now);
    const hart = this.#given.indexOf(vcpu);
    if (hart >= 0 && this.#standing.running.on(hart) !== NOBODY) this.#environment.preempt(hart, 'slot');
  }
  woke(vcpu: number, now: VirtualNs): void {
    this.enqueue(vcpu, now);
  }
  slept(vcpu: number): void {
    this.#standing.gone(vcpu);
  }
  remove(vcpu: number): void {
    this.slept(vcpu);
    const hart = this.#given.indexOf(vcpu);
    if (hart >= 0) this.#given[hart] = NOBODY;
  }

  pick(hart: number, now: VirtualNs): number {
    // A hart that idles asks again and again: no slot begins for that.
    if (this.#standing.queue.length === 0) return NOBODY;
    if (now >= this.#slotEndNs) this.#nextSlot(now);
    const own = this.#given[hart]!;
    const may = (vcpu: number): boolean => mayRunOn(this.#environment.partOf(vcpu), hart);
    let vcpu = own === NOBODY ? NOBODY : this.#standing.queue.take((id) => id === own);
    if (vcpu === NOBODY) vcpu = this.#standing.queue.take((id) => may(id) && !this.#isHeldBack(id));
    if (vcpu !== NOBODY) this.#standing.running.put(hart, vcpu);
    return vcpu;
  }
  sliceNs(_: number, now: VirtualNs): VirtualNs {
    return Math.max(1, this.#slotEndNs - now);
  }
  ran(): void {}
  tick(vcpu: number, hart: number, now: VirtualNs): SwitchReason | undefined {
    if (now >= this.#slotEndNs) this.#nextSlot(now);
    const own = this.#given[hart]!;
    if (own === vcpu) return undefined;
    return own !== NOBODY || this.#standing.queue.length > 0 ? 'slot' : undefined;
  }
  due(now: VirtualNs): void {
    if (now >= this.#slotEndNs && this.#standing.queue.length > 0) this.#nextSlot(now);
    this.#awaitSlot(now);
  }
  /** Harts that idle begin no slot: somebody who waits for one has it begun. */
  #awaitSlot(now: VirtualNs): void {
    if (this.#waiting.length > 0) this.#environment.wakeAt(Math.max(now, this.#slotEndNs));
  }

  /** The turns of all others, one slot each, and the slot that runs. */
  longestWaitNs(): VirtualNs {
    return this.#sliceNs * (this.#standing.queue.length + this.#environment.harts + 2);
  }

  /**
   * Whose turn was longest ago comes first, with all of its VM that are ready where the VM asked for that; then who else fits onto the
   * harts that are left.
   */
  #nextSlot(now: VirtualNs): void {
    this.#slotEndNs = (Math.floor(now / this.#sliceNs) + 1) * this.#sliceNs;
    this.#given.fill(NOBODY);
    const running = Array.from({ length: this.#environment.harts }, (_, hart) =>
      this.#standing.running.on(hart),
    );
    const waiting = [...this.#standing.queue.ids, ...running.filter((vcpu) => vcpu !== NOBODY)];
    const seen = new Set<number>();
    for (const vcpu of waiting) {
      if (seen.has(vcpu)) continue;
      const { together } = this.#environment.partOf(vcpu);
      const gang = together ? waiting.filter((id) => slotOf(id) === slotOf(vcpu)) : [vcpu];
      for (const id of gang) seen.add(id);
      this.#place(gang);
    }
  }
  /** All of a gang, or as many as there are harts where it is larger than the host; nobody where it does not fit now. */
  #place(gang: readonly number[]): void {
    const places: [number, number][] = [];
    const taken = new Set<number>();
    for (const vcpu of gang) {
      const part = this.#environment.partOf(vcpu);
      const free = (hart: number): boolean =>
        this.#given[hart] === NOBODY && !taken.has(hart) && mayRunOn(part, hart);
      const before = this.#standing.running.hartOf(vcpu);
      const hart = before !== NOBODY && free(before) ? before : [...this.#given.keys()].find(free);
      if (hart === undefined) continue;
      taken.add(hart);
      places.push([hart, vcpu]);
    }
    const isEmpty = this.#given.every((vcpu) => vcpu === NOBODY);
    if (places.length < gang.length && !isEmpty) return;
    for (const [hart, vcpu] of places) this.#given[hart] = vcpu;
  }
  /** It runs with its VM, whose turn it is not, or on a hart that has been given to it. */
  #isHeldBack(vcpu: number): boolean {
    return this.#environment.partOf(vcpu).together || this.#given.includes(vcpu);
  }

  capture(): PartState {
    return partState(STATE, {
      ...this.#standing.capture(),
      given: Uint32Array.from(this.#given, (vcpu) => vcpu + 1),
      slotEndNs: this.#slotEndNs,
    });
  }
  restore(state: PartState, now: VirtualNs): void {
    const { given, slotEndNs, ...standing } = stateIn(STATE, state);
    this.#standing.restore(standing);
    for (const hart of this.#given.keys()) this.#given[hart] = (given[hart] ?? 0) - 1;
    this.#slotEndNs = slotEndNs;
    this.#awaitSlot(now);
  }
}

export function create(sliceNs: VirtualNs, environment: SchedulerEnvironment): Scheduler {
  return new Gang(sliceNs, environment);
}
