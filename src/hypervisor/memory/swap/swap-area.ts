/**
 * The swap area of a host: pages of its VMs on a disk of its own, which takes as long as disks do. It may not choose pages.
 */
import { PAGE_SIZE } from '#base/addresses';
import { SnapshotFormatError, type StateReader, type StateWriter } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import { DiskSchedule } from '#machine/disk-time';
import type { EventQueue } from '#machine/event-queue';
import type { PhysicalMemory } from '#machine/memory';
import { NO_PLACE, type PageStore, type Place } from './page-store.ts';

export interface SwapAreaOptions {
  readonly ram: PhysicalMemory;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** Pages that it has room for. */
  readonly capacity: number;
}

/** A page of an owner has been read. */
export type OnArrival = (owner: number, guestFrame: number) => void;

const CHANNEL = 'swap';
/** Guest frames of one owner, in the data of an event. */
const OWNER_SPAN = 2 ** 32;

export class SwapArea implements PageStore {
  readonly #options: SwapAreaOptions;
  readonly #disk = new DiskSchedule();
  /** By place less 1. */
  readonly #pages: (Uint8Array | undefined)[] = [];
  #used = 0;
  /** No place below this one is free. */
  #lowest: Place = NO_PLACE + 1;

  constructor(options: SwapAreaOptions, onArrival: OnArrival) {
    this.#options = options;
    options.events.on(CHANNEL, (data) => onArrival(Math.floor(data / OWNER_SPAN), data % OWNER_SPAN));
  }

  /** Pages in it. */
  get used(): number {
    return this.#used;
  }

  put(spfn: number): Place {
    const { ram, now, capacity } = this.#options;
    if (this.#used >= capacity) return NO_PLACE;
    while (this.#pages[this.#lowest - 1] !== undefined) this.#lowest += 1;
    const place = this.#lowest;
    this.#pages[place - 1] = ram.view(spfn * PAGE_SIZE, PAGE_SIZE).slice();
    this.#used += 1;
    this.#disk.add(now(), PAGE_SIZE);
    return place;
  }

  fetch(place: Place, spfn: number, owner: number, guestFrame: number): void {
    const { ram, events, now } = this.#options;
    ram.write(spfn * PAGE_SIZE, this.read(place));
    this.drop(place);
    events.schedule(this.#disk.add(now(), PAGE_SIZE), CHANNEL, owner * OWNER_SPAN + guestFrame);
  }

  forget(owner: number, guestFrame: number): void {
    this.#options.events.cancel(CHANNEL, owner * OWNER_SPAN + guestFrame);
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

  save(w: StateWriter): void {
    w.section('swap');
    w.integer(this.#disk.freeAt);
    const used = this.#pages.flatMap((page, index) => (page === undefined ? [] : [{ page, index }]));
    w.list(used, ({ page, index }) => {
      w.u32(index);
      w.bytes(page);
    });
  }
  load(r: StateReader): void {
    r.section('swap');
    this.#disk.freeAt = r.integer();
    this.#pages.length = 0;
    this.#lowest = NO_PLACE + 1;
    this.#used = 0;
    r.list(() => {
      const index = r.u32();
      const page = r.bytes();
      if (index >= this.#options.capacity || page.length !== PAGE_SIZE || this.#pages[index] !== undefined)
        throw new SnapshotFormatError('a page that cannot lie in the swap area');
      this.#pages[index] = page;
      this.#used += 1;
    });
  }
}
