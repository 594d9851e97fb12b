/** When each page of one VM was last accessed (`access-log.ts`). */
import { PAGE_SIZE } from '#base/addresses';
import { HEAT_ROUNDS, warmthOf } from '#base/catalogue/frame-ages';
import { FOR_AGES } from '../accessed-pages.ts';
import type { AddressSpace } from '../address-space.ts';
import { pageNumber } from '../noted-pages.ts';

/** Not accessed since the log began. */
const NEVER = 0;

/** By a byte: how many of its bits are set. */
const BITS: Uint8Array = Uint8Array.from({ length: 1 << HEAT_ROUNDS }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) bits += 1;
  return bits;
});
const LATEST = 1 << (HEAT_ROUNDS - 1);

/** The pages of one VM. */
export class PageAges {
  readonly space: AddressSpace;
  readonly rounds: Uint32Array;
  readonly recent: Uint8Array;

  constructor(space: AddressSpace) {
    this.space = space;
    const { base, sizeBytes } = space.slots.at(-1)!;
    const pages = pageNumber((base + sizeBytes) / PAGE_SIZE);
    this.rounds = new Uint32Array(pages);
    this.recent = new Uint8Array(pages);
  }

  begin(): void {
    this.space.accessed.begin(FOR_AGES);
  }
  end(): void {
    this.space.accessed.want(FOR_AGES, false);
  }

  harvest(round: number): void {
    const { rounds, recent, space } = this;
    for (let page = 0; page < recent.length; page++) recent[page]! >>>= 1;
    space.accessed.harvest(FOR_AGES, (page) => {
      rounds[page] = round;
      recent[page]! |= LATEST;
    });
  }

  /** What is known of a page in a round (base/catalogue/frame-ages.ts). */
  warmth(gfn: number, round: number): number {
    const page = pageNumber(gfn);
    const seen = this.rounds[page] ?? NEVER;
    return warmthOf(seen === NEVER ? undefined : round - seen, BITS[this.recent[page] ?? 0]!);
  }

  /** Goes on as it was up to a round; false where that was another VM's. */
  restore(rounds: Uint32Array, recent: Uint8Array, round: number): boolean {
    const isWhole = rounds.length === this.rounds.length && recent.length === this.recent.length;
    if (!isWhole || rounds.some((each) => each > round)) return false;
    this.rounds.set(rounds);
    this.recent.set(recent);
    this.space.accessed.want(FOR_AGES, true);
    return true;
  }
}
