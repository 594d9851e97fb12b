/**
 * What the hypervisor does for itself again and again: looking for equal pages, reading accessed bits, writing pages out. A piece of
 * it is bounded, begins at an instant that is an event like any other, and takes time of a physical CPU, on which no guest runs then.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '#machine/event-queue';

/** One sort of such work. */
export interface Duty {
  readonly id: string;
  /** Time from one piece to the next; `undefined`: it rests. */
  readonly periodNs: VirtualNs | undefined;
  /** Does a piece, and says how long a CPU takes for it. */
  run(now: VirtualNs): VirtualNs;
}

interface DutyState {
  readonly id: string;
  /** When its next piece begins; 0: it rests. */
  readonly dueNs: VirtualNs;
  /** What it has taken of physical CPUs. */
  readonly spentNs: VirtualNs;
}
export interface DutiesState {
  readonly duties: readonly DutyState[];
}
export const NO_DUTIES: DutiesState = { duties: [] };
export const DUTIES: Declaration<DutiesState> = declare('duties', {
  duties: list(declare<DutyState>('duty', { id: text(64), dueNs: integer, spentNs: integer }), upTo(64)),
});

const CHANNEL = 'duty';
const RESTS = 0;

export interface DutiesOptions {
  readonly events: EventQueue;
  readonly duties: readonly Duty[];
  /** Takes time of a physical CPU. */
  readonly charge: (ns: VirtualNs) => void;
}

export class Duties {
  readonly #options: DutiesOptions;
  readonly #due: Float64Array;
  readonly #spent: Float64Array;

  constructor(options: DutiesOptions) {
    this.#options = options;
    this.#due = new Float64Array(options.duties.length);
    this.#spent = new Float64Array(options.duties.length);
    options.events.on(CHANNEL, (index, at) => this.#run(index, at));
  }

  /** What a duty has taken of physical CPUs so far. */
  spentNs(id: string): VirtualNs {
    return this.#spent[this.#options.duties.findIndex((duty) => duty.id === id)] ?? 0;
  }

  /** Takes up what has been set: who did nothing begins, and who shall rest ceases. */
  update(now: VirtualNs): void {
    for (const [index, { periodNs }] of this.#options.duties.entries()) {
      const rests = this.#due[index] === RESTS;
      if (periodNs === undefined) this.#schedule(index, RESTS);
      else if (rests || this.#due[index]! > now + periodNs) this.#schedule(index, now + periodNs);
    }
  }

  #run(index: number, at: VirtualNs): void {
    const duty = this.#options.duties[index]!;
    const ns = duty.run(at);
    this.#spent[index]! += ns;
    if (ns > 0) this.#options.charge(ns);
    this.#schedule(index, duty.periodNs === undefined ? RESTS : at + duty.periodNs);
  }

  #schedule(index: number, at: VirtualNs): void {
    const { events } = this.#options;
    this.#due[index] = at;
    events.cancel(CHANNEL, index);
    if (at !== RESTS) events.schedule(at, CHANNEL, index);
  }

  /** Only of those that have ever done anything, or will. */
  capture(): DutiesState {
    const duties = this.#options.duties.map(({ id }, index) => ({
      ...{ id, dueNs: this.#due[index]!, spentNs: this.#spent[index]! },
    }));
    return { duties: duties.filter(({ dueNs, spentNs }) => dueNs !== RESTS || spentNs > 0) };
  }
  restore({ duties }: DutiesState): void {
    for (const index of this.#due.keys()) {
      this.#spent[index] = 0;
      this.#schedule(index, RESTS);
    }
    for (const { id, dueNs, spentNs } of duties) {
      const index = this.#options.duties.findIndex((duty) => duty.id === id);
      if (index < 0) throw new SnapshotFormatError(`a duty that there is not: ${id}`);
      this.#spent[index] = spentNs;
      this.#schedule(index, dueNs);
    }
  }
}
