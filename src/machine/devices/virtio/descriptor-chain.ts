/**
 * A checked descriptor chain: where a request's bytes lie in guest memory, first those that the device reads, then those
 * that it writes. Plain values, read once; the guest may change its descriptors meanwhile and nothing happens.
 */
import { PAGE_SIZE } from '#base/addresses';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { integers, u32, upTo } from '#base/state/types';
import type { GuestMemory, MovePiece } from '../guest-memory.ts';

export interface ChainState {
  readonly head: number;
  /** Entries of the queue's ring that it takes. */
  readonly slots: number;
  /** How many of the segments the device reads; it writes the others. */
  readonly readableCount: number;
  /** By segment. */
  readonly addresses: Float64Array;
  readonly lengths: Float64Array;
}
/** Segments of the largest queue that virtio knows. */
const MOST_SEGMENTS = 32768;
export const CHAIN: Declaration<ChainState> = declare('descriptor chain', {
  head: u32,
  slots: since(8, u32, 1),
  readableCount: u32,
  addresses: integers(upTo(MOST_SEGMENTS)),
  lengths: integers(upTo(MOST_SEGMENTS)),
});

/** How much of a chain a device will touch, from the start of each part: so much of it is pinned. */
export interface Reach {
  readonly readable: number;
  readonly writable: number;
}

/** Reused from request to request; `capacity` is the size of the largest queue that fills it. */
export class DescriptorChain {
  /** Its number, by which it is named when it comes back: of a split queue the index of its first descriptor. */
  head = 0;
  /** Entries of a packed queue's ring that it takes. */
  slots = 1;
  /** Total bytes of the device-readable and the device-writable part. */
  readable = 0;
  writable = 0;
  readonly #address: Float64Array;
  readonly #length: Float64Array;
  #readableCount = 0;
  #count = 0;
  /** By segment: 1 while what a device may touch of it is pinned. */
  readonly #isPinned: Uint8Array;
  #reach: Reach = { readable: 0, writable: 0 };

  constructor(capacity: number) {
    this.#address = new Float64Array(capacity);
    this.#length = new Float64Array(capacity);
    this.#isPinned = new Uint8Array(capacity);
  }

  /** Pages that are held for it at most, since it was pinned. */
  pages = 0;

  /** Segments: ranges of memory, in the order of the chain. */
  get segments(): number {
    return this.#count;
  }
  /** Where a segment begins. */
  addressOf(segment: number): number {
    return this.#address[segment]!;
  }
  lengthOf(segment: number): number {
    return this.#length[segment]!;
  }

  /** Empties the chain for a new walk. */
  begin(head: number): void {
    this.head = head;
    this.slots = 1;
    this.readable = 0;
    this.writable = 0;
    this.#readableCount = 0;
    this.#count = 0;
  }

  /** Appends a segment; false when a readable one follows a writable one (virtio 1.2, §2.7.4.2). */
  append(address: number, length: number, writable: boolean): boolean {
    if (!writable && this.#count > this.#readableCount) return false;
    this.#address[this.#count] = address;
    this.#length[this.#count] = length;
    this.#count += 1;
    if (writable) this.writable += length;
    else {
      this.readable += length;
      this.#readableCount += 1;
    }
    return true;
  }

  /**
   * Pins what a device will touch of the chain; false when a part of it must be waited for, with nothing pinned. What is no memory
   * stays unpinned: to touch it fails.
   */
  pin(memory: GuestMemory, reach: Reach): boolean {
    this.#reach = reach;
    this.pages = 0;
    let rest = reach.readable;
    for (let i = 0; i < this.#count; i++) {
      if (i === this.#readableCount) rest = reach.writable;
      const length = Math.min(this.#length[i]!, rest);
      rest -= length;
      if (length === 0) continue;
      this.pages += Math.ceil(length / PAGE_SIZE) + 1;
      const answer = memory.pin(this.#address[i]!, length, i >= this.#readableCount);
      if (answer === 'wait') {
        this.unpin(memory);
        return false;
      }
      this.#isPinned[i] = answer === 'pinned' ? 1 : 0;
    }
    return true;
  }
  unpin(memory: GuestMemory): void {
    let rest = this.#reach.readable;
    for (let i = 0; i < this.#count; i++) {
      if (i === this.#readableCount) rest = this.#reach.writable;
      const length = Math.min(this.#length[i]!, rest);
      rest -= length;
      if (this.#isPinned[i] === 1) memory.unpin(this.#address[i]!, length);
      this.#isPinned[i] = 0;
    }
  }

  /** Fills `target` from the readable part, `skip` bytes in; false when the part is too short or not memory. */
  read(memory: GuestMemory, skip: number, target: Uint8Array): boolean {
    return this.#eachOf('readable', skip, target.length, (address, count, done) =>
      memory.read(address, target.subarray(done, done + count)),
    );
  }

  /** Writes `source` into the writable part, `skip` bytes in; false when the part is too short or not memory. */
  write(memory: GuestMemory, skip: number, source: Uint8Array): boolean {
    return this.#eachOf('writable', skip, source.length, (address, count, done) =>
      memory.write(address, source.subarray(done, done + count)),
    );
  }

  /** Gives `length` bytes of the readable part to `take`, `skip` bytes in; false when the part is too short or not memory. */
  moveOut(memory: GuestMemory, skip: number, length: number, take: MovePiece): boolean {
    return this.#eachOf('readable', skip, length, (address, count, done) =>
      memory.moveOut(address, count, take, done),
    );
  }

  /** Has the first `length` bytes of the writable part filled; false when the part is too short or not memory. */
  moveIn(memory: GuestMemory, length: number, fill: MovePiece): boolean {
    return this.#eachOf('writable', 0, length, (address, count, done) =>
      memory.moveIn(address, count, fill, done),
    );
  }

  /** Goes over `length` bytes of a part, `skip` bytes in, segment by segment; false when it is too short, or a segment was refused. */
  #eachOf(
    part: 'readable' | 'writable',
    skip: number,
    length: number,
    each: (address: number, count: number, done: number) => boolean,
  ): boolean {
    const end = part === 'readable' ? this.#readableCount : this.#count;
    let done = 0;
    let at = skip;
    for (let i = part === 'readable' ? 0 : this.#readableCount; i < end && done < length; i++) {
      const inSegment = this.#length[i]!;
      if (at >= inSegment) {
        at -= inSegment;
        continue;
      }
      const count = Math.min(inSegment - at, length - done);
      if (!each(this.#address[i]! + at, count, done)) return false;
      done += count;
      at = 0;
    }
    return done === length;
  }

  capture(): ChainState {
    return {
      head: this.head,
      slots: this.slots,
      readableCount: this.#readableCount,
      addresses: this.#address.subarray(0, this.#count),
      lengths: this.#length.subarray(0, this.#count),
    };
  }

  restore({ head, slots, readableCount, addresses, lengths }: ChainState): void {
    if (addresses.length > this.#address.length || addresses.length !== lengths.length)
      throw new SnapshotFormatError('a descriptor chain beyond its queue');
    this.begin(head);
    this.slots = slots;
    this.#isPinned.fill(0);
    for (let i = 0; i < addresses.length; i++) this.append(addresses[i]!, lengths[i]!, i >= readableCount);
  }
}
