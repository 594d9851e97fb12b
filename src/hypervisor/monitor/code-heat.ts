/**
 * Where virtual time goes, by instruction: the pc at which harts end their quanta, one sample each, whether the code is
 * interpreted or translated. For people to look at; bounded, and no part of a snapshot.
 */

/** Halfwords of a frame. */
const PLACES = 2048;
/** Samples after which all counts are halved, so that they speak of the present. */
const HALF_LIFE = 1 << 16;
const MOST_FRAMES = 512;

export class CodeHeat {
  /** By frame number. */
  readonly #frames = new Map<number, Uint16Array>();
  #total = 0;

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
