/**
 * The swap area of a host: pages of its VMs on a disk of its own, which takes as long as disks do. It may not choose pages.
 */
import { PAGE_SIZE } from '#base/addresses';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
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

/** A page of an owner has been read. */
export type OnArrival = (owner: number, guestFrame: number) => void;

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
export interface SwapAreaState {
  readonly capacity: number;
  readonly works: boolean;
  readonly freeAtNs: VirtualNs;
  readonly pages: readonly SwappedPage[];
  readonly arrivals: readonly Arrival[];
}
export const SWAP_AREA: Declaration<SwapAreaState> = declare('swap area', {
  capacity: since(6, u32, 0),
  works: since(6, bool, true),
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
  works = true;
  /** By place less 1. */
  readonly #pages: (Uint8Array | undefined)[] = [];
  /** Pages that are being read, by owner and guest frame, and when that is done. */
  readonly #arrivals = new Map<number, VirtualNs>();
  #used = 0;
  /** No place below this one is free. */
  #lowest: Place = NO_PLACE + 1;

  constructor(options: SwapAreaOptions, onArrival: OnArrival) {
    this.#options = options;
    this.capacity = options.capacity;
    options.events.on(CHANNEL, (data) => {
      this.#arrivals.delete(data);
      onArrival(Math.floor(data / OWNER_SPAN), data % OWNER_SPAN);
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

  put(spfn: number): Place {
    const { ram, now } = this.#options;
    if (!this.works || this.#used >= this.capacity) return NO_PLACE;
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
    this.drop(place);
    this.#arrive(owner, guestFrame, this.#disk.add(now(), PAGE_SIZE));
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

  /** True when a page lies at a place. */
  has(place: Place): boolean {
    return this.#pages[place - 1] !== undefined;
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
    const { capacity, works } = this;
    return { capacity, works, freeAtNs: this.#disk.freeAt, pages, arrivals };
  }
  restore({ capacity, works, freeAtNs, pages, arrivals }: SwapAreaState): void {
    // Older states do not say: it was as large as it is at first.
    this.capacity = capacity === 0 ? this.#options.capacity : capacity;
    this.works = works;
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
    for (const page of this.#arrivals.keys()) this.#options.events.cancel(CHANNEL, page);
    this.#arrivals.clear();
    for (const { owner, guestFrame, at } of arrivals) this.#arrive(owner, guestFrame, at);
  }
}
