/**
 * Records the reference string of a VM: rounds in which the A bits of its G-stage table are read and cleared while the VM runs, each of
 * which names the pages that were accessed since the one before. Within a round they stand in the order of their addresses, since a
 * bit does not tell when it was set. A string is bounded: when it is full, the recording ends and says so.
 */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bool, integer, integers, list, u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Duty } from '../../cpu/duties.ts';
import { FOR_RECORDER } from '../accessed-pages.ts';
import type { AddressSpace } from '../address-space.ts';
import { HARVEST_NS } from '../costs.ts';
import { pageNumber } from '../noted-pages.ts';
import type { ReferenceString } from '../swap/policies/reference-string.ts';

/** References of a string, and rounds in which something was accessed. */
export const MOST_REFERENCES = 0x4000;
const MOST_ROUNDS = 0x2000;

interface RecordingState {
  /** The VM's place on its host. */
  readonly slot: number;
  readonly isOn: boolean;
  readonly isFull: boolean;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly periodNs: VirtualNs;
  readonly rounds: number;
  /** Of rounds in which something was accessed: when they were, and how many references there were after each. */
  readonly times: Float64Array;
  readonly ends: Uint32Array;
  readonly pages: Uint32Array;
  readonly residentSum: number;
  readonly swapsBefore: number;
  readonly swaps: number;
}
export interface RecordingsState {
  readonly recordings: readonly RecordingState[];
}
/** Before there were any. */
export const NO_RECORDINGS: RecordingsState = { recordings: [] };
export const RECORDINGS: Declaration<RecordingsState> = declare('recordings', {
  recordings: list(
    declare<RecordingState>('recording', {
      ...{ slot: u32, isOn: bool, isFull: bool, fromNs: integer, toNs: integer, periodNs: integer },
      ...{ rounds: u32, times: integers(upTo(MOST_ROUNDS)), ends: words(upTo(MOST_ROUNDS)) },
      pages: words(upTo(MOST_REFERENCES)),
      ...{ residentSum: integer, swapsBefore: integer, swaps: integer },
    }),
    upTo(LIMITS.vms),
  ),
});

/** The recording of one VM. */
export class Recording {
  readonly space: AddressSpace;
  readonly fromNs: VirtualNs;
  /** From one round to the next. */
  readonly periodNs: VirtualNs;
  /** It goes on; it ended because it could hold no more. */
  isOn = true;
  isFull = false;
  /** Its latest round, and how many there were. */
  toNs: VirtualNs;
  rounds = 0;
  readonly #pages = new Uint32Array(MOST_REFERENCES);
  #count = 0;
  readonly #times: VirtualNs[] = [];
  readonly #ends: number[] = [];
  /** Over all rounds, pages of the VM that had a frame. */
  #residentSum = 0;
  #swapsBefore: number;
  #swaps = 0;

  constructor(space: AddressSpace, fromNs: VirtualNs, periodNs: VirtualNs) {
    this.space = space;
    this.fromNs = fromNs;
    this.toNs = fromNs;
    this.periodNs = periodNs;
    this.#swapsBefore = space.swappedIn;
  }

  /** References so far. */
  get length(): number {
    return this.#count;
  }
  /** Frames that the VM had meanwhile, on average, and pages that came back from the swap area. */
  get frames(): number {
    return this.rounds === 0 ? this.space.dataFrames : Math.round(this.#residentSum / this.rounds);
  }
  get swaps(): number {
    return this.#swaps;
  }

  /** What was accessed before is not told: only what comes. A leaf of many pages would tell of all of them, and is split. */
  begin(): void {
    const { space } = this;
    for (const slot of space.slots)
      for (let page = 0; page < slot.frames.length; page++) space.isolate(slot.gfnOf(page) * PAGE_SIZE);
    space.accessed.want(FOR_RECORDER, true);
    space.accessed.harvest(FOR_RECORDER, () => {});
  }
  end(): void {
    this.isOn = false;
    this.space.accessed.want(FOR_RECORDER, false);
  }

  /** Makes a round if it is time to; how long a CPU takes for it. */
  harvest(now: VirtualNs): VirtualNs {
    if (!this.isOn || now < this.toNs + this.periodNs) return 0;
    const { space } = this;
    const before = this.#count;
    space.accessed.harvest(FOR_RECORDER, (page) => {
      if (this.#count < MOST_REFERENCES) this.#pages[this.#count++] = page;
      else this.isFull = true;
    });
    if (this.#count > before) {
      this.#times.push(now);
      this.#ends.push(this.#count);
    }
    this.toNs = now;
    this.rounds += 1;
    this.#residentSum += space.dataFrames;
    this.#swaps = space.swappedIn - this.#swapsBefore;
    if (this.#times.length >= MOST_ROUNDS) this.isFull = true;
    if (this.isFull) this.end();
    return space.dataFrames * HARVEST_NS;
  }

  /** What it has recorded so far. */
  string(): ReferenceString {
    const times = new Float64Array(this.#count);
    let from = 0;
    for (const [round, end] of this.#ends.entries()) {
      times.fill(this.#times[round]!, from, end);
      from = end;
    }
    return { pages: this.#pages.subarray(0, this.#count), times };
  }

  capture(slot: number): RecordingState {
    const { isOn, isFull, fromNs, toNs, periodNs, rounds } = this;
    return {
      ...{ slot, isOn, isFull, fromNs, toNs, periodNs, rounds },
      ...{ times: Float64Array.from(this.#times), ends: Uint32Array.from(this.#ends) },
      pages: this.#pages.slice(0, this.#count),
      ...{ residentSum: this.#residentSum, swapsBefore: this.#swapsBefore, swaps: this.#swaps },
    };
  }
  restore(state: RecordingState): void {
    const { isOn, isFull, toNs, rounds, times, ends, pages, residentSum, swapsBefore, swaps } = state;
    const last = this.space.slots.at(-1)!;
    const mostPages = pageNumber((last.base + last.sizeBytes) / PAGE_SIZE);
    const isRising = ends.every((end, round) => end > (ends[round - 1] ?? 0));
    const isWhole = times.length === ends.length && (ends.at(-1) ?? 0) === pages.length;
    const { least, most } = LIMITS.recordingPeriodNs;
    const isPaced = this.periodNs >= least && this.periodNs <= most;
    if (!isRising || !isWhole || !isPaced || pages.some((page) => page >= mostPages))
      throw new SnapshotFormatError('a recording of another VM');
    this.isOn = isOn;
    this.isFull = isFull;
    this.toNs = toNs;
    this.rounds = rounds;
    this.#times.push(...times);
    this.#ends.push(...ends);
    this.#pages.set(pages);
    this.#count = pages.length;
    this.#residentSum = residentSum;
    this.#swapsBefore = swapsBefore;
    this.#swaps = swaps;
    this.space.accessed.want(FOR_RECORDER, isOn);
  }
}

/** The recordings of a host's VMs, by slot: one duty for all of them. */
export class ReferenceRecorder implements Duty {
  readonly id = 'recording';
  readonly #spaceOf: (slot: number) => AddressSpace | undefined;
  readonly #recordings = new Map<number, Recording>();

  constructor(spaceOf: (slot: number) => AddressSpace | undefined) {
    this.#spaceOf = spaceOf;
  }

  /** The shortest of those that go on. */
  get periodNs(): VirtualNs | undefined {
    let shortest: VirtualNs | undefined;
    for (const { isOn, periodNs } of this.#recordings.values())
      if (isOn) shortest = Math.min(shortest ?? periodNs, periodNs);
    return shortest;
  }

  /** The recording of the VM in a slot, also when it has ended. */
  of(slot: number): Recording | undefined {
    const recording = this.#recordings.get(slot);
    // Another VM may have come into its slot.
    return recording !== undefined && recording.space === this.#spaceOf(slot) ? recording : undefined;
  }

  /** Begins a recording of the VM in a slot, and forgets the one before. */
  begin(slot: number, now: VirtualNs, periodNs: VirtualNs): void {
    const space = this.#spaceOf(slot);
    if (space === undefined) return;
    this.of(slot)?.end();
    const recording = new Recording(space, now, periodNs);
    recording.begin();
    this.#recordings.set(slot, recording);
  }
  /** Ends it; what was recorded stays. */
  end(slot: number): void {
    const recording = this.of(slot);
    if (recording?.isOn) recording.end();
  }

  run(now: VirtualNs): VirtualNs {
    let ns = 0;
    for (const slot of [...this.#recordings.keys()].sort((a, b) => a - b)) {
      const recording = this.of(slot);
      if (recording === undefined) this.#recordings.delete(slot);
      else ns += recording.harvest(now);
    }
    return ns;
  }

  capture(): RecordingsState {
    const slots = [...this.#recordings.keys()].sort((a, b) => a - b);
    return { recordings: slots.flatMap((slot) => this.of(slot)?.capture(slot) ?? []) };
  }
  /** Of a host whose VMs have been restored. */
  restore({ recordings }: RecordingsState): void {
    for (const { space } of this.#recordings.values()) space.accessed.want(FOR_RECORDER, false);
    this.#recordings.clear();
    for (const state of recordings) {
      const space = this.#spaceOf(state.slot);
      if (space === undefined) throw new SnapshotFormatError('a recording of no VM');
      const recording = new Recording(space, state.fromNs, state.periodNs);
      recording.restore(state);
      this.#recordings.set(state.slot, recording);
    }
  }
}
