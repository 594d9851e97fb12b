/**
 * The swap area of a host: pages of its VMs on a disk of its own, which takes as long as disks do. It may not choose pages.
 */
import { PAGE_SIZE } from '#base/addresses';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since, until } from '#base/state/declare';
import { bool, exactly, integer, list, piece, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { DiskSchedule } from '#machine/disk-time';
import type { EventQueue } from '#machine/event-queue';
import { MAX_RAM_SIZE } from '#machine/layout';
import type { PhysicalMemory } from '#machine/memory';
import { NO_PLACE, type PageStore, type Place } from './page-store.ts';

export interface SwapAreaOptions {
  readonly ram: PhysicalMemory;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** Pages that it has room for at first. */
  readonly capacity: number;
}

/** A page of an owner has been read; or could not be, and lies at its place as it did. */
export type OnArrival = (owner: number, guestFrame: number, failedAt?: Place) => void;

/** A page that lies at a place. */
interface SwappedPage {
  readonly place: Place;
  readonly content: Uint8Array;
}
/** A page that is being read. */
interface Arrival {
  readonly owner: number;
  readonly guestFrame: number;
  readonly at: VirtualNs;
}
/** A page in a frame whose content lies at a place as well, if it has not been changed since it was read. */
interface CachedPage {
  readonly owner: number;
  readonly guestFrame: number;
  readonly place: Place;
}
export interface SwapAreaState {
  readonly capacity: number;
  /** Up to version 6: it reads and writes. */
  readonly works?: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly sparedWrites: number;
  /** The oldest first. */
  readonly cached: readonly CachedPage[];
  readonly freeAtNs: VirtualNs;
  readonly pages: readonly SwappedPage[];
  readonly arrivals: readonly Arrival[];
}
export const SWAP_AREA: Declaration<SwapAreaState> = declare<SwapAreaState>('swap area', {
  capacity: since(6, u32, 0),
  works: until(7, bool),
  ...{ reads: since(7, bool, true), writes: since(7, bool, true), sparedWrites: since(7, integer, 0) },
  cached: since(
    7,
    list(
      declare<CachedPage>('cached page', { owner: u32, guestFrame: u32, place: u32 }),
      upTo(MAX_RAM_SIZE / PAGE_SIZE),
    ),
    [],
  ),
  freeAtNs: integer,
  pages: list(
    declare<SwappedPage>('swapped page', { place: u32, content: piece(exactly(PAGE_SIZE)) }),
    upTo(MAX_RAM_SIZE / PAGE_SIZE),
  ),
  arrivals: list(
    declare<Arrival>('arrival', { owner: u32, guestFrame: u32, at: integer }),
    upTo(MAX_RAM_SIZE / PAGE_SIZE),
  ),
});

const CHANNEL = 'swap';
/** Guest frames of one owner, in the data of an event. */
const OWNER_SPAN = 2 ** 32;

export class SwapArea implements PageStore {
  readonly #options: SwapAreaOptions;
  readonly #disk = new DiskSchedule();
  /** Pages that it has room for. */
  capacity: number;
  /** What its disk does. */
  reads = true;
  writes = true;
  /** Pages that went there without being written: they lay there still. */
  sparedWrites = 0;
  /** By place less 1. */
  readonly #pages: (Uint8Array | undefined)[] = [];
  /** Pages that are being read, by owner and guest frame, and when that is done. */
  readonly #arrivals = new Map<number, VirtualNs>();
  /** Places of pages that were read and are in frames since, by owner and guest frame; the oldest first. */
  readonly #cached = new Map<number, Place>();
  readonly #cachedPlaces = new Set<Place>();
  #used = 0;
  /** No place below this one is free. */
  #lowest: Place = NO_PLACE + 1;

  constructor(options: SwapAreaOptions, onArrival: OnArrival) {
    this.#options = options;
    this.capacity = options.capacity;
    options.events.on(CHANNEL, (data) => {
      this.#arrivals.delete(data);
      const [owner, guestFrame] = [Math.floor(data / OWNER_SPAN), data % OWNER_SPAN];
      if (this.reads) onArrival(owner, guestFrame);
      else onArrival(owner, guestFrame, this.#reclaimCached(data));
    });
  }

  /** Pages in it. */
  get used(): number {
    return this.#used;
  }

  /** How long its disk will be at what it was given. */
  get backlogNs(): VirtualNs {
    return Math.max(0, this.#disk.freeAt - this.#options.now());
  }

  /** Places of pages that are in frames. */
  get cached(): number {
    return this.#cached.size;
  }

  put(spfn: number, owner: number, guestFrame: number, isChanged: boolean): Place {
    const page = owner * OWNER_SPAN + guestFrame;
    if (this.#cached.has(page) && !isChanged) {
      this.sparedWrites += 1;
      return this.#reclaimCached(page);
    }
    const { ram, now } = this.#options;
    if (!this.writes) return NO_PLACE;
    this.uncache(owner, guestFrame);
    if (this.#used + this.#cached.size >= this.capacity) this.#dropOldest();
    if (this.#used + this.#cached.size >= this.capacity) return NO_PLACE;
    while (this.#pages[this.#lowest - 1] !== undefined) this.#lowest += 1;
    const place = this.#lowest;
    this.#pages[place - 1] = ram.view(spfn * PAGE_SIZE, PAGE_SIZE).slice();
    this.#used += 1;
    this.#disk.add(now(), PAGE_SIZE);
    return place;
  }

  fetch(place: Place, spfn: number, owner: number, guestFrame: number): void {
    const { ram, now } = this.#options;
    ram.write(spfn * PAGE_SIZE, this.read(place));
    this.#cache(owner * OWNER_SPAN + guestFrame, place);
    this.#arrive(owner, guestFrame, this.#disk.add(now(), PAGE_SIZE));
  }

  /** The place of a page in a frame is that of a page in the area again. */
  #reclaimCached(page: number): Place {
    const place = this.#cached.get(page);
    if (place === undefined) throw new RangeError('a page that was read lies at a place');
    this.#cached.delete(page);
    this.#cachedPlaces.delete(place);
    this.#used += 1;
    return place;
  }
  #cache(page: number, place: Place): void {
    this.#cached.set(page, place);
    this.#cachedPlaces.add(place);
    this.#used -= 1;
  }
  /** Makes room, at the cost of a page's being written again one day. What is on its way keeps its place: it may not arrive. */
  #dropOldest(): void {
    for (const page of this.#cached.keys()) {
      if (this.#arrivals.has(page)) continue;
      this.uncache(Math.floor(page / OWNER_SPAN), page % OWNER_SPAN);
      return;
    }
  }
  uncache(owner: number, guestFrame: number): void {
    const page = owner * OWNER_SPAN + guestFrame;
    if (this.#cached.has(page)) this.drop(this.#reclaimCached(page));
  }

  #arrive(owner: number, guestFrame: number, at: VirtualNs): void {
    const page = owner * OWNER_SPAN + guestFrame;
    this.#arrivals.set(page, at);
    this.#options.events.schedule(at, CHANNEL, page);
  }

  /** When a page that is being read will be there. */
  arrivesAt(owner: number, guestFrame: number): VirtualNs | undefined {
    return this.#arrivals.get(owner * OWNER_SPAN + guestFrame);
  }

  forget(owner: number, guestFrame: number): void {
    this.#arrivals.delete(owner * OWNER_SPAN + guestFrame);
    this.#options.events.cancel(CHANNEL, owner * OWNER_SPAN + guestFrame);
  }

  /** True when a page lies at a place that is in no frame. */
  has(place: Place): boolean {
    return this.#pages[place - 1] !== undefined && !this.#cachedPlaces.has(place);
  }

  drop(place: Place): void {
    this.#pages[place - 1] = undefined;
    this.#used -= 1;
    if (place < this.#lowest) this.#lowest = place;
  }

  /** The content of a place. */
  read(place: Place): Uint8Array {
    const page = this.#pages[place - 1];
    if (page === undefined) throw new RangeError(`nothing lies at place ${place} of the swap area`);
    return page;
  }

  capture(): SwapAreaState {
    const pages = this.#pages.flatMap((content, index) =>
      content === undefined ? [] : [{ place: index + 1, content }],
    );
    const arrivals = [...this.#arrivals]
      .sort(([a], [b]) => a - b)
      .map(([page, at]) => ({ owner: Math.floor(page / OWNER_SPAN), guestFrame: page % OWNER_SPAN, at }));
    const cached = [...this.#cached].map(([page, place]) => ({
      ...{ owner: Math.floor(page / OWNER_SPAN), guestFrame: page % OWNER_SPAN, place },
    }));
    const { capacity, reads, writes, sparedWrites } = this;
    return {
      ...{ capacity, reads, writes, sparedWrites, cached },
      freeAtNs: this.#disk.freeAt,
      pages,
      arrivals,
    };
  }
  restore(state: SwapAreaState): void {
    const { capacity, works = true, reads, writes, sparedWrites, freeAtNs, pages, arrivals, cached } = state;
    // Older states do not say: it was as large as it is at first.
    this.capacity = capacity === 0 ? this.#options.capacity : capacity;
    this.reads = reads && works;
    this.writes = writes && works;
    this.sparedWrites = sparedWrites;
    this.#disk.freeAt = freeAtNs;
    this.#pages.length = 0;
    this.#lowest = NO_PLACE + 1;
    this.#used = 0;
    for (const { place, content } of pages) {
      const isFree = place > NO_PLACE && this.#pages[place - 1] === undefined;
      if (!isFree) throw new SnapshotFormatError('a page that cannot lie in the swap area');
      this.#pages[place - 1] = content;
      this.#used += 1;
    }
    this.#cached.clear();
    this.#cachedPlaces.clear();
    for (const { owner, guestFrame, place } of cached) {
      const page = owner * OWNER_SPAN + guestFrame;
      if (!this.has(place) || this.#cached.has(page))
        throw new SnapshotFormatError('a page in a frame at a place that is not its own');
      this.#cache(page, place);
    }
    for (const page of this.#arrivals.keys()) this.#options.events.cancel(CHANNEL, page);
    this.#arrivals.clear();
    for (const { owner, guestFrame, at } of arrivals) this.#arrive(owner, guestFrame, at);
  }
}
