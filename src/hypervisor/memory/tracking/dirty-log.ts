/**
 * Which pages of a VM are written, and how fast: rounds in which the D bits of its G-stage table are read and cleared while the VM runs, as
 * the dirty log of KVM does. Writes by devices set D too, so nothing is missed; a page that is written often in a round counts once.
 */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { integer, integers, list, u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Duty } from '../../cpu/duties.ts';
import { FOR_LOG } from '../accessed-pages.ts';
import type { AddressSpace } from '../address-space.ts';
import { HARVEST_NS } from '../costs.ts';
import { pageNumber } from '../noted-pages.ts';

/** From one round to the next. */
export const ROUND_NS: VirtualNs = 100_000_000;
/** Rounds over which a rate is taken. */
const RATE_ROUNDS = 10;
/** No round: a page that was not written since the log began. */
export const NEVER = 0;

const MOST_PAGES: number = LIMITS.vmMemoryBytes.most / PAGE_SIZE;

interface DirtyLogState {
  /** The VM's place on its host. */
  readonly slot: number;
  readonly sinceNs: VirtualNs;
  readonly round: number;
  /** Pages of the latest rounds, the oldest first. */
  readonly counts: Float64Array;
  /** By page, the memslots one after the other: the round in which it was found written last. */
  readonly rounds: Uint32Array;
}
export interface DirtyLogsState {
  readonly logs: readonly DirtyLogState[];
}
/** Before there were any. */
export const NO_DIRTY_LOGS: DirtyLogsState = { logs: [] };
export const DIRTY_LOGS: Declaration<DirtyLogsState> = declare('dirty logs', {
  logs: list(
    declare<DirtyLogState>('dirty log', {
      ...{ slot: u32, sinceNs: integer, round: u32 },
      counts: integers(upTo(RATE_ROUNDS)),
      rounds: words(upTo(MOST_PAGES)),
    }),
    upTo(LIMITS.vms),
  ),
});

/** The log of one VM. */
export class DirtyLog {
  readonly space: AddressSpace;
  readonly sinceNs: VirtualNs;
  /** By page, the memslots one after the other: the round in which it was found written last, or {@link NEVER}. */
  readonly rounds: Uint32Array;
  #round = NEVER;
  #counts: number[] = [];

  constructor(space: AddressSpace, sinceNs: VirtualNs) {
    this.space = space;
    this.sinceNs = sinceNs;
    this.rounds = new Uint32Array(space.slots.reduce((sum, { frames }) => sum + frames.length, 0));
  }

  /** Rounds so far. */
  get round(): number {
    return this.#round;
  }
  /** Pages that were found written in the latest round. */
  get latest(): number {
    return this.#counts.at(-1) ?? 0;
  }
  /** Pages per second, over the last second. */
  get perSecond(): number {
    if (this.#counts.length === 0) return 0;
    const pages = this.#counts.reduce((sum, count) => sum + count, 0);
    return (pages * 1_000_000_000) / (this.#counts.length * ROUND_NS);
  }
  begin(): void {
    this.space.written.begin(FOR_LOG);
  }

  /** Makes a round; how long a CPU takes for it. */
  harvest(): VirtualNs {
    this.#round += 1;
    let pages = 0;
    this.space.written.harvest(FOR_LOG, (page) => {
      this.rounds[this.#placeOf(page)] = this.#round;
      pages += 1;
    });
    this.#counts = [...this.#counts, pages].slice(-RATE_ROUNDS);
    this.space.dirtyPages = pages;
    return this.space.dataFrames * HARVEST_NS;
  }

  /** Place of a page, the memslots one after the other. */
  #placeOf(page: number): number {
    let first = 0;
    for (const slot of this.space.slots) {
      const at = page - pageNumber(slot.gfnOf(0));
      if (at >= 0 && at < slot.frames.length) return first + at;
      first += slot.frames.length;
    }
    return first;
  }

  capture(slot: number): DirtyLogState {
    const { sinceNs, rounds } = this;
    return { slot, sinceNs, round: this.#round, counts: Float64Array.from(this.#counts), rounds };
  }
  restore({ round, counts, rounds }: DirtyLogState): void {
    if (rounds.length !== this.rounds.length || rounds.some((each) => each > round))
      throw new SnapshotFormatError('a dirty log of another VM');
    this.#round = round;
    this.#counts = [...counts];
    this.rounds.set(rounds);
    this.space.dirtyPages = this.latest;
    this.space.written.want(FOR_LOG, true);
  }
}

/** The logs of a host's VMs, by slot: one duty for all of them. */
export class DirtyLogs implements Duty {
  readonly id = 'dirty-log';
  readonly #spaceOf: (slot: number) => AddressSpace | undefined;
  readonly #logs = new Map<number, DirtyLog>();

  constructor(spaceOf: (slot: number) => AddressSpace | undefined) {
    this.#spaceOf = spaceOf;
  }

  get periodNs(): VirtualNs | undefined {
    return this.#logs.size === 0 ? undefined : ROUND_NS;
  }

  /** The log of the VM in a slot, while there is one. */
  of(slot: number): DirtyLog | undefined {
    const log = this.#logs.get(slot);
    // Another VM may have come into its slot.
    return log !== undefined && log.space === this.#spaceOf(slot) ? log : undefined;
  }

  /** Begins the log of the VM in a slot, or ends it. */
  set(slot: number, on: boolean, now: VirtualNs): void {
    const space = this.#spaceOf(slot);
    if (!on || space === undefined) this.#end(slot);
    else if (this.of(slot) === undefined) {
      const log = new DirtyLog(space, now);
      log.begin();
      this.#logs.set(slot, log);
    }
  }

  #end(slot: number): void {
    const log = this.#logs.get(slot);
    if (log !== undefined) {
      log.space.dirtyPages = 0;
      log.space.written.want(FOR_LOG, false);
    }
    this.#logs.delete(slot);
  }

  run(): VirtualNs {
    let ns = 0;
    for (const slot of [...this.#logs.keys()].sort((a, b) => a - b)) {
      const log = this.of(slot);
      if (log === undefined) this.#end(slot);
      else ns += log.harvest();
    }
    return ns;
  }

  capture(): DirtyLogsState {
    const slots = [...this.#logs.keys()].sort((a, b) => a - b);
    return { logs: slots.flatMap((slot) => this.of(slot)?.capture(slot) ?? []) };
  }
  restore({ logs }: DirtyLogsState): void {
    for (const { space } of this.#logs.values()) space.written.want(FOR_LOG, false);
    this.#logs.clear();
    for (const state of logs) {
      const space = this.#spaceOf(state.slot);
      if (space === undefined) throw new SnapshotFormatError('a dirty log of no VM');
      const log = new DirtyLog(space, state.sinceNs);
      log.restore(state);
      this.#logs.set(state.slot, log);
    }
  }
}
