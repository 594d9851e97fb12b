/**
 * The way back: a checkpoint, and what was done since. To go an instruction back is to begin at the checkpoint again and to do all but the
 * last of it, which comes to the same since nothing else decides what happens.
 */
import type { BareCheckpoint, BarePlatform, BareStop } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';
import type { Htif } from '../htif.ts';

type Move =
  | { readonly kind: 'poll' }
  | { readonly kind: 'step'; readonly hart: number }
  | { readonly kind: 'advance'; readonly untilNs: number; readonly stop?: BareStop };

/** Beyond so many the way back begins anew. */
const MOST_MOVES = 100_000;

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
  advance(untilNs: number): void {
    this.#platform.advance(untilNs);
    const { broken } = this.#platform;
    const instructions = broken === undefined ? 0 : (this.#platform.machine.harts[broken]?.instructions ?? 0);
    this.#note({
      kind: 'advance',
      untilNs,
      ...(broken !== undefined && { stop: { hart: broken, instructions } }),
    });
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
    const start = this.#start;
    const last = this.#moves.at(-1);
    const target = (this.#counts[hart] ?? 0) - 1;
    if (start === undefined || last === undefined) return false;
    const isStep = last.move.kind === 'step' && last.move.hart === hart;
    if (!isStep && target < (this.#startCounts[hart] ?? 0)) return false;
    const at = isStep
      ? this.#moves.length - 1
      : this.#moves.findIndex(({ counts }) => (counts[hart] ?? 0) > target);
    const kept = this.#moves.slice(0, at);
    const cut = this.#moves[at]?.move;
    this.#platform.isRepeating = true;
    this.#platform.restore(start);
    for (const { move } of kept) this.#repeat(move);
    this.#moves = kept;
    if (cut?.kind === 'advance') {
      const move: Move = { ...cut, stop: { hart, instructions: target } };
      this.#repeat(move);
      this.#note(move);
    }
    this.#platform.isRepeating = false;
    return true;
  }
  #repeat(move: Move): void {
    const hart = move.kind === 'step' ? this.#platform.machine.harts[move.hart] : undefined;
    if (move.kind === 'poll') this.#htif?.poll();
    else if (hart !== undefined) this.#platform.step(hart);
    else if (move.kind === 'advance') this.#platform.advance(move.untilNs, move.stop);
  }
}
