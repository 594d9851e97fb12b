/**
 * The pages of one VM that have a frame, in the order of a replacement policy, with what the G-stage's A and D bits tell of them. A
 * sample of them says how large the working set is.
 */
import { PAGE_STATE } from '#base/catalogue/page-states';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { RandomGenerator } from '#machine/random-generator';
import { FOR_POLICY, FOR_SAMPLES, FOR_SWAP } from '../accessed-pages.ts';
import type { AddressSpace } from '../address-space.ts';
import type { PageWatcher } from '../memslot.ts';
import { gpaOfPage, pageNumber } from '../noted-pages.ts';
import type { AccessBits, ReplacementPolicy } from '../swap/policies/policy.ts';

/** Pages of a sample. */
const SAMPLE_SIZE = 64;
/** From where a page is looked for that has a frame, so many are tried. */
const MOST_PROBES = 256;
/** All pages are used, of a thousand. */
const ALL = 1000;

export interface ResidentPagesState {
  readonly policy: PartState;
  readonly used: number;
  readonly sample: Uint32Array;
}
export const RESIDENT_PAGES: Declaration<ResidentPagesState> = declare('resident pages', {
  ...{ policy: part, used: u32, sample: words(upTo(SAMPLE_SIZE)) },
});

function isResident(state: number): boolean {
  return state === PAGE_STATE.backed || state === PAGE_STATE.shared;
}

export class ResidentPages implements AccessBits, PageWatcher {
  readonly space: AddressSpace;
  readonly policy: ReplacementPolicy;
  readonly #now: () => VirtualNs;
  /** Looks at A and D bits so far. */
  looks = 0;
  #used = ALL;
  /** Pages of which it is asked next whether they were accessed. */
  #sample: Uint32Array = new Uint32Array(0);

  constructor(space: AddressSpace, policy: ReplacementPolicy, now: () => VirtualNs) {
    this.space = space;
    this.policy = policy;
    this.#now = now;
  }

  /** Takes up the pages that there are, by their numbers, and every one that comes. */
  begin(): void {
    for (const slot of this.space.slots)
      for (const [page, state] of slot.states.entries())
        if (isResident(state)) this.policy.added(pageNumber(slot.gfnOf(page)), this.#now());
    this.space.watchPages(this);
  }
  end(): void {
    this.space.watchPages(undefined);
  }

  /** All pages of the VM, whether they have a frame or not. */
  get pages(): number {
    return this.space.slots.reduce((sum, { states }) => sum + states.length, 0);
  }
  /** The part of its pages that it uses, of a thousand. */
  get used(): number {
    return this.#used;
  }

  // PageWatcher.

  changed(gfn: number, before: number, after: number): void {
    const is = isResident(after);
    if (is === isResident(before)) return;
    if (is) this.policy.added(pageNumber(gfn), this.#now());
    else this.policy.removed(pageNumber(gfn));
  }

  // AccessBits.

  takeAccessed(page: number): boolean {
    this.looks += 1;
    return this.space.accessed.take(page, FOR_POLICY);
  }
  isDirty(page: number): boolean {
    this.looks += 1;
    return this.space.written.has(page, FOR_SWAP);
  }
  canGo(page: number): boolean {
    const slot = this.space.slotOf(gpaOfPage(page));
    if (slot === undefined) return false;
    const at = slot.pageOf(gpaOfPage(page));
    return slot.pins[at] === 0 && this.space.frames.userCount(slot.frames[at]!) === 1;
  }

  /** Looks which pages of the last sample were accessed since, and takes another one. The result is how many pages it looked at. */
  sample(random: RandomGenerator): number {
    const { accessed } = this.space;
    const looked = this.#sample.length;
    let seen = 0;
    for (const page of this.#sample) if (accessed.take(page, FOR_SAMPLES) && this.policy.has(page)) seen += 1;
    if (looked > 0) {
      const now = Math.round((ALL * seen) / looked);
      // More at once, less by and by: who begins to use its memory shall not lose it.
      this.#used = Math.max(now, Math.floor((3 * this.#used + now) / 4));
    }
    this.#sample = this.#chosen(random);
    for (const page of this.#sample) accessed.take(page, FOR_SAMPLES);
    return looked + this.#sample.length;
  }
  #chosen(random: RandomGenerator): Uint32Array {
    const { pages } = this;
    const chosen = new Set<number>();
    for (let left = Math.min(SAMPLE_SIZE, this.policy.size); left > 0; left--) {
      let page = random.next() % pages;
      for (let probes = MOST_PROBES; probes > 0 && !(this.policy.has(page) && !chosen.has(page)); probes--)
        page = (page + 1) % pages;
      if (this.policy.has(page)) chosen.add(page);
    }
    return Uint32Array.from(chosen);
  }

  capture(): ResidentPagesState {
    return { policy: this.policy.capture(), used: this.#used, sample: this.#sample };
  }
  /** Of a VM whose pages have been restored. */
  restore({ policy, used, sample }: ResidentPagesState): void {
    this.policy.restore(policy);
    let resident = 0;
    for (const slot of this.space.slots)
      for (const [page, state] of slot.states.entries()) {
        if (!isResident(state)) continue;
        resident += 1;
        if (!this.policy.has(pageNumber(slot.gfnOf(page)))) throw new SnapshotFormatError(STRANGE);
      }
    if (resident !== this.policy.size || used > ALL) throw new SnapshotFormatError(STRANGE);
    if (sample.some((page) => this.space.slotOf(gpaOfPage(page)) === undefined))
      throw new SnapshotFormatError('a sample of pages that there are not');
    this.#used = used;
    this.#sample = sample.slice();
    this.space.watchPages(this);
  }
}
const STRANGE = 'a replacement policy of other pages';
