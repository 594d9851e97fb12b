/** Balloons of VMs as the reclaimer uses them: how much it wants of each. What guests make of it is theirs. */
import { LIMITS } from '#base/catalogue/limits';
import type { Balloon } from '#machine/devices/virtio/balloon/balloon';

/** The balloon of a VM that runs. */
export interface VmBalloon {
  readonly balloon: Balloon;
  /** All pages of the VM. */
  readonly pages: number;
}

/** So many pages less are wanted of the VM in a slot. */
interface Lowered {
  readonly to: number;
  readonly pages: number;
}

/** More is not wanted of a VM, of a hundred of its pages: its guest would do nothing but look for memory. */
const MOST_PERCENT = 65;
/** So much of all that it has stays for a guest that tells how much it could give. */
const RESERVE_PERCENT = 6;
/** More is not asked for at once, and not given back at once. */
const STEP_PAGES = 256;

export class Balloons {
  readonly #of: (slot: number) => VmBalloon | undefined;

  /** @param of the balloon of the VM in a slot, if it has one and its guest may look at it now */
  constructor(of: (slot: number) => VmBalloon | undefined) {
    this.#of = of;
  }

  /** Slots of VMs whose guests heed theirs. */
  working(): Set<number> {
    const slots = new Set<number>();
    for (let slot = 0; slot < LIMITS.vms; slot++) {
      const balloon = this.#of(slot)?.balloon;
      if (balloon?.hasDriver === true && !balloon.refuses) slots.add(slot);
    }
    return slots;
  }

  /**
   * Asks the VM that pays least for its pages for some of them: whom, and for how many more. Nobody while one that was asked has not
   * given them yet.
   */
  blowUp(
    wanted: number,
    priceOf: (slot: number) => number,
  ): { readonly from: number; readonly pages: number } | undefined {
    const slots = [...this.working()].sort((a, b) => priceOf(a) - priceOf(b) || a - b);
    if (slots.some((slot) => isBusy(this.#of(slot)!))) return undefined;
    for (const from of slots) {
      const asked = this.#of(from)!;
      const { balloon, pages } = asked;
      const now = balloon.claimed('policy');
      const most = Math.floor((pages * MOST_PERCENT) / 100) - now;
      const more = Math.min(wanted, STEP_PAGES, most, overReserve(asked));
      if (more <= 0) continue;
      balloon.claim('policy', now + more);
      return { from, pages: more };
    }
    return undefined;
  }

  /** Gives back to guests that have come to need it: what they told is less than what must stay for them. */
  relieve(): readonly Lowered[] {
    const lowered: Lowered[] = [];
    for (let slot = 0; slot < LIMITS.vms; slot++) {
      const found = this.#of(slot);
      const claimed = found?.balloon.claimed('policy') ?? 0;
      if (found === undefined || claimed === 0) continue;
      const missing = Math.min(claimed, -overReserve(found));
      if (missing <= 0) continue;
      found.balloon.claim('policy', claimed - missing);
      lowered.push({ to: slot, pages: missing });
    }
    return lowered;
  }

  /** Gives VMs back what was wanted of them, while more is free than must be; once a step unless all of it. */
  letDown(spare: number): readonly Lowered[] {
    const lowered: Lowered[] = [];
    let left = spare === Number.POSITIVE_INFINITY ? spare : Math.min(spare, STEP_PAGES);
    for (let slot = 0; slot < LIMITS.vms && left > 0; slot++) {
      const balloon = this.#of(slot)?.balloon;
      const pages = Math.min(left, balloon?.claimed('policy') ?? 0);
      if (balloon === undefined || pages <= 0) continue;
      balloon.claim('policy', balloon.claimed('policy') - pages);
      lowered.push({ to: slot, pages });
      left -= pages;
    }
    return lowered;
  }
}

/** Pages that its guest could give and have enough; all where it tells nothing. */
function overReserve({ balloon, pages }: VmBalloon): number {
  return (balloon.sparePages ?? Number.POSITIVE_INFINITY) - Math.ceil((pages * RESERVE_PERCENT) / 100);
}

/** Its guest has not given yet what is wanted of it. */
function isBusy({ balloon }: VmBalloon): boolean {
  return balloon.claimed('policy') > 0 && balloon.actualPages < balloon.targetPages;
}
