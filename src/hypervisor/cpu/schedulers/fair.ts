/**
 * Completely fair, by earliest eligible virtual deadline first (Stoica and Abdel-Wahab 1995; Linux since 6.6). Each vCPU has a virtual
 * run time, its time on harts divided by its weight; who has had less than the average is owed time and may be picked, and of those
 * whose request ends earliest comes first. One queue serves all harts: a host has eight at most, and what no hart keeps
 * for itself need not be balanced.
 */
import { LIMITS } from '#base/catalogue/limits';
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import { USUAL_CPU_WEIGHT } from '#base/catalogue/usual';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bool, integer, list, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { Active } from './active.ts';
import { mayRunOn } from './cpu-part.ts';
import { NOBODY, type Scheduler, type SchedulerEnvironment } from './scheduler.ts';
import { STANDING, Standing, type StandingState } from './standing.ts';

/** Requests that a vCPU can be owed, or owe, at most: for what it could not use, or got because nobody else wanted it. */
const LAG_SLICES = 2;
/** Of a slice, the shortest request. */
const SHORTEST_PART = 10;
/** What is left of a request is not served in shorter pieces. */
const SHORTEST_NS = 50_000;
/** Virtual times begin anew beyond, so that they stay exact. */
const LARGEST = 2 ** 50;

/** Of one vCPU; times are virtual: nanoseconds of one that has the usual weight for itself. */
interface Entity {
  /** It is ready or running. */
  active: boolean;
  /** Virtual run time; while it is not active, how much it was owed when it left. */
  at: number;
  deadline: number;
  /** Of time on harts, what {@link at} does not count yet: rounded once for each decision, however often it is told. */
  usedNs: VirtualNs;
}

interface FairState extends StandingState {
  readonly entities: readonly (Entity & { readonly vcpu: number })[];
  readonly average: number;
}
export const STATE: Declaration<FairState> = declare('fair', {
  entities: list(
    declare<Entity & { readonly vcpu: number }>('fair entity', {
      vcpu: integer,
      active: bool,
      at: integer,
      deadline: integer,
      usedNs: integer,
    }),
    upTo(LIMITS.vms * LIMITS.vcpus),
  ),
  ...STANDING,
  average: integer,
});

class Fair implements Scheduler {
  readonly #environment: SchedulerEnvironment;
  readonly #sliceNs: VirtualNs;
  readonly #entities = new Map<number, Entity>();
  readonly #active = new Active();
  readonly #standing: Standing;
  /** The average of when somebody was active last. */
  #average = 0;

  constructor(sliceNs: VirtualNs, environment: SchedulerEnvironment) {
    this.#sliceNs = sliceNs;
    this.#environment = environment;
    this.#standing = new Standing(environment.harts);
  }

  get ready(): number {
    return this.#standing.queue.length;
  }

  enqueue(vcpu: number): void {
    this.#charge();
    this.#activate(vcpu);
    this.#standing.ready(vcpu);
  }
  woke(vcpu: number): void {
    this.enqueue(vcpu);
    const part = this.#environment.partOf(vcpu);
    const { at, deadline } = this.#entity(vcpu);
    if (at > this.#averageNow()) return;
    const hart = this.#standing.room(part, (other) => this.#entity(other).deadline, deadline);
    if (hart !== NOBODY) this.#environment.preempt(hart, 'preempted');
  }
  slept(vcpu: number): void {
    const entity = this.#entity(vcpu);
    if (!entity.active) return;
    this.#charge();
    this.#standing.gone(vcpu);
    entity.at = Math.round(this.#withinLag(vcpu, this.#averageNow() - entity.at));
    entity.active = false;
    this.#active.leave(vcpu);
  }
  remove(vcpu: number): void {
    this.slept(vcpu);
    this.#entities.delete(vcpu);
  }

  pick(hart: number): number {
    // A hart that idles asks again and again: that is no decision.
    if (this.#standing.queue.length === 0) return NOBODY;
    this.#charge();
    return this.#standing.runs(hart, this.#best(hart, NOBODY));
  }
  sliceNs(vcpu: number): VirtualNs {
    const { at, deadline } = this.#entity(vcpu);
    return Math.max(SHORTEST_NS, Math.round((deadline - at) * this.#weight(vcpu)));
  }
  ran(vcpu: number, ns: VirtualNs): void {
    this.#entity(vcpu).usedNs += ns;
  }
  /** Counts what has been used: before each decision, so that what is told in more pieces counts the same. */
  #charge(): void {
    for (let hart = 0; hart < this.#environment.harts; hart++) {
      const vcpu = this.#standing.running.on(hart);
      if (vcpu !== NOBODY && this.#entity(vcpu).usedNs > 0) this.#chargeOne(vcpu);
    }
  }
  #chargeOne(vcpu: number): void {
    const entity = this.#entity(vcpu);
    const ns = entity.usedNs;
    entity.usedNs = 0;
    const weight = this.#weight(vcpu);
    entity.at += Math.round(ns / weight);
    const average = this.#averageNow();
    entity.at = Math.round(average - this.#withinLag(vcpu, average - entity.at));
    // The next request of the same length.
    const request = this.#requestNs(weight) / weight;
    if (entity.deadline <= entity.at || entity.deadline > entity.at + 2 * request)
      entity.deadline = Math.round(entity.at + request);
  }
  tick(vcpu: number, hart: number): SwitchReason | undefined {
    this.#charge();
    return this.#best(hart, vcpu) === vcpu ? undefined : 'slice';
  }
  due(): void {}

  /**
   * A request is served by its deadline and one slice (its lag is bounded, theorem 1 of the paper); what it may owe before it asks again is
   * {@link LAG_SLICES} requests. On one hart in the worst case, where others may not run elsewhere.
   */
  longestWaitNs(vcpu: number): VirtualNs {
    const weight = this.#weight(vcpu);
    const { sum } = this.#weights;
    return (
      ((LAG_SLICES + 1) * this.#sliceNs * (sum + weight)) / weight +
      this.#sliceNs * (this.#standing.queue.length + 1)
    );
  }

  /** Who should have a hart: of those who are ready, and who has it now where that is somebody. */
  #best(hart: number, present: number): number {
    const average = this.#averageNow();
    let [best, first] = [NOBODY, NOBODY];
    let [deadline, at] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const consider = (vcpu: number): void => {
      const entity = this.#entity(vcpu);
      if (entity.at <= average && entity.deadline < deadline) [best, deadline] = [vcpu, entity.deadline];
      if (entity.at < at) [first, at] = [vcpu, entity.at];
    };
    if (present !== NOBODY) consider(present);
    for (const vcpu of this.#standing.queue.ids)
      if (mayRunOn(this.#environment.partOf(vcpu), hart)) consider(vcpu);
    // Nobody is owed anything where those who are run elsewhere: no hart idles for that.
    return best === NOBODY ? first : best;
  }

  #entity(vcpu: number): Entity {
    let entity = this.#entities.get(vcpu);
    if (entity === undefined) {
      entity = { active: false, at: 0, deadline: 0, usedNs: 0 };
      this.#entities.set(vcpu, entity);
    }
    return entity;
  }
  /** In units of the usual weight. */
  #weight(vcpu: number): number {
    const { weight } = this.#environment.partOf(vcpu);
    return weight / USUAL_CPU_WEIGHT / Math.max(1, this.#active.beside(vcpu));
  }
  /**
   * How much it asks for at a time. Linux lets a task choose (`sched_setattr`); here who weighs less than others asks for less, so that
   * its share is as exact as theirs, and nobody waits much longer than anybody else.
   */
  #requestNs(weight: number): VirtualNs {
    const part = (weight * this.#weights.count) / this.#weights.sum;
    return this.#sliceNs * Math.max(1 / SHORTEST_PART, Math.min(1, part));
  }
  #withinLag(vcpu: number, lag: number): number {
    const most = (LAG_SLICES * this.#sliceNs) / this.#weight(vcpu);
    return Math.max(-most, Math.min(most, lag));
  }
  /**
   * It joins with the lag with which it left: as large as it is after the average has moved towards it. The others weigh what they do
   * beside it: vCPUs of one VM share its weight, and one that came and went at once would else be owed more each time.
   */
  #activate(vcpu: number): void {
    const entity = this.#entity(vcpu);
    if (entity.active) return;
    this.#averageNow();
    this.#active.add(vcpu);
    const others = this.#others(vcpu);
    const weight = this.#weight(vcpu);
    const lag = this.#withinLag(vcpu, entity.at);
    const average = this.#average + (others.sum === 0 ? 0 : others.ahead / others.sum);
    entity.active = true;
    entity.at = Math.round(average - (others.sum === 0 ? 0 : (lag * (others.sum + weight)) / others.sum));
    entity.deadline = Math.round(entity.at + this.#requestNs(weight) / weight);
  }
  /** Of all who are active. */
  get #weights(): { readonly sum: number; readonly count: number } {
    return this.#others(NOBODY);
  }
  /** Of all who are active but for one: weights, and how far they are ahead of the average together. */
  #others(than: number): { readonly sum: number; readonly count: number; readonly ahead: number } {
    let [sum, count, ahead] = [0, 0, 0];
    for (const [vcpu, { active, at }] of this.#entities) {
      if (!active || vcpu === than) continue;
      const weight = this.#weight(vcpu);
      sum += weight;
      count += 1;
      ahead += (at - this.#average) * weight;
    }
    return { sum, count, ahead };
  }
  /** Virtual run time of who has had exactly what is due to it. */
  #averageNow(): number {
    const { sum, ahead } = this.#others(NOBODY);
    if (sum > 0) this.#average += Math.round(ahead / sum);
    if (this.#average > LARGEST) this.#beginAnew();
    return this.#average;
  }
  #beginAnew(): void {
    for (const entity of this.#entities.values()) {
      if (!entity.active) continue;
      entity.at -= this.#average;
      entity.deadline -= this.#average;
    }
    this.#average = 0;
  }

  capture(): PartState {
    return partState(STATE, {
      entities: [...this.#entities].map(([vcpu, entity]) => ({ vcpu, ...entity })),
      ...{ ...this.#standing.capture(), average: this.#average },
    });
  }
  restore(state: PartState): void {
    const { entities, average, ...standing } = stateIn(STATE, state);
    for (const { vcpu, ...entity } of entities) {
      this.#entities.set(vcpu, entity);
      if (entity.active) this.#active.add(vcpu);
    }
    this.#standing.restore(standing);
    this.#average = average;
  }
}

export function create(sliceNs: VirtualNs, environment: SchedulerEnvironment): Scheduler {
  return new Fair(sliceNs, environment);
}
