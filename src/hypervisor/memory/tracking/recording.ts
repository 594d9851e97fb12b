/** The reference string of one VM, as it is recorded (`reference-recorder.ts`). */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import { FOR_RECORDER } from '../accessed-pages.ts';
import type { AddressSpace } from '../address-space.ts';
import { HARVEST_NS } from '../costs.ts';
import { pageNumber } from '../noted-pages.ts';
import type { ReferenceString } from '../swap/policies/reference-string.ts';
import { MOST_REFERENCES, MOST_ROUNDS, type RecordingState } from './recording-state.ts';

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

  begin(): void {
    this.space.accessed.begin(FOR_RECORDER);
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
