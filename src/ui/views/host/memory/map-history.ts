/**
 * The maps of the last minutes, for as long as somebody looks at the map: what is known of all frames, packed as runs of equal frames.
 * Bounded: the oldest go.
 */
interface Moment {
  readonly atNs: number;
  /** Runs one after the other: length, and the bytes of such a frame in one number. */
  readonly runs: Uint32Array;
  readonly hasMarks: boolean;
  readonly hasAges: boolean;
}

/** Frames that were: whose they were and in which state, and what else was known of them then. */
export interface PastFrames {
  readonly owners: Uint8Array;
  readonly states: Uint8Array;
  readonly marks?: Uint8Array | undefined;
  readonly ages?: Uint8Array | undefined;
}

const MOST_MOMENTS = 300;
const MOST_BYTES = 8 << 20;

export class MapHistory {
  readonly #moments: Moment[] = [];
  #bytes = 0;

  get count(): number {
    return this.#moments.length;
  }
  get bytes(): number {
    return this.#bytes;
  }
  /** Virtual time of a moment. */
  atNs(moment: number): number {
    return this.#moments[moment]?.atNs ?? 0;
  }

  /** Keeps what is now. Time may go back: what lies later then has not happened. */
  keep(atNs: number, frames: PastFrames): void {
    while ((this.#moments.at(-1)?.atNs ?? -1) >= atNs) this.#drop(this.#moments.pop());
    const { marks, ages } = frames;
    const moment = {
      ...{ atNs, runs: pack(frames) },
      ...{ hasMarks: marks !== undefined, hasAges: ages !== undefined },
    };
    this.#moments.push(moment);
    this.#bytes += moment.runs.byteLength;
    while (this.#moments.length > MOST_MOMENTS || (this.#bytes > MOST_BYTES && this.#moments.length > 1))
      this.#drop(this.#moments.shift());
  }
  #drop(moment: Moment | undefined): void {
    this.#bytes -= moment?.runs.byteLength ?? 0;
  }

  /** What was then. */
  frames(moment: number, count: number): PastFrames {
    const { runs, hasMarks, hasAges } = this.#moments[moment] ?? NOTHING;
    const bytes = (shift: number): Uint8Array => {
      const all = new Uint8Array(count);
      for (let at = 0, frame = 0; at < runs.length; at += 2) {
        const end = frame + runs[at]!;
        all.fill((runs[at + 1]! >>> shift) & 0xff, frame, end);
        frame = end;
      }
      return all;
    };
    return {
      ...{ owners: bytes(24), states: bytes(16) },
      ...{ marks: hasMarks ? bytes(8) : undefined, ages: hasAges ? bytes(0) : undefined },
    };
  }
}
const NOTHING: Moment = { atNs: 0, runs: new Uint32Array(0), hasMarks: false, hasAges: false };

function pack({ owners, states, marks, ages }: PastFrames): Uint32Array {
  const runs: number[] = [];
  const wordOf = (frame: number): number =>
    ((owners[frame]! << 24) |
      (states[frame]! << 16) |
      ((marks?.[frame] ?? 0) << 8) |
      (ages?.[frame] ?? 0)) >>>
    0;
  for (let frame = 0; frame < owners.length; ) {
    const word = wordOf(frame);
    let end = frame + 1;
    while (end < owners.length && wordOf(end) === word) end++;
    runs.push(end - frame, word);
    frame = end;
  }
  return Uint32Array.from(runs);
}
