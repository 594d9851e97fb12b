/**
 * The way back: a checkpoint, and what was done since. To go an instruction back is to begin at the checkpoint again and to do all but the
 * last of it, which comes to the same since nothing else decides what happens.
 */
import type { BareCheckpoint, BarePlatform, BareStop, Onlooker } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';
import type { Htif } from '../htif.ts';

type Move =
  | { readonly kind: 'poll' }
  | { readonly kind: 'step'; readonly hart: number }
  | { readonly kind: 'advance'; readonly untilNs: number; readonly stop?: BareStop };

/** A place on the way: after so many moves, and in the midst of the next where a stop is given. */
interface Place {
  readonly moves: number;
  readonly stop?: BareStop;
  /** The hart that is about to do what is looked for. */
  readonly hart: number;
}

/** What is looked for on the way back. */
export interface Sought {
  /** A hart is at a breakpoint, before a step; in a run the machine tells it. */
  readonly breaks: (hart: Hart) => boolean;
  /** The next instruction of a hart accesses something that is watched. Not given: nothing is. */
  readonly watches?: (hart: Hart) => boolean;
}

/** How a search back goes on: it has found a hart at a place, there is none, or a piece of the way is looked at next. */
export type Search = 'searching' | 'begin' | { readonly hart: number };

/** Beyond so many the way back begins anew. */
const MOST_MOVES = 100_000;
/** What is looked at first of the way back where each instruction is looked at, and what at most in one piece. */
const [FIRST_PIECE_NS, LARGEST_PIECE_NS] = [100_000, 2_000_000] as const;

export class History {
  readonly #platform: BarePlatform;
  readonly #htif: Htif | undefined;
  #start: BareCheckpoint | undefined;
  #startCounts: readonly number[] = [];
  #moves: { readonly move: Move; readonly counts: readonly number[] }[] = [];

  constructor(platform: BarePlatform, htif: Htif | undefined) {
    this.#platform = platform;
    this.#htif = htif;
  }

  get #counts(): readonly number[] {
    return this.#platform.machine.harts.map(({ instructions }) => instructions);
  }

  /** From here on there is a way back, and none from before. */
  begin(): void {
    this.#start = this.#platform.capture();
    this.#startCounts = this.#counts;
    this.#moves = [];
  }
  /** There is none any more. */
  end(): void {
    this.#start = undefined;
    this.#moves = [];
  }

  step(hart: Hart): void {
    this.#platform.step(hart);
    this.#note({ kind: 'step', hart: hart.index });
  }
  /** @param ends asked before each instruction, where given: true ends the run there */
  advance(untilNs: number, ends?: (hart: Hart) => boolean): void {
    this.#platform.advance(untilNs, undefined, ends === undefined ? {} : { each: { fromNs: 0, ends } });
    const hart = this.#platform.machine.harts[this.#platform.broken ?? -1];
    this.#note({ kind: 'advance', untilNs, ...(hart !== undefined && { stop: stopAt(hart) }) });
  }
  /** Answers HTIF: what the host writes into memory is part of the past, too. */
  poll(): number | undefined {
    const status = this.#htif?.poll();
    this.#note({ kind: 'poll' });
    return status;
  }
  #note(move: Move): void {
    if (this.#start === undefined) return;
    this.#moves.push({ move, counts: this.#counts });
    if (this.#moves.length > MOST_MOVES) this.begin();
  }

  /** Goes back by an instruction of a hart, or by its last step; false where the way back ends. While there are no breakpoints. */
  back(hart: number): boolean {
    const last = this.#moves.at(-1);
    const target = (this.#counts[hart] ?? 0) - 1;
    if (this.#start === undefined || last === undefined) return false;
    const isStep = last.move.kind === 'step' && last.move.hart === hart;
    if (!isStep && target < (this.#startCounts[hart] ?? 0)) return false;
    const moves = isStep
      ? this.#moves.length - 1
      : this.#moves.findIndex(({ counts }) => (counts[hart] ?? 0) > target);
    const isCut = this.#moves[moves]?.move.kind === 'advance';
    this.#goTo({ hart, moves, ...(isCut && { stop: { hart, instructions: target } }) });
    return true;
  }

  /** Does the way again up to a place, and forgets what came behind it. */
  #goTo({ moves, stop }: Place): void {
    const kept = this.#moves.slice(0, moves);
    const cut = this.#moves[moves]?.move;
    this.#replay(kept.map(({ move }) => move));
    this.#moves = kept;
    if (stop === undefined || cut?.kind !== 'advance') return;
    const move: Move = { ...cut, stop };
    this.#repeating(() => this.#repeat(move));
    this.#note(move);
  }

  /**
   * Looks for the last place before this one where a hart meets what is sought, piece by piece from behind, and goes there, or to the begin. Each
   * step of it is a piece; whoever ends it before it has found anything is where it began. The machine has its breakpoints meanwhile, unless
   * it repeats what was done.
   */
  *search(sought: Sought, setBreakpoints: (isOn: boolean) => void): Generator<Search, void> {
    if (this.#start === undefined) return;
    const moves = this.#moves.map(({ move }) => move);
    let place: Place = { moves: moves.length, hart: -1 };
    try {
      let untilNs = Number.POSITIVE_INFINITY;
      let pieceNs = sought.watches === undefined ? Number.POSITIVE_INFINITY : FIRST_PIECE_NS;
      const { now } = this.#platform;
      for (let fromNs = now - pieceNs; ; fromNs -= pieceNs) {
        setBreakpoints(true);
        const found = this.#lastIn(moves, sought, fromNs, untilNs);
        if (found !== undefined || fromNs <= this.#start.now) {
          place = found ?? { moves: 0, hart: -1 };
          break;
        }
        yield 'searching';
        untilNs = fromNs;
        pieceNs = Math.min(pieceNs * 2, LARGEST_PIECE_NS);
      }
    } finally {
      setBreakpoints(false);
      this.#goTo(place);
      setBreakpoints(true);
    }
    yield place.hart < 0 ? 'begin' : { hart: place.hart };
  }

  /** The last place at which a hart meets what is sought, of those from one time up to another. */
  #lastIn(moves: readonly Move[], sought: Sought, fromNs: number, untilNs: number): Place | undefined {
    const platform = this.#platform;
    const { watches } = sought;
    let last: Place | undefined;
    let done = 0;
    let seen = '';
    const found = (hart: Hart, stop?: BareStop): void => {
      if (platform.now < untilNs && platform.now >= fromNs)
        last = { moves: done, hart: hart.index, ...(stop !== undefined && { stop }) };
    };
    const onlooker: Onlooker = {
      reached: (hart) => {
        found(hart, stopAt(hart));
        return false;
      },
      ...(watches !== undefined && {
        each: {
          fromNs,
          ends: (hart) => {
            // A piece that was looked at before follows.
            if (platform.now >= untilNs) return false;
            const here = `${hart.index} ${hart.instructions}`;
            if (here !== seen && !hart.waiting && watches(hart)) found(hart, stopAt(hart));
            seen = here;
            return false;
          },
        },
      }),
    };
    platform.forgetPassed();
    this.#replay([]);
    this.#repeating(() => {
      for (const move of moves) {
        const hart = move.kind === 'step' ? platform.machine.harts[move.hart] : undefined;
        const meets =
          hart !== undefined && !hart.waiting && (sought.breaks(hart) || watches?.(hart) === true);
        if (meets) found(hart);
        if (platform.now >= untilNs) return;
        this.#repeat(move, onlooker);
        done += 1;
      }
    });
    return last;
  }

  /** Begins at the checkpoint again, and does what was done. */
  #replay(moves: readonly Move[]): void {
    const start = this.#start;
    if (start === undefined) return;
    this.#platform.restore(start);
    this.#repeating(() => {
      for (const move of moves) this.#repeat(move);
    });
  }
  #repeating(work: () => void): void {
    this.#platform.isRepeating = true;
    try {
      work();
    } finally {
      this.#platform.isRepeating = false;
    }
  }
  #repeat(move: Move, onlooker?: Onlooker): void {
    const hart = move.kind === 'step' ? this.#platform.machine.harts[move.hart] : undefined;
    if (move.kind === 'poll') this.#htif?.poll();
    else if (hart !== undefined) this.#platform.step(hart);
    else if (move.kind === 'advance') this.#platform.advance(move.untilNs, move.stop, onlooker);
  }
}

function stopAt(hart: Hart): BareStop {
  return { hart: hart.index, instructions: hart.instructions, pc: hart.pc };
}
