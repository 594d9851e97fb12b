/**
 * The pages of one VM: memslots, the frames behind them and the G-stage table, kept in step. `access` is the one way to a page, for faults
 * of vCPUs and devices alike, by the table of page states. It never gives a frame that no page of this VM is behind.
 */
import { PAGE_SIZE } from '#base/addresses';
import { hasFrame, PAGE_STATE, PAGE_STATES, type PageAction } from '#base/catalogue/page-states';
import { invariant } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import type { PhysicalMemory } from '#machine/memory';
import { LEAF_SIZE, PTE_R, PTE_W } from '#machine/page-tables/page-table-entry';
import { accessedPages, FOR_SWAP, writtenPages } from './accessed-pages.ts';
import type { AddressSpaceOptions } from './address-space-options.ts';
import { type AddressSpaceState, releasePage } from './address-space-state.ts';
import type { CompressedPages } from './compression/compressed-store.ts';
import { decompressFor } from './compression/compressing.ts';
import { FIRST_FRAME, FRAME_DATA, type FrameAllocator, NO_FRAME } from './frame-allocator.ts';
import { GPA_LIMIT, GStageTable, MODE_SV39X4 } from './g-stage-table.ts';
import { type Memslot, type PageWatcher, UNBACKED } from './memslot.ts';
import { type NotedPages, pageNumber } from './noted-pages.ts';
import {
  ABSENT,
  ACTIONS,
  type AccessKind,
  DENIED,
  NEEDED,
  OUTSIDE,
  PEEK,
  RIGHTS,
  SHORTAGE,
  UNMAPPED,
  WAIT,
  WATCHED,
  WRITE,
} from './page-access.ts';
import { checkPages } from './page-check.ts';
import { PageCounts } from './page-counts.ts';
import { NO_PRESSURE, type Pressure } from './reclaim/pressure.ts';
import { unshare } from './sharing/share.ts';
import type { PageStore } from './swap/page-store.ts';
import { swapIn } from './swap/swapping.ts';

/** What an access had to do before it could be made: a page's action, or nothing but to let the entry permit it. */
export type AccessWork = PageAction | 'permit';

/** Nothing is waited for. */
export const NOTHING_AWAITED = -1;

/** Address space of one VM. The G-stage maps a page with exactly the permissions that `Memslot.permissionsOf` states. */
export class AddressSpace extends PageCounts {
  readonly owner: number;
  /** After an access that ended in WAIT or SHORTAGE: the guest frame that is waited for, or waits for a frame; else {@link NOTHING_AWAITED}. */
  awaited: number = NOTHING_AWAITED;
  /** What the last access had to do. */
  work: AccessWork = 'use';
  readonly ram: PhysicalMemory;
  readonly frames: FrameAllocator;
  readonly swap: PageStore;
  readonly compressed: CompressedPages;
  readonly pressure: Pressure;
  readonly accessed: NotedPages;
  readonly written: NotedPages;
  readonly #table: GStageTable;
  readonly #fence: () => void;
  /** Its frames lie in one run and stay there: no page has a frame of its own. */
  readonly inOneRun: boolean;
  readonly #onShortage: (gpa: number) => void;

  constructor(options: AddressSpaceOptions) {
    const { ram, frames, owner, slots } = options;
    super(slots);
    this.owner = owner;
    this.ram = ram;
    this.frames = frames;
    this.swap = options.swap;
    this.compressed = options.compressed;
    this.pressure = options.pressure ?? NO_PRESSURE;
    this.accessed = accessedPages(this);
    this.written = writtenPages(this);
    this.#fence = options.fence;
    this.inOneRun = options.inOneRun ?? false;
    this.#onShortage = options.onShortage ?? (() => {});
    this.#table = new GStageTable(ram, frames, owner);
    for (const slot of slots) invariant(slot.base + slot.sizeBytes <= GPA_LIMIT, 'a memslot fits Sv39x4');
  }

  /** Frame number of the G-stage root. */
  get root(): number {
    return this.#table.root;
  }
  /** Frames that the G-stage table takes. */
  get tableFrames(): number {
    return this.#table.tableFrames;
  }
  /** High half of hgatp: MODE 63:60, VMID 57:44, PPN 43:0 (18.2.10); the low half is {@link root}. */
  hgatpHi(vmid: number): number {
    return ((MODE_SV39X4 << 28) | (vmid << 12)) >>> 0;
  }

  /** Builds an empty address space; false on a shortage of frames. */
  create(): boolean {
    return this.#table.create();
  }

  /**
   * The way to a page, for an access of a kind: its SPA, or WAIT, OUTSIDE, DENIED, SHORTAGE (page-access.ts). What the page's state
   * asks for has then been done or begun. A PEEK does nothing, and finds ABSENT where zeros are without a frame.
   * @param needsFrame false: who only reads is content with ABSENT
   */
  access(gpa: number, kind: AccessKind, needsFrame = true): number {
    this.work = 'use';
    this.awaited = NOTHING_AWAITED;
    const slot = this.slotOf(gpa);
    if (slot === undefined) return OUTSIDE;
    const page = slot.pageOf(gpa);
    if (!slot.allows(page, kind)) {
      const looks = kind === PEEK || (!needsFrame && slot.isZeros(page));
      const refusal = looks ? this.#look(slot, page) : this.#prepare(slot, page, kind);
      if (refusal < 0) {
        if (refusal === SHORTAGE) {
          this.awaited = slot.gfnOf(page);
          this.#onShortage(gpa);
        }
        return refusal;
      }
    }
    return this.frames.own(slot.frames[page]!, this.owner, slot.gfnOf(page)) * PAGE_SIZE + (gpa % PAGE_SIZE);
  }

  /** Where a page lies for somebody who looks; negative when it has no frame. */
  peek(gpa: number): number {
    return this.access(gpa, PEEK);
  }

  /** What a look at a page finds that the guest itself may not access as it is; not negative: its frame. */
  #look(slot: Memslot, page: number): number {
    switch (PAGE_STATES[slot.states[page]!]!.peek) {
      case 'frame':
        return 0;
      case 'zeros':
        return ABSENT;
      case 'elsewhere':
        return this.#await(slot, page, WAIT);
    }
  }

  /** Does what must be done before an access can be made; negative: it cannot. */
  #prepare(slot: Memslot, page: number, kind: AccessKind): number {
    const rights = slot.rights[page]!;
    if ((rights & NEEDED[kind]!) === 0) {
      if (kind !== WRITE || (rights & WATCHED) === 0) return DENIED;
      slot.rights[page] = (rights & ~WATCHED) | PTE_W;
    }
    const action = ACTIONS[slot.states[page]!]![kind]!;
    this.work = action;
    switch (action) {
      case 'use':
        this.work = 'permit';
        return this.permit(slot, page);
      case 'allocate':
        return this.#allocate(slot, page);
      case 'copy':
        return unshare(this, slot, page);
      case 'decompress':
        return decompressFor(this, slot, page);
      case 'swap-in':
        return this.#await(slot, page, swapIn(this, slot, page));
      case 'wait':
        return this.#await(slot, page, WAIT);
    }
  }

  #await(slot: Memslot, page: number, answer: number): number {
    if (answer === WAIT) this.awaited = slot.gfnOf(page);
    return answer;
  }

  #allocate(slot: Memslot, page: number): number {
    const spfn = this.frameFor(slot, page);
    return spfn === NO_FRAME ? SHORTAGE : this.place(slot, page, spfn, PAGE_STATE.backed);
  }

  /** A frame for a page that has none of its own, for which other pages may have to go; NO_FRAME on a shortage. */
  frameFor(slot: Memslot, page: number): number {
    const { frames, pressure, owner } = this;
    if (frames.free <= pressure.reserve) pressure.makeRoom(owner);
    return frames.allocate(owner, FRAME_DATA, slot.gfnOf(page));
  }

  // For the mechanisms of this room (sharing, swap, balloon): steps that keep slots, frames and table together.

  /** Puts a page that has no frame into one of which it is a user already; SHORTAGE, and the frame given back, without tables. */
  place(slot: Memslot, page: number, spfn: number, state: number): number {
    const permissions = slot.permissionsIn(page, state);
    if (permissions !== 0 && !this.#map(slot, page, spfn, permissions)) {
      this.frames.removeUser(spfn, this.owner, slot.gfnOf(page));
      return SHORTAGE;
    }
    slot.frames[page] = spfn;
    slot.rights[page]! &= ~UNMAPPED;
    slot.setState(page, state);
    return 0;
  }

  /** Maps a page by a leaf of its own; where there is no frame for its tables, other pages may have to go. */
  #map(slot: Memslot, page: number, frame: number, permissions: number): boolean {
    const gpa = slot.gfnOf(page) * PAGE_SIZE;
    const spfn = this.frames.own(frame, this.owner, slot.gfnOf(page));
    if (this.#table.map(gpa, spfn, permissions)) return true;
    slot.pins[page]! += 1;
    const hasRoom = this.pressure.makeRoom(this.owner);
    slot.pins[page]! -= 1;
    return hasRoom && this.#table.map(gpa, spfn, permissions);
  }

  /** The same for adjacent pages that get one leaf of a level. */
  placeRun(slot: Memslot, first: number, count: number, spfn: number, level: number): boolean {
    const isMapped = this.#table.map(slot.gfnOf(first) * PAGE_SIZE, spfn, RIGHTS, level);
    for (let at = 0; at < count; at++) {
      if (isMapped) {
        slot.frames[first + at] = spfn + at;
        slot.setState(first + at, PAGE_STATE.backed);
      } else this.frames.removeUser(spfn + at, this.owner, slot.gfnOf(first + at));
    }
    return isMapped;
  }

  /** Lets the guest reach a page of device registers itself; false on a shortage of frames for tables. */
  mapDevice(gpa: number, spa: number): boolean {
    invariant(this.slotOf(gpa) === undefined && !this.ram.holds(spa, 1), 'registers are no memory');
    return this.#table.map(gpa, spa / PAGE_SIZE, PTE_R | PTE_W);
  }
  unmapDevice(gpa: number): void {
    this.#table.unmap(gpa);
    this.#fence();
  }

  /** Takes a page out of its frame. */
  remove(slot: Memslot, page: number, state: number): void {
    const gfn = slot.gfnOf(page);
    this.written.keep(pageNumber(gfn));
    this.written.forget(pageNumber(gfn), FOR_SWAP);
    if (state !== PAGE_STATE.swapped) this.swap.uncache(this.owner, gfn);
    this.#table.unmap(gfn * PAGE_SIZE);
    this.frames.removeUser(slot.frames[page]!, this.owner, gfn);
    slot.frames[page] = UNBACKED;
    slot.rights[page]! &= ~UNMAPPED;
    slot.setState(page, state);
    this.#fence();
  }

  /** Brings the entry of a page that has a frame to what it may permit now; SHORTAGE when there is no frame for its tables. */
  permit(slot: Memslot, page: number): number {
    const gpa = slot.gfnOf(page) * PAGE_SIZE;
    const before = this.#table.flagsOf(gpa) & RIGHTS;
    const permissions = slot.permissionsOf(page);
    if (before === 0) {
      if (permissions === 0) return 0;
      const isMapped = this.#map(slot, page, slot.frames[page]!, permissions);
      if (isMapped) slot.rights[page]! &= ~UNMAPPED;
      else slot.rights[page]! |= UNMAPPED;
      return isMapped ? 0 : SHORTAGE;
    }
    if (permissions === 0) {
      this.#keepBits(gpa);
      this.#table.unmap(gpa);
    } else this.#table.protect(gpa, permissions);
    if ((before & ~permissions) !== 0) this.#fence();
    return 0;
  }

  /** True when a page's frame may be taken away or shared: it has one, and no device holds it. */
  isReclaimable(gpa: number): boolean {
    const slot = this.slotOf(gpa);
    if (slot === undefined || this.inOneRun || this.isPinned) return false;
    const [page, state] = [slot.pageOf(gpa), slot.states[slot.pageOf(gpa)]];
    return (state === PAGE_STATE.backed || state === PAGE_STATE.shared) && slot.pins[page] === 0;
  }

  /** What the hypervisor allows of a page from now on. False on a shortage of frames for tables. */
  protect(gpa: number, rights: number): boolean {
    return this.#setRights(gpa, rights & RIGHTS);
  }
  /** Withholds W from a page until its next write, which is then seen: {@link isWatched} has become false. */
  watch(gpa: number): boolean {
    const rights = this.slotOf(gpa)?.rights[this.slotOf(gpa)!.pageOf(gpa)] ?? 0;
    return (rights & PTE_W) !== 0 && this.#setRights(gpa, (rights & ~PTE_W) | WATCHED);
  }
  /** True while a page waits for its next write. */
  isWatched(gpa: number): boolean {
    const slot = this.slotOf(gpa);
    return slot !== undefined && (slot.rights[slot.pageOf(gpa)]! & WATCHED) !== 0;
  }
  #setRights(gpa: number, rights: number): boolean {
    const slot = this.slotOf(gpa);
    if (slot === undefined || this.inOneRun || !this.isolate(gpa)) return false;
    const page = slot.pageOf(gpa);
    slot.rights[page] = rights;
    return !hasFrame(slot.states[page]!) || this.permit(slot, page) === 0;
  }

  /** Gives a page that lies in a huge leaf a leaf of its own; false on a shortage. */
  isolate(gpa: number): boolean {
    if (this.inOneRun) return this.#table.levelOf(gpa) === 0;
    while (this.#table.levelOf(gpa) > 0) if (!this.#table.split(gpa)) return false;
    return true;
  }
  /**
   * Before a page loses its frame: if there is no frame for the table that a leaf of its own needs, the huge leaf goes, and its other
   * pages are mapped again when they are accessed. False where the page must stay.
   */
  cutOut(gpa: number): boolean {
    if (this.inOneRun) return false;
    if (this.isolate(gpa)) return true;
    const size = LEAF_SIZE[this.#table.levelOf(gpa)]!;
    const first = gpa - (gpa % size);
    this.#keepBits(gpa);
    this.#table.unmap(gpa);
    this.#fence();
    for (const slot of this.slots) slot.noteUnmapped(first, first + size);
    return true;
  }
  /** Maps what lies around an address by one leaf of a level, if its frames allow it; harts may remember where the table was. */
  join(gpa: number, level: number): boolean {
    if (!this.#table.join(gpa, level)) return false;
    this.#fence();
    return true;
  }
  /** Flags of the G-stage entry of a page; 0 when it is not mapped. */
  flagsOf(gpa: number): number {
    return this.#table.flagsOf(gpa);
  }
  /** Gives the flags of the G-stage entry of every page of a slot; 0 for what is not mapped. */
  flagsIn(slot: Memslot, each: (page: number, flags: number) => void): void {
    this.#table.flagsIn(slot.base, slot.sizeBytes / PAGE_SIZE, each);
  }
  /** Level of the G-stage leaf of a page; -1 when it is not mapped. */
  levelOf(gpa: number): number {
    return this.#table.levelOf(gpa);
  }
  /** True when the leaf of a page had A or D, which it then has no more: harts fence before they next run here. */
  takeBit(gpa: number, bit: number): boolean {
    const wasSet = this.#table.clear(gpa, bit);
    if (wasSet) this.#fence();
    return wasSet;
  }
  /** Tells somebody of every change of a page's state from now on; `undefined`: nobody. */
  watchPages(watcher: PageWatcher | undefined): void {
    for (const slot of this.slots) slot.watcher = watcher;
  }

  /** Names the leaves of a slot that have A or D, and clears it there. */
  harvest(slot: Memslot, bit: number, each: (gpa: number, bytes: number) => void): void {
    this.#table.harvest(slot.base, slot.sizeBytes, bit, each);
    this.#fence();
  }
  /** What a leaf that goes says of its pages is noted. */
  #keepBits(gpa: number): void {
    const page = pageNumber(Math.floor(gpa / PAGE_SIZE));
    this.accessed.keep(page);
    this.written.keep(page);
  }
  /** Sets A or D in the leaves of pages, as a hart does for its accesses. */
  mark(gpa: number, bits: number, pages = 1): void {
    this.#table.mark(gpa, bits, pages);
  }

  /** Gives everything back: RAM, tables, places in the swap area. Harts must not run in it any more, and fence. */
  release(): void {
    for (const slot of this.slots) {
      for (let page = 0; page < slot.frames.length; page++) releasePage(this, slot, page);
      slot.clear();
    }
    this.accessed.clear();
    this.written.clear();
    this.#table.release();
  }

  capture(): AddressSpaceState {
    return {
      slots: this.slots.map((slot) => slot.capture()),
      table: this.#table.capture(),
      swaps: { ins: this.swappedIn, outs: this.swappedOut },
      ...{ untold: this.accessed.capture(), unsaid: this.written.capture() },
    };
  }
  restore({ slots, table, swaps, untold, unsaid }: AddressSpaceState): void {
    if (slots.length !== this.slots.length) throw new SnapshotFormatError('a VM of other memslots');
    for (const [index, slot] of this.slots.entries()) {
      slot.restore(slots[index]!);
      checkPages(this, slot);
    }
    this.accessed.restore(untold);
    this.written.restore(unsaid);
    [this.swappedIn, this.swappedOut] = [swaps.ins, swaps.outs];
    this.#table.restore(table);
    const { root } = this.#table;
    if (root !== NO_FRAME && this.frames.owners[root - FIRST_FRAME] !== this.owner)
      throw new SnapshotFormatError('a G-stage root in a frame of another owner');
  }
}
