/**
 * Gives back what was taken once a host has enough free frames again, in the order opposite to that in which it is taken: pages in the
 * swap area come first, since who needs one waits for a disk, then compressed ones; balloons go down when none is left of either.
 */
import type { ReclaimWay } from '#base/catalogue/host-memory-states';
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { VirtualNs } from '#base/virtual-time';
import type { AddressSpace } from '../address-space.ts';
import type { CompressedStore } from '../compression/compressed-store.ts';
import { decompress } from '../compression/compressing.ts';
import { DECOMPRESS_NS, EVICT_NS } from '../costs.ts';
import type { Memslot } from '../memslot.ts';
import { WAIT } from '../page-access.ts';
import type { SwapArea } from '../swap/swap-area.ts';
import { swapIn } from '../swap/swapping.ts';
import type { Balloons } from './balloons.ts';
import type { ReclaimHistory } from './reclaim-history.ts';

/** Pages that come back in one go. */
const BACK_PAGES = 8;

/** How pages that are stored come back: what takes one step, and whether it could be made. */
interface StoredWay {
  readonly state: number;
  readonly costNs: VirtualNs;
  readonly bring: (space: AddressSpace, slot: Memslot, page: number) => boolean;
}
const STORED: Readonly<Record<Exclude<ReclaimWay, 'ballooned'>, StoredWay>> = {
  swapped: {
    ...{ state: PAGE_STATE.swapped, costNs: EVICT_NS },
    bring: (space, slot, page) => swapIn(space, slot, page) === WAIT,
  },
  compressed: {
    ...{ state: PAGE_STATE.compressed, costNs: DECOMPRESS_NS },
    bring: (space, slot, page) => decompress(space, slot, page) === 0,
  },
};

interface GivingBackOptions {
  readonly swap: SwapArea;
  readonly compressed: CompressedStore;
  readonly balloons: Balloons;
  readonly history: ReclaimHistory;
  readonly now: () => VirtualNs;
  /** VMs whose pages may have gone, by slot: those that pay most first. */
  readonly spaces: () => readonly (readonly [slot: number, space: AddressSpace])[];
}

export class GivingBack {
  readonly #options: GivingBackOptions;

  constructor(options: GivingBackOptions) {
    this.#options = options;
  }

  /**
   * Gives back while more is free than must be.
   * @param isCalm nothing has been taken for a while: what comes back would not go at once
   * @returns how long a CPU takes for it
   */
  run(spare: number, isCalm: boolean): VirtualNs {
    const { swap, compressed } = this.#options;
    if (swap.used > 0 && swap.reads)
      return isCalm && swap.backlogNs === 0 ? this.#bring('swapped', spare) : 0;
    if (compressed.used > 0) return isCalm ? this.#bring('compressed', spare) : 0;
    this.letDown(spare);
    return 0;
  }

  /** Balloons go down by so many pages at most. */
  letDown(spare: number): void {
    for (const { to, pages } of this.#options.balloons.letDown(spare)) this.#note(to, 'ballooned', pages);
  }
  /** Guests that have come to need what they lent have it back, however little is free. */
  relieve(): void {
    for (const { to, pages } of this.#options.balloons.relieve()) this.#note(to, 'ballooned', pages, true);
  }

  /** Some pages of who pays most. */
  #bring(way: keyof typeof STORED, spare: number): VirtualNs {
    const { state, costNs, bring } = STORED[way];
    let left = Math.min(spare, BACK_PAGES);
    let cost = 0;
    for (const [slot, space] of this.#options.spaces()) {
      let brought = 0;
      for (const memslot of space.slots)
        for (let page = 0; left > 0 && page < memslot.states.length && memslot.counts[state]! > 0; page++) {
          if (memslot.states[page] !== state) continue;
          if (!bring(space, memslot, page)) left = 0;
          else {
            brought += 1;
            left -= 1;
            cost += costNs;
          }
        }
      if (brought > 0) this.#note(slot, way, brought);
    }
    return cost;
  }

  #note(to: number, way: ReclaimWay, pages: number, isNeeded = false): void {
    const { history, now } = this.#options;
    history.giving({ at: now(), to, way, pages, isNeeded });
  }
}
