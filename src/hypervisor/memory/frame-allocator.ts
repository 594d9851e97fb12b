/**
 * Use and users of every frame of a host's RAM, and who gets the next one. Deterministic: the lowest free frame that
 * fits is given. It may not know what a user does with a frame; a shortage is an ordinary answer.
 */
import { type Gfn, PAGE_SHIFT, PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { FRAME_STATE, FRAME_STATES } from '#base/catalogue/frame-states';
import { invariant } from '#base/result';
import { refill, SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, integers, list, u32, upTo, words } from '#base/state/types';
import { OWNER_FREE } from '#base/views';
import { MAX_RAM_SIZE } from '#machine/layout';
import type { PhysicalMemory } from '#machine/memory';

export const FRAME_FREE: number = FRAME_STATE.free;
export const FRAME_DATA: number = FRAME_STATE.data;
export const FRAME_PAGE_TABLE: number = FRAME_STATE['page-table'];
export const FRAME_SHARED: number = FRAME_STATE.shared;
export const FRAME_COMPRESSED: number = FRAME_STATE.compressed;

/** No frame left: an ordinary answer, to be handled by whoever asked. */
export const NO_FRAME = -1;

/** Number of the first frame of RAM. */
export const FIRST_FRAME: number = RAM_BASE / PAGE_SIZE;

/** Gives an array's memory: shared with the page or not, as the host's owner decides. */
export type Allocate = (bytes: number) => ArrayBufferLike;

/** Who uses a frame: a page of an owner. */
export interface FrameUser {
  readonly owner: number;
  readonly guestFrame: Gfn;
}

/** Users beyond the first of one frame, each as one number; see {@link keyOf}. */
interface FurtherUsers {
  readonly frame: number;
  readonly users: Float64Array;
}
export interface FramesState {
  /** By frame. */
  readonly states: Uint8Array;
  readonly owners: Uint8Array;
  /** Of those that are not free. */
  readonly guestFrames: Uint32Array;
  /** Of those that are shared, by frame. */
  readonly further: readonly FurtherUsers[];
}
const MOST_FRAMES: number = MAX_RAM_SIZE / PAGE_SIZE;
export const FRAMES: Declaration<FramesState> = declare('frames', {
  states: bytes(upTo(MOST_FRAMES)),
  owners: bytes(upTo(MOST_FRAMES)),
  guestFrames: words(upTo(MOST_FRAMES)),
  further: list(
    declare<FurtherUsers>('further users', {
      frame: u32,
      users: integers({ least: 1, most: MOST_FRAMES * 64 }),
    }),
    upTo(MOST_FRAMES),
  ),
});

/** All frames of one host. Frames are named by number (spfn, SPA >> 12). */
export class FrameAllocator {
  /** By frame from {@link FIRST_FRAME}: position in {@link FRAME_STATES}. Read by the page's frame map. */
  readonly states: Uint8Array;
  /** By frame: owner of its first user. Read by the page's frame map. */
  readonly owners: Uint8Array;
  /** By frame: the guest frame number of its first user, or the level of a page table. The reverse map. */
  readonly guestFrames: Uint32Array;
  readonly count: number;
  /** Changes with every change of a frame's use or users, so that a reader looks only then. */
  generation = 0;
  readonly #ram: PhysicalMemory;
  readonly #checksUsers: boolean;
  /** Users beyond the first, in the order in which they came, of the frames that have several: see {@link keyOf}. */
  readonly #furtherUsers = new Map<number, Set<number>>();
  #free: number;
  /** No frame below this index is free. */
  #lowest = 0;

  /** @param checksUsers what {@link own} asks is asked: for tests, which find mistakes of ours so */
  constructor(ram: PhysicalMemory, allocate: Allocate, checksUsers = false) {
    this.#ram = ram;
    this.#checksUsers = checksUsers;
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

  /** Gives the lowest free frame, zeroed, to its first user; {@link NO_FRAME} when there is none. */
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

  /** Frames of the longest free run that begins at a multiple of an alignment. */
  longestRun(alignment: number): number {
    let longest = 0;
    for (let first = 0; first < this.count; first += alignment) {
      let length = 0;
      while (first + length < this.count && this.states[first + length] === FRAME_FREE) length += 1;
      longest = Math.max(longest, length);
      first += Math.floor(length / alignment) * alignment;
    }
    return longest;
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

  /** Another page begins to use a frame of RAM. */
  addUser(spfn: number, owner: number, guestFrame: number): void {
    const index = spfn - FIRST_FRAME;
    const state = this.states[index];
    invariant(state === FRAME_DATA || state === FRAME_SHARED, 'only RAM is shared');
    const further = this.#furtherUsers.get(index);
    if (further === undefined) this.#furtherUsers.set(index, new Set([keyOf(owner, guestFrame)]));
    else further.add(keyOf(owner, guestFrame));
    this.states[index] = FRAME_SHARED;
    this.generation += 1;
  }

  /** A page ceases to use a frame, which becomes free with its last user. */
  removeUser(spfn: number, owner: number, guestFrame: number): void {
    const index = spfn - FIRST_FRAME;
    const isFirst = this.owners[index] === owner && this.guestFrames[index] === guestFrame;
    const further = this.#furtherUsers.get(index);
    if (further === undefined) {
      invariant(isFirst, 'a frame is given back by its user');
      this.release(spfn);
      return;
    }
    const [next] = further;
    const leaving = isFirst ? next! : keyOf(owner, guestFrame);
    invariant(further.delete(leaving), 'a frame is given back by one of its users');
    if (isFirst) {
      const { owner: nextOwner, guestFrame: nextGuestFrame } = userOf(leaving);
      this.owners[index] = nextOwner;
      this.guestFrames[index] = nextGuestFrame;
    }
    if (further.size === 0) {
      this.#furtherUsers.delete(index);
      this.states[index] = FRAME_DATA;
    }
    this.generation += 1;
  }

  /** How many pages use a frame; a table counts as one. */
  userCount(spfn: number): number {
    const index = spfn - FIRST_FRAME;
    if (this.states[index] === FRAME_FREE) return 0;
    return 1 + (this.#furtherUsers.get(index)?.size ?? 0);
  }

  /** True when a page uses a frame. */
  hasUser(spfn: number, owner: number, guestFrame: number): boolean {
    const index = spfn - FIRST_FRAME;
    if (this.owners[index] === owner && this.guestFrames[index] === guestFrame) return true;
    return this.#furtherUsers.get(index)?.has(keyOf(owner, guestFrame)) ?? false;
  }

  /** A frame that a page of an owner is about to be given a way to; throws where that is not among its users, if this is checked. */
  own(spfn: number, owner: number, guestFrame: number): number {
    if (this.#checksUsers)
      invariant(this.hasUser(spfn, owner, guestFrame), 'a page lies in a frame of its own');
    return spfn;
  }

  /** Who uses a frame, the first one first. */
  users(spfn: number): readonly FrameUser[] {
    const index = spfn - FIRST_FRAME;
    if (this.states[index] === FRAME_FREE) return [];
    const first = { owner: this.owners[index]!, guestFrame: this.guestFrames[index]! as Gfn };
    return [first, ...Array.from(this.#furtherUsers.get(index) ?? [], userOf)];
  }

  /** Takes a frame back that has one user, or is a table. */
  release(spfn: number): void {
    const index = spfn - FIRST_FRAME;
    invariant(this.states[index] !== FRAME_FREE, 'a frame is released once');
    invariant(this.states[index] !== FRAME_SHARED, 'a frame that others use stays');
    this.states[index] = FRAME_FREE;
    this.owners[index] = OWNER_FREE;
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

  capture(): FramesState {
    const { states, owners } = this;
    const shared = [...this.#furtherUsers].sort(([a], [b]) => a - b);
    return {
      ...{ states, owners },
      guestFrames: this.guestFrames.filter((_, at) => states[at] !== FRAME_FREE),
      further: shared.map(([frame, users]) => ({ frame, users: Float64Array.from(users) })),
    };
  }

  restore({ states, owners, guestFrames, further }: FramesState): void {
    if (states.some((state) => state >= FRAME_STATES.length))
      throw new SnapshotFormatError('a frame in no known state');
    refill(this.states, states, 'the frame map');
    refill(this.owners, owners, 'the frame map');
    let used = 0;
    for (let index = 0; index < this.count; index++)
      this.guestFrames[index] = states[index] === FRAME_FREE ? 0 : (guestFrames[used++] ?? 0);
    if (used !== guestFrames.length) throw new SnapshotFormatError('guest frames of other frames');
    this.#furtherUsers.clear();
    for (const { frame, users } of further) this.#furtherUsers.set(frame, new Set(users));
    for (let index = 0; index < this.count; index++)
      if ((states[index] === FRAME_SHARED) !== this.#furtherUsers.has(index))
        throw new SnapshotFormatError('a shared frame with one user, or several users of another');
    this.#free = this.count - used;
    this.#lowest = 0;
    this.generation += 1;
  }
}

/** Guest frames of one owner, as far as keys are concerned. */
const OWNER_SPAN = 2 ** 32;

/** A user as one number. */
function keyOf(owner: number, guestFrame: number): number {
  return owner * OWNER_SPAN + guestFrame;
}
function userOf(key: number): FrameUser {
  return { owner: Math.floor(key / OWNER_SPAN), guestFrame: (key % OWNER_SPAN) as Gfn };
}
