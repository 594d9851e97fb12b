/**
 * Takes frames back when too few are free: from balloons, by compressing pages, and by writing them to the swap area, in this order.
 * It does so by itself, a piece at a time, from when the host's memory is not high until it is; and at once for who needs a frame while
 * hardly any is left. Whose page goes the idle memory tax decides, which page of the VM a replacement policy. Pages of
 * VMs with fixed allocation stay: their frames were promised.
 */
import { PAGE_SIZE } from '#base/addresses';
import { HOST_MEMORY_STATE, type ReclaimWay } from '#base/catalogue/host-memory-states';
import type { SwapSpec } from '#base/scenario';
import { SWAP_SPEC } from '#base/scenario-state';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { integer, list, optional, u32, upTo } from '#base/state/types';
import { OWNER_FIRST_VM } from '#base/views';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { createKind } from '#machine/kind';
import { RANDOM_STATE, RandomGenerator } from '#machine/random-generator';
import type { Duty } from '../../cpu/duties.ts';
import type { AddressSpace } from '../address-space.ts';
import type { CompressedStore } from '../compression/compressed-store.ts';
import { compress } from '../compression/compressing.ts';
import { COMPRESS_NS, EVICT_NS, LEAF_NS } from '../costs.ts';
import type { FrameAllocator } from '../frame-allocator.ts';
import { gpaOfPage } from '../noted-pages.ts';
import { NO_PAGE, type PolicyKind, type ReplacementPolicy, TICK_NS } from '../swap/policies/policy.ts';
import type { SwapArea } from '../swap/swap-area.ts';
import { swapOut } from '../swap/swapping.ts';
import type { Balloons } from './balloons.ts';
import { GivingBack } from './giving-back.ts';
import { framesFor, stateOf } from './host-memory-state.ts';
import { priceOf } from './idle-tax.ts';
import type { Pressure } from './pressure.ts';
import { ReclaimHistory } from './reclaim-history.ts';
import { RESIDENT_PAGES, ResidentPages, type ResidentPagesState } from './resident-pages.ts';

/** From one piece to the next, and pages that one takes at most. */
const PERIOD_NS: VirtualNs = 10 * NS_PER_MS;
const PIECE_PAGES = 64;
/** Pages that are taken at once for who needs a frame. */
const DIRECT_PAGES = 16;
const SAMPLE_NS: VirtualNs = 500 * NS_PER_MS;
const MOMENT_NS: VirtualNs = 100 * NS_PER_MS;
/** What the buffer of the swap disk holds, as time to write it: whoever writes more waits. */
const BUFFER_NS: VirtualNs = 5 * NS_PER_MS;
/** Nothing comes back before nothing has been taken for so long. */
const CALM_NS: VirtualNs = 1_000 * NS_PER_MS;
const NOBODY_EXCLUDED: ReadonlySet<number> = new Set();

/** The pages of a VM, by its slot. */
interface PlacedPages {
  readonly slot: number;
  readonly pages: ResidentPagesState;
}
export interface ReclaimState {
  /** It takes nothing without. */
  readonly settings: SwapSpec | undefined;
  readonly state: number;
  readonly tickAtNs: VirtualNs;
  readonly sampleAtNs: VirtualNs;
  readonly tookAtNs: VirtualNs;
  readonly random: Uint32Array;
  readonly vms: readonly PlacedPages[];
}
/** Before there was one. */
export const NO_RECLAIM: ReclaimState = {
  ...{ settings: undefined, state: HOST_MEMORY_STATE.high, tickAtNs: 0, sampleAtNs: 0, tookAtNs: 0 },
  ...{ random: new RandomGenerator(0).capture(), vms: [] },
};
export const RECLAIM: Declaration<ReclaimState> = declare('reclaim', {
  ...{ settings: optional(SWAP_SPEC), state: u32, tickAtNs: integer, sampleAtNs: integer },
  tookAtNs: since(7, integer, 0),
  random: RANDOM_STATE,
  vms: list(declare<PlacedPages>('placed pages', { slot: u32, pages: RESIDENT_PAGES }), upTo(4096)),
});

export interface ReclaimerOptions {
  readonly frames: FrameAllocator;
  readonly swap: SwapArea;
  readonly compressed: CompressedStore;
  readonly policies: readonly PolicyKind[];
  readonly seed: number;
  readonly now: () => VirtualNs;
  /** Frames of the VM in a slot stay its own. */
  readonly isReserved: (slot: number) => boolean;
  readonly balloons: Balloons;
  /** Takes time of the CPU that does the work. */
  readonly charge: (ns: VirtualNs) => void;
}

export class Reclaimer implements Duty, Pressure {
  readonly id = 'reclaim';
  readonly history: ReclaimHistory = new ReclaimHistory();
  readonly #options: ReclaimerOptions;
  readonly #back: GivingBack;
  readonly #random: RandomGenerator;
  #settings: SwapSpec | undefined;
  /** By slot: memory of VMs, and their pages while it works. */
  readonly #spaces = new Map<number, AddressSpace>();
  readonly #pages = new Map<number, ResidentPages>();
  #state: number = HOST_MEMORY_STATE.high;
  #tickAt: VirtualNs = 0;
  #sampleAt: VirtualNs = 0;
  #momentAt: VirtualNs = 0;
  /** When it last took frames of pages. */
  #tookAt: VirtualNs = 0;
  /** What the present piece of work has cost so far. */
  #cost: VirtualNs = 0;
  #isAtWork = false;

  constructor(options: ReclaimerOptions, settings: SwapSpec | undefined) {
    this.#options = options;
    this.#random = new RandomGenerator(options.seed);
    const { history } = this;
    this.#back = new GivingBack({ ...options, history, spaces: () => this.#byPrice() });
    this.set(settings);
  }

  get settings(): SwapSpec | undefined {
    return this.#settings;
  }
  /** Rules by which pages may go. */
  get policies(): readonly PolicyKind[] {
    return this.#options.policies;
  }
  /** Begins, ceases, or goes on in another way. What is swapped out or compressed stays so until it is touched. */
  set(settings: SwapSpec | undefined): void {
    const before = this.#settings;
    this.#apply(settings);
    if (settings?.policy === before?.policy) return;
    for (const [slot] of this.#spaces) this.#follow(slot);
    if (settings === undefined) this.#back.letDown(Number.POSITIVE_INFINITY);
  }
  #apply(settings: SwapSpec | undefined): void {
    const { swap, compressed, frames } = this.#options;
    this.#settings = settings;
    if (settings === undefined) {
      compressed.mostFrames = 0;
      this.#state = HOST_MEMORY_STATE.high;
      return;
    }
    swap.capacity = settings.sizeBytes / PAGE_SIZE;
    compressed.mostFrames = Math.floor((frames.count * settings.compressPercent) / 100);
  }

  /** A VM has come into a slot. */
  adopt(slot: number, space: AddressSpace): void {
    this.#spaces.set(slot, space);
    this.#follow(slot);
  }
  /** The VM of a slot has gone. */
  dismiss(slot: number): void {
    this.#spaces.delete(slot);
    this.#follow(slot);
  }
  /** Takes up the pages of a VM, or gives them up. */
  #follow(slot: number): void {
    this.#pages.get(slot)?.end();
    this.#pages.delete(slot);
    const space = this.#spaces.get(slot);
    if (space === undefined || this.#settings === undefined) return;
    const pages = new ResidentPages(space, this.#policy(slot, this.#settings), this.#options.now);
    this.#pages.set(slot, pages);
    pages.begin();
  }
  #policy(slot: number, { policy }: SwapSpec): ReplacementPolicy {
    const { policies, seed } = this.#options;
    return createKind(policies, { kind: policy }, { seed: (seed ^ (slot + 1)) >>> 0 });
  }

  /** State of the host's memory: a position in the table of them. */
  get state(): number {
    return this.#state;
  }
  /** Pages of the VM in a slot as it sees them; nothing while it rests. */
  pagesOf(slot: number): ResidentPages | undefined {
    return this.#pages.get(slot);
  }
  isReserved(slot: number): boolean {
    return this.#options.isReserved(slot);
  }
  /** What the VM in a slot pays for a page; who pays least gives one up. */
  priceOf(slot: number): number {
    const pages = this.#pages.get(slot);
    if (pages === undefined) return Number.POSITIVE_INFINITY;
    return priceOf(pages.pages, pages.policy.size, pages.used, this.#settings!.taxPercent);
  }

  // Duty: by itself.

  get periodNs(): VirtualNs | undefined {
    return this.#settings && PERIOD_NS;
  }
  run(now: VirtualNs): VirtualNs {
    this.#cost = 0;
    this.#look(now);
    this.#noteState();
    if (now >= this.#momentAt) {
      this.history.moment({ at: now, state: this.#state, free: this.#options.frames.free });
      this.#momentAt = now + MOMENT_NS;
    }
    const { frames, swap, balloons } = this.#options;
    const wanted = framesFor(HOST_MEMORY_STATE.high, frames.count) - frames.free;
    if (this.#state === HOST_MEMORY_STATE.high)
      this.#cost += this.#back.run(-wanted, now >= this.#tookAt + CALM_NS);
    else {
      this.#back.relieve();
      const asked = balloons.blowUp(wanted, (slot) => this.priceOf(slot));
      if (asked !== undefined) this.history.taking({ at: now, way: 'ballooned', ...asked });
      const spared = this.#state === HOST_MEMORY_STATE.soft ? balloons.working() : NOBODY_EXCLUDED;
      if (swap.backlogNs < BUFFER_NS) this.#take(Math.min(wanted, PIECE_PAGES), spared);
      this.#noteState();
    }
    return this.#cost;
  }

  /** Memory of VMs by slot, of those that pay most for a page first. */
  #byPrice(): readonly (readonly [slot: number, space: AddressSpace])[] {
    const slots = [...this.#pages.keys()].sort((a, b) => this.priceOf(b) - this.priceOf(a) || a - b);
    return slots.map((slot) => [slot, this.#pages.get(slot)!.space]);
  }

  /** Reads accessed bits where it is time to. */
  #look(now: VirtualNs): void {
    let looked = 0;
    if (now >= this.#tickAt) {
      for (const pages of this.#bySlot()) looked += pages.policy.tick(pages);
      this.#tickAt = now + TICK_NS;
    }
    if (now >= this.#sampleAt) {
      for (const pages of this.#bySlot()) looked += pages.sample(this.#random);
      this.#sampleAt = now + SAMPLE_NS;
    }
    this.#cost += looked * LEAF_NS;
  }
  #bySlot(): readonly ResidentPages[] {
    return [...this.#pages].sort(([a], [b]) => a - b).map(([, pages]) => pages);
  }

  #noteState(): void {
    const { frames, now } = this.#options;
    const { free } = frames;
    const state = stateOf(free, frames.count, this.#state);
    if (state === this.#state) return;
    this.#state = state;
    this.history.moment({ at: now(), state, free });
  }

  // Pressure: for who needs a frame.

  get reserve(): number {
    return this.#settings === undefined ? 0 : framesFor(HOST_MEMORY_STATE.low, this.#options.frames.count);
  }
  /** Pages that the swap area has room for, less some that devices may hold. */
  get spare(): number {
    const { swap } = this.#options;
    if (this.#settings === undefined || !swap.writes) return 0;
    return Math.max(0, swap.capacity - swap.used - PIECE_PAGES);
  }
  charge(ns: VirtualNs): void {
    this.#options.charge(ns);
  }
  makeRoom(owner: number): boolean {
    // To take a page out of a huge leaf needs a table, for which no room is made.
    if (this.#settings === undefined || this.#isAtWork) return false;
    this.#cost = 0;
    this.#noteState();
    const taken = this.#take(DIRECT_PAGES, NOBODY_EXCLUDED, owner - OWNER_FIRST_VM);
    this.#noteState();
    this.charge(this.#cost + Math.max(0, this.#options.swap.backlogNs - BUFFER_NS));
    return taken;
  }

  /** Takes pages until so many frames more are free; false when none could be. */
  #take(wanted: number, spared: ReadonlySet<number>, need?: number): boolean {
    const { frames } = this.#options;
    const before = frames.free;
    const givers = new Set([...this.#pages.keys()].sort((a, b) => a - b));
    for (const slot of givers) if (spared.has(slot) || this.isReserved(slot)) givers.delete(slot);
    const taken = new Map<string, { from: number; way: ReclaimWay; pages: number }>();
    this.#isAtWork = true;
    // What is left of a compressed page may need the frame that it gave up.
    for (let left = 2 * wanted; left > 0 && frames.free < before + wanted; left--) {
      const from = this.#poorest(givers);
      if (from === undefined) break;
      const way = this.#evict(this.#pages.get(from)!);
      if (way === undefined) {
        givers.delete(from);
        left += 1;
        continue;
      }
      const key = `${from} ${way}`;
      const known = taken.get(key);
      if (known === undefined) taken.set(key, { from, way, pages: 1 });
      else known.pages += 1;
    }
    this.#isAtWork = false;
    const at = this.#options.now();
    for (const each of taken.values())
      this.history.taking({ at, ...each, ...(need === undefined ? {} : { need }) });
    if (frames.free > before) this.#tookAt = at;
    return frames.free > before;
  }

  /** Of some slots, in their order, that of the VM which pays least for a page. */
  #poorest(slots: ReadonlySet<number>): number | undefined {
    let poorest: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const slot of slots) {
      const price = this.priceOf(slot);
      if (price >= least) continue;
      least = price;
      poorest = slot;
    }
    return poorest;
  }

  /** Takes a page of a VM, in the cheapest way that there is. */
  #evict(pages: ResidentPages): ReclaimWay | undefined {
    const { now, compressed } = this.#options;
    const looks = pages.looks;
    const page = pages.policy.victim(now(), pages);
    this.#cost += (pages.looks - looks) * LEAF_NS;
    if (page === NO_PAGE) return undefined;
    const gpa = gpaOfPage(page);
    pages.space.accessed.keep(page);
    if (compressed.hasRoom) {
      this.#cost += COMPRESS_NS;
      if (compress(pages.space, gpa, compressed)) return 'compressed';
    }
    this.#cost += EVICT_NS;
    return swapOut(pages.space, gpa) ? 'swapped' : undefined;
  }

  capture(): ReclaimState {
    return {
      settings: this.#settings,
      ...{ state: this.#state, tickAtNs: this.#tickAt, sampleAtNs: this.#sampleAt },
      tookAtNs: this.#tookAt,
      random: this.#random.capture(),
      vms: [...this.#pages]
        .sort(([a], [b]) => a - b)
        .map(([slot, pages]) => ({ slot, pages: pages.capture() })),
    };
  }
  /** Of a host whose VMs have been restored. */
  restore({ settings, state, tickAtNs, sampleAtNs, tookAtNs, random, vms }: ReclaimState): void {
    const capacity = this.#options.swap.capacity;
    this.#apply(settings);
    this.#options.swap.capacity = capacity;
    for (const [slot] of this.#spaces) this.#follow(slot);
    if (vms.length !== this.#pages.size) throw new SnapshotFormatError('pages of other VMs');
    for (const { slot, pages } of vms) {
      const mine = this.#pages.get(slot);
      if (mine === undefined) throw new SnapshotFormatError('pages of a VM that there is not');
      mine.restore(pages);
    }
    this.#state = state;
    this.#tickAt = tickAtNs;
    this.#sampleAt = sampleAtNs;
    this.#tookAt = tookAtNs;
    this.#random.restore(random);
    this.history.clear();
  }
}
