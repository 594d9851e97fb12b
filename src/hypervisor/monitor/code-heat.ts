/**
 * Where virtual time goes, by instruction: the pc at which runs of harts end, one sample each, whether the code is interpreted or
 * translated. For people to look at; bounded, and no part of a snapshot.
 */
import type { VirtualNs } from '#base/virtual-time';

/** Halfwords of a frame. */
const PLACES = 2048;
/** Samples after which all counts are halved, so that they speak of the present. */
const HALF_LIFE = 1 << 16;
const MOST_FRAMES = 512;
/** Runs that are cut for a sample after somebody has looked. */
const WATCHED_RUNS = 50_000;

export class CodeHeat {
  /** By frame number. */
  readonly #frames = new Map<number, Uint16Array>();
  #total = 0;
  #watched = 0;
  #isCut = false;
  #random = 1;

  /** Somebody looks: for a while, runs are cut at points that no loop keeps step with. */
  watch(): void {
    this.#watched = WATCHED_RUNS;
  }
  /**
   * Where a run that may last from one time to another is to end; to cut it changes nothing of what it does.
   * @param step virtual time of an instruction
   */
  runEnd(from: VirtualNs, until: VirtualNs, step: VirtualNs): VirtualNs {
    this.#isCut = this.#watched > 0 && !this.#isCut && until - from > 2 * step;
    if (!this.#isCut) return until;
    this.#watched -= 1;
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return from + (1 + ((this.#random >>> 8) % (Math.floor((until - from) / step) - 1))) * step;
  }
  /** A run has ended at its time, at a physical address. */
  ended(spa: number): void {
    // Ends of quanta come in step with loops.
    if (this.#isCut || this.#watched === 0) this.add(spa);
  }

  /** Samples that count now. */
  get total(): number {
    return this.#total;
  }
  /** A hart was found at a physical address; -1: somewhere. */
  add(spa: number): void {
    if (spa < 0) return;
    const frame = Math.floor(spa / 4096);
    let counts = this.#frames.get(frame);
    if (counts === undefined) {
      if (this.#frames.size === MOST_FRAMES) this.#halve();
      counts = new Uint16Array(PLACES);
      this.#frames.set(frame, counts);
    }
    const place = (spa & 4095) >>> 1;
    counts[place] = counts[place]! + 1;
    this.#total += 1;
    if (this.#total === HALF_LIFE) this.#halve();
  }
  /** Samples at a physical address. */
  at(spa: number): number {
    return this.#frames.get(Math.floor(spa / 4096))?.[(spa & 4095) >>> 1] ?? 0;
  }
  /** Every physical address with samples. */
  forEach(visit: (spa: number, samples: number) => void): void {
    for (const [frame, counts] of this.#frames)
      for (let place = 0; place < PLACES; place++)
        if (counts[place]! > 0) visit(frame * 4096 + place * 2, counts[place]!);
  }
  /** Frames are about to hold something else. */
  clear(): void {
    this.#frames.clear();
    this.#total = 0;
  }

  #halve(): void {
    const isFull = this.#frames.size === MOST_FRAMES;
    this.#total = 0;
    for (const [frame, counts] of this.#frames) {
      let sum = 0;
      for (let place = 0; place < PLACES; place++) {
        counts[place] = counts[place]! >>> 1;
        sum += counts[place]!;
      }
      this.#total += sum;
      if (sum === 0) this.#frames.delete(frame);
    }
    if (isFull && this.#frames.size === MOST_FRAMES) this.clear();
  }
}
