/**
 * Owner and state of every frame of a host's RAM, and who gets the next one. Deterministic: the lowest free frame that
 * fits is given. It may not know what a frame is used for beyond its state; a shortage is an ordinary answer.
 */
import { PAGE_SHIFT, PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { FRAME_STATE, FRAME_STATES } from '#base/catalogue/frame-states';
import { invariant } from '#base/result';
import { SnapshotFormatError, type StateReader, type StateWriter } from '#base/state-codec';
import type { PhysicalMemory } from '#machine/memory';

export const FRAME_FREE: number = FRAME_STATE.free;
export const FRAME_DATA: number = FRAME_STATE.data;
export const FRAME_PAGE_TABLE: number = FRAME_STATE['page-table'];

/** Owners as bytes: nobody, the hypervisor, then the VMs by slot. */
export const OWNER_NOBODY = 0;
export const OWNER_FIRST_VM = 16;

/** No frame left: an ordinary answer, to be handled by whoever asked. */
export const NO_FRAME = -1;

/** Number of the first frame of RAM. */
export const FIRST_FRAME: number = RAM_BASE / PAGE_SIZE;

/** Gives an array's memory: shared with the page or not, as the host's owner decides. */
export type Allocate = (bytes: number) => ArrayBufferLike;

/** All frames of one host. Frames are named by number (spfn, SPA >> 12). */
export class FrameAllocator {
  /** By frame from {@link FIRST_FRAME}: position in {@link FRAME_STATES}. Read by the page's frame map. */
  readonly states: Uint8Array;
  /** By frame: owner. Read by the page's frame map. */
  readonly owners: Uint8Array;
  /** By frame: the guest frame number of its RAM, or the level of a page table. The reverse map. */
  readonly guestFrames: Uint32Array;
  readonly count: number;
  /** Changes with every allocation and release, so that a reader looks only then. */
  generation = 0;
  readonly #ram: PhysicalMemory;
  #free: number;
  /** No frame below this index is free. */
  #lowest = 0;

  constructor(ram: PhysicalMemory, allocate: Allocate) {
    this.#ram = ram;
    this.count = ram.sizeBytes >> PAGE_SHIFT;
    this.states = new Uint8Array(allocate(this.count));
    this.owners = new Uint8Array(allocate(this.count));
    this.guestFrames = new Uint32Array(allocate(this.count * 4));
    this.#free = this.count;
  }

  /** Frames that nobody owns. */
  get free(): number {
    return this.#free;
  }

  /** Gives the lowest free frame, zeroed; {@link NO_FRAME} when there is none. */
  allocate(owner: number, state: number, guestFrame: number): number {
    return this.allocateRun(1, 1, owner, state, guestFrame);
  }

  /** Gives `count` adjacent frames, zeroed, the first a multiple of `alignment`; {@link NO_FRAME} when there are none. */
  allocateRun(count: number, alignment: number, owner: number, state: number, guestFrame: number): number {
    if (this.#free < count) return NO_FRAME;
    while (this.#lowest < this.count && this.states[this.#lowest] !== FRAME_FREE) this.#lowest += 1;
    // RAM begins at a multiple of every alignment in use, so an index is aligned when its frame number is.
    let first = Math.ceil(this.#lowest / alignment) * alignment;
    for (; first + count <= this.count; first += alignment) {
      let length = 0;
      while (length < count && this.states[first + length] === FRAME_FREE) length += 1;
      if (length === count) {
        this.#take(first, count, owner, state, guestFrame);
        return FIRST_FRAME + first;
      }
    }
    return NO_FRAME;
  }

  #take(first: number, count: number, owner: number, state: number, guestFrame: number): void {
    for (let index = first; index < first + count; index++) {
      this.states[index] = state;
      this.owners[index] = owner;
      this.guestFrames[index] = guestFrame + index - first;
    }
    this.#free -= count;
    this.generation += 1;
    this.#ram.fill((FIRST_FRAME + first) * PAGE_SIZE, count * PAGE_SIZE, 0);
  }

  /** Takes a frame back. */
  release(spfn: number): void {
    const index = spfn - FIRST_FRAME;
    invariant(this.states[index] !== FRAME_FREE, 'a frame is released once');
    this.states[index] = FRAME_FREE;
    this.owners[index] = OWNER_NOBODY;
    this.guestFrames[index] = 0;
    this.#free += 1;
    this.generation += 1;
    if (index < this.#lowest) this.#lowest = index;
  }

  /** Frames of an owner in a state. */
  owned(owner: number, state: number): number {
    let sum = 0;
    for (let index = 0; index < this.count; index++)
      if (this.owners[index] === owner && this.states[index] === state) sum += 1;
    return sum;
  }

  /** Numbers of the frames that are not free, ascending. */
  *used(): Generator<number> {
    for (let index = 0; index < this.count; index++)
      if (this.states[index] !== FRAME_FREE) yield FIRST_FRAME + index;
  }

  save(w: StateWriter): void {
    w.section('frames');
    w.bytes(this.states);
    w.bytes(this.owners);
    for (let index = 0; index < this.count; index++)
      if (this.states[index] !== FRAME_FREE) w.u32(this.guestFrames[index]!);
  }

  load(r: StateReader): void {
    r.section('frames');
    const states = r.bytes();
    const owners = r.bytes();
    if (states.length !== this.count || owners.length !== this.count)
      throw new SnapshotFormatError('the frame map has another size');
    if (states.some((state) => state >= FRAME_STATES.length))
      throw new SnapshotFormatError('a frame in no known state');
    this.states.set(states);
    this.owners.set(owners);
    this.#free = 0;
    for (let index = 0; index < this.count; index++) {
      const isFree = states[index] === FRAME_FREE;
      this.guestFrames[index] = isFree ? 0 : r.u32();
      if (isFree) this.#free += 1;
    }
    this.#lowest = 0;
    this.generation += 1;
  }
}
