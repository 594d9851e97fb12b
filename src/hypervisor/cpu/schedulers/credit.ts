/**
 * Credit, as Xen's first credit scheduler has it: at fixed instants each VM is given time by its weight, its vCPUs pay with it for the time
 * on harts. Who has some left (under) comes before who has not (over), in turn within each; who wakes with some left comes before both
 * (boost), at once, until its slice ends.
 */
import { LIMITS } from '#base/catalogue/limits';
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bool, integer, list, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { slotOf } from './active.ts';
import { mayRunOn } from './cpu-part.ts';
import { NOBODY, type Scheduler, type SchedulerEnvironment } from './scheduler.ts';
import { STANDING, Standing, type StandingState } from './standing.ts';

/** Slices from one giving of credit to the next: 10 ms and 30 ms in Xen. */
const SLICES_PER_PERIOD = 3;

/** Of a slice, that runs whoever has next to nothing left: Xen's limit of 1 ms to the rate of switches. */
const SHORTEST_PART = 10;

/** Who comes first, first. */
const BOOST = 0;
const UNDER = 1;
const OVER = 2;

/** Of one vCPU. */
interface Account {
  /** Nanoseconds, between a period owed and a period saved. */
  credit: number;
  boosted: boolean;
  /** It is ready or running. */
  active: boolean;
  /** It has been active since credit was given last. */
  was: boolean;
}

interface CreditState extends StandingState {
  readonly accounts: readonly (Account & { readonly vcpu: number })[];
  /** When credit is given next; 0: nobody wants any. */
  readonly dueNs: VirtualNs;
}
export const STATE: Declaration<CreditState> = declare('credit', {
  accounts: list(
    declare<Account & { readonly vcpu: number }>('credit account', {
      ...{ vcpu: integer, credit: integer, boosted: bool, active: bool, was: bool },
    }),
    upTo(LIMITS.vms * LIMITS.vcpus),
  ),
  ...STANDING,
  dueNs: integer,
});

/** A VM when credit is given. */
interface Claim {
  readonly weight: number;
  readonly accounts: Account[];
  /** What it can take. */
  room: number;
}

class Credit implements Scheduler {
  readonly #environment: SchedulerEnvironment;
  readonly #sliceNs: VirtualNs;
  readonly #periodNs: VirtualNs;
  readonly #accounts = new Map<number, Account>();
  readonly #standing: Standing;
  #dueNs: VirtualNs = 0;

  constructor(sliceNs: VirtualNs, environment: SchedulerEnvironment) {
    this.#sliceNs = sliceNs;
    this.#periodNs = sliceNs * SLICES_PER_PERIOD;
    this.#environment = environment;
    this.#standing = new Standing(environment.harts);
  }

  get ready(): number {
    return this.#standing.queue.length;
  }
  enqueue(vcpu: number, now: VirtualNs): void {
    this.#standing.ready(vcpu);
    const account = this.#account(vcpu);
    account.active = true;
    account.was = true;
    if (this.#dueNs === 0) this.#giveAt(now);
  }
  woke(vcpu: number, now: VirtualNs): void {
    this.enqueue(vcpu, now);
    const account = this.#account(vcpu);
    account.boosted = account.credit >= 0;
    const part = this.#environment.partOf(vcpu);
    const hart = this.#standing.room(part, (other) => this.#rank(other), this.#rank(vcpu));
    if (hart !== NOBODY) this.#environment.preempt(hart, 'preempted');
  }
  /** Harts whose vCPU has nothing left are for those who have something again. */
  #makeRoom(): void {
    for (let hart = 0; hart < this.#environment.harts; hart++) {
      const vcpu = this.#standing.running.on(hart);
      const next = this.#first(hart);
      if (vcpu !== NOBODY && next !== NOBODY && this.#rank(next) < this.#rank(vcpu))
        this.#environment.preempt(hart, 'credit');
    }
  }
  slept(vcpu: number): void {
    this.#standing.gone(vcpu);
    const account = this.#account(vcpu);
    account.active = false;
    account.boosted = false;
  }
  remove(vcpu: number): void {
    this.slept(vcpu);
    this.#accounts.delete(vcpu);
  }

  pick(hart: number): number {
    return this.#standing.runs(hart, this.#first(hart));
  }
  /** No longer than it can pay, or those who are given less would come as often as those who are given more. */
  sliceNs(vcpu: number): VirtualNs {
    const { credit } = this.#account(vcpu);
    return Math.min(this.#sliceNs, Math.max(credit, this.#sliceNs / SHORTEST_PART));
  }
  ran(vcpu: number, ns: VirtualNs): void {
    const account = this.#account(vcpu);
    account.was = true;
    account.credit = Math.max(-this.#periodNs, account.credit - ns);
  }
  tick(vcpu: number, hart: number): SwitchReason | undefined {
    this.#account(vcpu).boosted = false;
    const next = this.#first(hart);
    if (next === NOBODY) return undefined;
    const [its, mine] = [this.#rank(next), this.#rank(vcpu)];
    const gives =
      mine < OVER ? its <= mine : its < OVER || this.#account(next).credit > this.#account(vcpu).credit;
    return gives ? 'slice' : undefined;
  }

  due(now: VirtualNs): void {
    const claims = new Map<number, Claim>();
    for (const [vcpu, account] of this.#accounts) {
      if (!account.was) continue;
      account.was = account.active;
      const { weight, cap } = this.#environment.partOf(vcpu);
      const claim = claims.get(slotOf(vcpu)) ?? { weight, accounts: [], room: cap * this.#periodNs };
      claim.accounts.push(account);
      claims.set(slotOf(vcpu), claim);
    }
    for (const claim of claims.values()) {
      const most = claim.accounts.reduce((sum, { credit }) => sum + this.#periodNs - credit, 0);
      claim.room = Math.min(claim.room, most);
    }
    this.#give([...claims.values()], this.#environment.harts * this.#periodNs);
    this.#makeRoom();
    if (claims.size === 0) this.#dueNs = 0;
    else this.#giveAt(now);
  }
  /** By weight; what one has no room for goes to the others. */
  #give(claims: Claim[], ns: number): void {
    const weights = claims.reduce((sum, { weight }) => sum + weight, 0);
    const full = claims.filter(({ weight, room }) => room < (ns * weight) / weights);
    if (full.length > 0 && full.length < claims.length) {
      for (const claim of full) this.#take(claim, claim.room);
      const given = full.reduce((sum, { room }) => sum + room, 0);
      this.#give(
        claims.filter((claim) => !full.includes(claim)),
        ns - given,
      );
      return;
    }
    for (const claim of claims) this.#take(claim, Math.min(claim.room, (ns * claim.weight) / weights));
  }
  #take({ accounts }: Claim, ns: number): void {
    for (const account of accounts)
      account.credit = Math.round(Math.min(this.#periodNs, account.credit + ns / accounts.length));
  }
  #giveAt(now: VirtualNs): void {
    this.#dueNs = now + this.#periodNs;
    this.#environment.wakeAt(this.#dueNs);
  }

  /**
   * Whoever owes a period has something left after so many givings; until then, and in its turn then, it waits for others, on one
   * hart in the worst case, where some may not run on others.
   */
  longestWaitNs(vcpu: number): VirtualNs {
    let [weights, others] = [0, 0];
    for (const [id, { was }] of this.#accounts) {
      if (!was) continue;
      weights += this.#environment.partOf(id).weight;
      others += 1;
    }
    const { weight } = this.#environment.partOf(vcpu);
    const givings = 2 + Math.ceil((LIMITS.vcpus * Math.max(weights, weight)) / weight);
    return givings * this.#periodNs + (others + 1) * (this.#sliceNs + this.#periodNs);
  }

  /** Of those who may run on a hart, the first of the best; where all owe, who owes least. */
  #first(hart: number): number {
    let [first, best] = [NOBODY, OVER + 1 + this.#periodNs];
    for (const vcpu of this.#standing.queue.ids) {
      const rank = this.#rank(vcpu);
      const order = rank < OVER ? rank : OVER - this.#account(vcpu).credit;
      if (order < best && mayRunOn(this.#environment.partOf(vcpu), hart)) [first, best] = [vcpu, order];
    }
    return first;
  }
  #rank(vcpu: number): number {
    const { credit, boosted } = this.#account(vcpu);
    if (boosted) return BOOST;
    return credit >= 0 ? UNDER : OVER;
  }
  #account(vcpu: number): Account {
    let account = this.#accounts.get(vcpu);
    if (account === undefined) {
      account = { credit: 0, boosted: false, active: false, was: false };
      this.#accounts.set(vcpu, account);
    }
    return account;
  }

  capture(): PartState {
    return partState(STATE, {
      accounts: [...this.#accounts].map(([vcpu, account]) => ({ vcpu, ...account })),
      ...{ ...this.#standing.capture(), dueNs: this.#dueNs },
    });
  }
  restore(state: PartState): void {
    const { accounts, dueNs, ...standing } = stateIn(STATE, state);
    for (const { vcpu, ...account } of accounts) this.#accounts.set(vcpu, account);
    this.#standing.restore(standing);
    this.#dueNs = dueNs;
    if (dueNs > 0) this.#environment.wakeAt(dueNs);
  }
}

export function create(sliceNs: VirtualNs, environment: SchedulerEnvironment): Scheduler {
  return new Credit(sliceNs, environment);
}
