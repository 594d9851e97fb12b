/**
 * Real time: each vCPU with a budget gets that much in each of its periods, and no more; whose period ends first comes first (earliest
 * deadline first over all harts, with deferrable servers, as Xen's RTDS). Who has no budget takes in turn what is left. What all
 * budgets together could not be sure of is not admitted.
 */
import { LIMITS } from '#base/catalogue/limits';
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import { fail, ok, type Result } from '#base/result';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bool, integer, list, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type CpuPart, mayRunOn } from './cpu-part.ts';
import { NOBODY, type Scheduler, type SchedulerEnvironment } from './scheduler.ts';
import { STANDING, Standing, type StandingState } from './standing.ts';

/** A budget of which less is left is spent: to run for that costs more than it gives. */
const SPENT_NS = 1_000;
const LATEST = Number.POSITIVE_INFINITY;

/** Of a hart, what budgets may promise: switches take the rest. */
const FOR_GUESTS = 0.98;

function percents(used: number, limit: number): { readonly used: number; readonly limit: number } {
  return { used: Math.round(used * 100), limit: Math.floor(limit * 100) };
}

/** Of one vCPU with a budget. */
interface Server {
  /** End of its period. */
  deadline: VirtualNs;
  leftNs: VirtualNs;
  /** It is ready or running. */
  active: boolean;
}

interface RealTimeState extends StandingState {
  readonly servers: readonly (Server & { readonly vcpu: number })[];
}
export const STATE: Declaration<RealTimeState> = declare('real time', {
  servers: list(
    declare<Server & { readonly vcpu: number }>('real time server', {
      ...{ vcpu: integer, deadline: integer, leftNs: integer, active: bool },
    }),
    upTo(LIMITS.vms * LIMITS.vcpus),
  ),
  ...STANDING,
});

class EarliestDeadline implements Scheduler {
  readonly #environment: SchedulerEnvironment;
  readonly #sliceNs: VirtualNs;
  readonly #servers = new Map<number, Server>();
  readonly #standing: Standing;

  constructor(sliceNs: VirtualNs, environment: SchedulerEnvironment) {
    this.#sliceNs = sliceNs;
    this.#environment = environment;
    this.#standing = new Standing(environment.harts);
  }

  /** Whoever has spent its budget cannot run now. */
  get ready(): number {
    let count = 0;
    for (const vcpu of this.#standing.queue.ids) if (!this.#isSpent(vcpu)) count += 1;
    return count;
  }
  enqueue(vcpu: number, now: VirtualNs): void {
    this.#standing.ready(vcpu);
    const { realTime } = this.#environment.partOf(vcpu);
    if (realTime === undefined) {
      this.#servers.delete(vcpu);
      return;
    }
    const server = this.#servers.get(vcpu);
    if (server === undefined || now >= server.deadline)
      this.#servers.set(vcpu, {
        ...{ deadline: now + realTime.periodNs, leftNs: realTime.budgetNs, active: true },
      });
    else server.active = true;
    this.#wakeAtNext();
  }
  woke(vcpu: number, now: VirtualNs): void {
    this.enqueue(vcpu, now);
    this.#makeRoom(vcpu, 'preempted');
  }
  slept(vcpu: number): void {
    this.#standing.gone(vcpu);
    const server = this.#servers.get(vcpu);
    if (server !== undefined) server.active = false;
  }
  remove(vcpu: number): void {
    this.slept(vcpu);
    this.#servers.delete(vcpu);
  }

  pick(hart: number): number {
    return this.#standing.runs(hart, this.#first(hart));
  }
  sliceNs(vcpu: number): VirtualNs {
    return this.#servers.get(vcpu)?.leftNs ?? this.#sliceNs;
  }
  ran(vcpu: number, ns: VirtualNs): void {
    const server = this.#servers.get(vcpu);
    if (server !== undefined) server.leftNs = Math.max(0, server.leftNs - ns);
  }
  tick(vcpu: number, hart: number): SwitchReason | undefined {
    if (this.#isSpent(vcpu)) return 'budget';
    const next = this.#first(hart);
    if (next === NOBODY) return undefined;
    const [mine, its] = [this.#deadline(vcpu), this.#deadline(next)];
    if (its < mine) return 'deadline';
    return its === mine && mine === LATEST ? 'slice' : undefined;
  }

  /** Periods that have ended begin anew, with their whole budget. */
  due(now: VirtualNs): void {
    for (const [vcpu, server] of this.#servers) {
      if (now < server.deadline) continue;
      const { realTime } = this.#environment.partOf(vcpu);
      if (realTime === undefined || !server.active) continue;
      const ended = Math.floor((now - server.deadline) / realTime.periodNs) + 1;
      server.deadline += ended * realTime.periodNs;
      server.leftNs = realTime.budgetNs;
      if (this.#standing.running.has(vcpu)) this.#askAnew(vcpu);
      else this.#makeRoom(vcpu, 'deadline');
    }
    this.#wakeAtNext();
  }
  /** Its slice was to end with the budget of the period before. */
  #askAnew(vcpu: number): void {
    const hart = this.#standing.running.hartOf(vcpu);
    if (hart !== NOBODY) this.#environment.preempt(hart);
  }
  #makeRoom(vcpu: number, why: SwitchReason): void {
    const part = this.#environment.partOf(vcpu);
    if (this.#isSpent(vcpu)) return;
    const hart = this.#standing.room(part, (other) => this.#deadline(other), this.#deadline(vcpu));
    if (hart !== NOBODY) this.#environment.preempt(hart, why);
  }
  #wakeAtNext(): void {
    let next = LATEST;
    for (const { active, deadline } of this.#servers.values()) if (active && deadline < next) next = deadline;
    this.#environment.wakeAt(next);
  }

  /** What is admitted has its budget by the end of each period: the wait is what the period has besides. */
  longestWaitNs(vcpu: number): VirtualNs {
    const { realTime } = this.#environment.partOf(vcpu);
    return realTime === undefined ? LATEST : 2 * (realTime.periodNs - realTime.budgetNs) + SPENT_NS;
  }

  /**
   * Goossens, Funk and Baruah (2003): deadlines are met on m harts where all parts are together m − (m − 1) times the largest at most. Those
   * that are tied to one hart must fit onto that. What switches cost is left over.
   */
  admission(parts: readonly CpuPart[]): Result<null> {
    const { harts } = this.#environment;
    const uses = parts.map(({ realTime }) =>
      realTime === undefined ? 0 : realTime.budgetNs / realTime.periodNs,
    );
    const sum = uses.reduce((total, use) => total + use, 0);
    const largest = Math.max(0, ...uses);
    const limit = (harts - (harts - 1) * largest) * FOR_GUESTS;
    if (sum > limit) return fail('cpu.notAdmitted', percents(sum, limit));
    for (let hart = 0; hart < harts; hart++) {
      const tied = uses.reduce((total, use, at) => total + (parts[at]!.harts === 1 << hart ? use : 0), 0);
      if (tied > FOR_GUESTS) return fail('cpu.notAdmitted', percents(tied, FOR_GUESTS));
    }
    return ok(null);
  }

  #first(hart: number): number {
    let [first, earliest] = [NOBODY, LATEST];
    for (const vcpu of this.#standing.queue.ids) {
      if (this.#isSpent(vcpu) || !mayRunOn(this.#environment.partOf(vcpu), hart)) continue;
      const deadline = this.#deadline(vcpu);
      if (first === NOBODY || deadline < earliest) [first, earliest] = [vcpu, deadline];
    }
    return first;
  }
  #deadline(vcpu: number): VirtualNs {
    return this.#servers.get(vcpu)?.deadline ?? LATEST;
  }
  #isSpent(vcpu: number): boolean {
    const server = this.#servers.get(vcpu);
    return server !== undefined && server.leftNs < SPENT_NS;
  }

  capture(): PartState {
    return partState(STATE, {
      servers: [...this.#servers].map(([vcpu, server]) => ({ vcpu, ...server })),
      ...this.#standing.capture(),
    });
  }
  restore(state: PartState): void {
    const { servers, ...standing } = stateIn(STATE, state);
    for (const { vcpu, ...server } of servers) this.#servers.set(vcpu, server);
    this.#standing.restore(standing);
    this.#wakeAtNext();
  }
}

export function create(sliceNs: VirtualNs, environment: SchedulerEnvironment): Scheduler {
  return new EarliestDeadline(sliceNs, environment);
}
