/**
 * The maps of the last minutes, for as long as somebody looks at the map: owners and states of all frames, packed as runs of equal
 * frames. Bounded: the oldest go.
 */
interface Moment {
  readonly atNs: number;
  /** Runs one after the other: length, and owner and state in one number. */
  readonly runs: Uint32Array;
}

/** Owners and states that were. */
export interface PastFrames {
  readonly owners: Uint8Array;
  readonly states: Uint8Array;
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
  keep(atNs: number, { owners, states }: PastFrames): void {
    while ((this.#moments.at(-1)?.atNs ?? -1) >= atNs) this.#drop(this.#moments.pop());
    const moment = { atNs, runs: pack(owners, states) };
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
    const past = { owners: new Uint8Array(count), states: new Uint8Array(count) };
    const { runs } = this.#moments[moment] ?? { runs: new Uint32Array(0) };
    for (let at = 0, frame = 0; at < runs.length; at += 2) {
      const end = frame + runs[at]!;
      past.owners.fill(runs[at + 1]! >> 8, frame, end);
      past.states.fill(runs[at + 1]! & 0xff, frame, end);
      frame = end;
    }
    return past;
  }
}

function pack(owners: Uint8Array, states: Uint8Array): Uint32Array {
  const runs: number[] = [];
  for (let frame = 0; frame < owners.length; ) {
    const [owner, state] = [owners[frame]!, states[frame]!];
    let end = frame + 1;
    while (end < owners.length && owners[end] === owner && states[end] === state) end++;
    runs.push(end - frame, (owner << 8) | state);
    frame = end;
  }
  return Uint32Array.from(runs);
}
