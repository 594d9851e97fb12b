/**
 * How much of what could have been done was not, for want of a CPU, of memory, of a disk: pressure as Linux defines it
 * (Documentation/accounting/psi.rst). Tasks are vCPUs, and one queue of runnable ones serves all CPUs, so the formula of
 * kernel/sched/psi.c can be used as it stands in its comment, from the state of all tasks together:
 *
 *   threads = min(tasks that are not idle, CPUs)
 *   some    = min(delayed / threads, 1)
 *   full    = (threads − min(productive, threads)) / threads
 *
 * A vCPU is delayed by the CPU while it is ready without a hart, by memory while it is blocked on a page, by I/O while it waits for an
 * interrupt and requests of its VM's disks are in flight. Harts of one quantum run one after the other: what one changes counts from the
 * latest instant that any has reached, so an interval is off by a quantum at most.
 */
import type { StallClock } from '#base/catalogue/metrics';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { exactly, integer, integers, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { AVERAGE_PERIOD_NS, AVERAGE_WINDOWS, ratioOf, weighIn } from './averages.ts';

/** By resource, then kind. */
export const STALL_CLOCKS: readonly StallClock[] = [
  ...(['cpu-some', 'cpu-full', 'memory-some', 'memory-full', 'io-some', 'io-full'] as const),
];
const CLOCKS = STALL_CLOCKS.length;
const AVERAGES = CLOCKS * AVERAGE_WINDOWS.length;

/** How many vCPUs of a VM, or of a host, are how. */
export interface TaskCounts {
  running: number;
  ready: number;
  blocked: number;
  /** They wait, and a disk is at something for them. */
  inIo: number;
  /** They wait for something else. */
  idle: number;
}

export interface StallsState {
  readonly lastNs: VirtualNs;
  readonly running: number;
  readonly ready: number;
  readonly blocked: number;
  readonly inIo: number;
  readonly idle: number;
  readonly haltNs: VirtualNs;
  /** By resource and kind. */
  readonly totals: Float64Array;
  /** The totals at the last update of averages. */
  readonly before: Float64Array;
  readonly averages: Float64Array;
}
export const STALLS: Declaration<StallsState> = declare('stalls', {
  ...{ lastNs: integer, running: u32, ready: u32, blocked: u32, inIo: u32, idle: u32, haltNs: integer },
  ...{ totals: integers(exactly(CLOCKS)), before: integers(exactly(CLOCKS)) },
  averages: integers(exactly(AVERAGES)),
});

export class Stalls {
  readonly counts: TaskCounts = { running: 0, ready: 0, blocked: 0, inIo: 0, idle: 0 };
  /** Time in which vCPUs waited for an interrupt, summed. */
  haltNs: VirtualNs = 0;
  #lastNs: VirtualNs;
  readonly #cpus: number;
  /** One CPU is never lost to all of a host: somebody else of it runs there (psi.rst: undefined, reported as zero). */
  readonly #isHost: boolean;
  readonly #totals = new Float64Array(CLOCKS);
  readonly #before = new Float64Array(CLOCKS);
  readonly #averages = new Float64Array(AVERAGES);

  constructor(cpus: number, isHost: boolean, now: VirtualNs) {
    this.#cpus = cpus;
    this.#isHost = isHost;
    this.#lastNs = now;
  }

  /** Counts the time up to now with the counts as they are. */
  advance(now: VirtualNs): void {
    const ns = now - this.#lastNs;
    if (ns <= 0) return;
    this.#lastNs = now;
    const { running, ready, blocked, inIo, idle } = this.counts;
    if (inIo + idle > 0) this.haltNs += ns * (inIo + idle);
    const active = running + ready + blocked + inIo;
    if (ready + blocked + inIo === 0) return;
    const threads = Math.min(active, this.#cpus);
    if (ready > 0) {
      const lost = this.#isHost ? 0 : Math.min(running + ready, threads) - Math.min(running, threads);
      this.#add(0, ns, ready, lost, threads);
    }
    const unproductive = threads - Math.min(running + ready, threads);
    if (blocked > 0) this.#add(1, ns, blocked, unproductive, threads);
    if (inIo > 0) this.#add(2, ns, inIo, unproductive, threads);
  }
  /** In whole nanoseconds, which a state holds. */
  #add(resource: number, ns: VirtualNs, delayed: number, lost: number, threads: number): void {
    const at = resource * 2;
    const some = Math.min(delayed, threads);
    this.#totals[at]! += Math.floor((ns * some) / threads);
    this.#totals[at + 1]! += Math.floor((ns * Math.min(lost, some)) / threads);
  }

  /** A period of the averages is over; time has been counted up to its end. */
  updateAverages(): void {
    for (let clock = 0; clock < CLOCKS; clock++) {
      weighIn(this.#averages, clock * AVERAGE_WINDOWS.length, this.#totals[clock]! - this.#before[clock]!);
      this.#before[clock] = this.#totals[clock]!;
    }
  }

  /** Time lost so, since it is counted. */
  totalOf(clock: StallClock): VirtualNs {
    return this.total(STALL_CLOCKS.indexOf(clock));
  }
  /** The same by the place of the clock among {@link STALL_CLOCKS}. */
  total(clock: number): VirtualNs {
    return this.#totals[clock]!;
  }
  /** Time of waiting, then the totals. */
  read(into: Float64Array): void {
    into[0] = this.haltNs;
    for (let clock = 0; clock < CLOCKS; clock++) into[clock + 1] = this.#totals[clock]!;
  }
  /** The part of time that was lost so lately, of one. */
  average(clock: StallClock, window: (typeof AVERAGE_WINDOWS)[number]): number {
    const at = STALL_CLOCKS.indexOf(clock) * AVERAGE_WINDOWS.length + AVERAGE_WINDOWS.indexOf(window);
    return ratioOf(this.#averages[at]!);
  }

  capture(): StallsState {
    return {
      ...{ lastNs: this.#lastNs, haltNs: this.haltNs, ...this.counts },
      ...{ totals: this.#totals, before: this.#before, averages: this.#averages },
    };
  }
  restore(state: StallsState): void {
    const { lastNs, haltNs, running, ready, blocked, inIo, idle, totals, before, averages } = state;
    if ([...totals, ...before, ...averages].some((value) => value < 0))
      throw new SnapshotFormatError('a negative pressure');
    Object.assign(this.counts, { running, ready, blocked, inIo, idle });
    this.haltNs = haltNs;
    this.#lastNs = lastNs;
    this.#totals.set(totals);
    this.#before.set(before);
    this.#averages.set(averages);
  }
}

/** Whether a period of the averages has ended between two instants, or at the second. */
export function averagesDue(from: VirtualNs, to: VirtualNs): boolean {
  return Math.floor(to / AVERAGE_PERIOD_NS) > Math.floor(from / AVERAGE_PERIOD_NS);
}
