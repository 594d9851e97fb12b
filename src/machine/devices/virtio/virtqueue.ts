/**
 * The device's side of a virtqueue (virtio 1.2, §2.6). Everything in it was written by a guest: each field is read once, checked, and
 * every loop has a budget. A queue that makes no sense breaks, and stays broken until reset. How its chains lie in memory is its
 * layout's affair (split-ring.ts, packed-ring.ts).
 */
import { addressOf } from '#base/addresses';
import type { QueueFault } from '#base/catalogue/device-states';
import { refill, SnapshotFormatError } from '#base/state/bytes';
import type { GuestMemory } from '../guest-memory.ts';
import type { DescriptorChain, Reach } from './descriptor-chain.ts';
import { DescriptorReader, READER_BYTES } from './descriptor-reader.ts';
import { PackedRing } from './packed-ring.ts';
import type { Ring, RingState } from './ring.ts';
import { SplitRing } from './split-ring.ts';
import type { VirtqueueState } from './virtqueue-state.ts';

/** The three areas' addresses, as the transport's registers hold them. */
export type RingAddress = 'descriptor' | 'driver' | 'device';
const RINGS: readonly RingAddress[] = ['descriptor', 'driver', 'device'];

/** Features that the driver accepted before it set the queue up. */
export interface QueueFeatures {
  readonly indirect: boolean;
  readonly eventIndex: boolean;
  readonly packed: boolean;
}

/** What a queue takes of the host's memory once it is made. */
export const QUEUE_BYTES: number = READER_BYTES;

export class Virtqueue {
  readonly maxSize: number;
  /** Entries that the driver chose; 0 before. */
  size = 0;
  #features: QueueFeatures = NO_FEATURES;
  readonly #memory: GuestMemory;
  readonly #onBroken: (fault: QueueFault) => void;
  readonly #onTaken: (() => void) | undefined;
  /** Low and high halves of the addresses, in the order of {@link RINGS}. */
  readonly #registers = new Uint32Array(6);
  readonly #areas: [number, number, number] = [0, 0, 0];
  /** What the queue works with: made when its driver says that it is ready, and gone with a reset, since few drivers use every queue. */
  #parts: { readonly reader: DescriptorReader; readonly ring: Ring } | undefined;
  #broken = false;
  #pinned = false;
  #waits = false;
  /** Chains that devices have and did not complete. */
  readonly #held: DescriptorChain[] = [];

  /** @param onTaken a device has taken a chain */
  constructor(
    maxSize: number,
    memory: GuestMemory,
    onBroken: (fault: QueueFault) => void,
    onTaken?: () => void,
  ) {
    this.maxSize = maxSize;
    this.#memory = memory;
    this.#onBroken = onBroken;
    this.#onTaken = onTaken;
  }

  get ready(): boolean {
    return this.#parts !== undefined;
  }

  /** Sets one half of a ring's address; takes effect with {@link enable}. */
  setAddress(ring: RingAddress, high: boolean, value: number): void {
    this.#registers[RINGS.indexOf(ring) * 2 + (high ? 1 : 0)] = value;
  }

  /** One half of a ring's address, as set. */
  address(ring: RingAddress, high: boolean): number {
    return this.#registers[RINGS.indexOf(ring) * 2 + (high ? 1 : 0)]!;
  }

  get broken(): boolean {
    return this.#broken;
  }
  /** INDIRECT_DESC, EVENT_IDX and RING_PACKED were negotiated. */
  get indirect(): boolean {
    return this.#features.indirect;
  }
  get eventIndex(): boolean {
    return this.#features.eventIndex;
  }
  get packed(): boolean {
    return this.#features.packed;
  }
  /** Chains that the device has taken, and those that it has given back; both count up modulo 2^16. */
  get taken(): number {
    return this.#parts?.ring.taken ?? 0;
  }
  get completed(): number {
    return this.#parts?.ring.completed ?? 0;
  }
  /** Where the areas lie: descriptors, the driver's, the device's. */
  get rings(): readonly number[] {
    return [...this.#areas];
  }

  /** Bytes of the host's that are made for it: none before its driver has set it up. */
  get madeBytes(): number {
    return this.#parts === undefined ? 0 : QUEUE_BYTES;
  }

  /** It could not be served, or not to its end, before a page of the guest's is there. */
  get waits(): boolean {
    return this.#waits;
  }

  /** The driver declares the queue ready: checks size and rings, which stay in RAM from now on. */
  enable(features: QueueFeatures): void {
    const ring = this.#make(features);
    const fault = this.#placeRings(ring);
    if (fault !== undefined) {
      this.#break(fault);
      return;
    }
    this.#begin(ring);
    this.#pinRings(ring);
  }

  #make(features: QueueFeatures): Ring {
    this.#features = features;
    const reader = new DescriptorReader(this.#memory);
    const ring = new (features.packed ? PackedRing : SplitRing)(this.#memory, reader);
    this.#parts = { reader, ring };
    return ring;
  }
  #begin(ring: Ring): void {
    const { size, indirect, eventIndex } = this;
    ring.begin({ size, indirect, eventIndex, areas: this.#areas });
  }

  /**
   * Takes all chains away from the devices that have them: the queue was stopped (§4.2.2.2) or the device stands still until a reset.
   * They are empty from now on, so that a device which goes on with one touches no memory, completes nothing and interrupts nobody.
   */
  withdraw(): void {
    for (const chain of this.#held) {
      chain.unpin(this.#memory);
      chain.begin(chain.head);
    }
    this.#held.length = 0;
    this.#parts?.ring.forgetNews();
  }

  /** A device has this chain: it was taken, and neither completed nor withdrawn. */
  holds(chain: DescriptorChain): boolean {
    return this.#held.includes(chain);
  }

  /** State before the driver touched the queue. */
  reset(): void {
    this.withdraw();
    if (this.#pinned && this.#parts !== undefined) this.#unpinRings(this.#parts.ring, RINGS.length);
    this.#pinned = false;
    this.#waits = false;
    this.#parts = undefined;
    this.#features = NO_FEATURES;
    this.size = 0;
    this.#registers.fill(0);
    this.#areas.fill(0);
    this.#broken = false;
  }

  /**
   * To be called before a device works on the queue. The descriptors of all available chains are distinct, so together
   * they are no more than the queue has: that is the budget of one service, however the guest links them.
   */
  beginService(): void {
    if (this.#parts !== undefined) this.#parts.reader.budget = this.size;
  }

  /**
   * Takes the next available chain into `chain` and pins what the device will touch of it; false when there is none, when a page of
   * it must be waited for (it is looked at again then), or when the queue is broken. A device takes at most `size` chains in one
   * service.
   */
  next(chain: DescriptorChain, reach: Reach): boolean {
    this.#waits = false;
    const ring = this.#parts?.ring;
    if (ring === undefined || this.#broken || !this.#pinRings(ring)) return false;
    const answer = ring.read(chain);
    if (answer === 'none') return false;
    if (answer === 'wait') return this.#wait();
    if (answer !== 'chain') return this.#refuse(answer);
    if (!chain.pin(this.#memory, reach)) return this.#wait();
    this.#held.push(chain);
    const stored = ring.take(chain);
    this.#onTaken?.();
    return stored || this.#refuse('ring-not-memory');
  }

  /** Gives up the chains that were taken last, in the order in which they were: they wait again. */
  putBack(chains: readonly DescriptorChain[]): void {
    const held = chains.filter((chain) => this.#held.includes(chain));
    for (const chain of held) {
      chain.unpin(this.#memory);
      this.#held.splice(this.#held.indexOf(chain), 1);
    }
    const ring = this.#parts?.ring;
    if (ring !== undefined && !this.#broken && !ring.putBack(held)) this.#break('ring-not-memory');
  }

  /** Chains that wait to be taken. */
  waiting(): number {
    return !this.#broken && this.#pinned ? (this.#parts?.ring.waiting() ?? 0) : 0;
  }

  /** Gives a chain back, with the bytes written to it. */
  complete(chain: DescriptorChain, written: number): void {
    chain.unpin(this.#memory);
    const at = this.#held.indexOf(chain);
    if (at >= 0) this.#held.splice(at, 1);
    const ring = this.#parts?.ring;
    if (at < 0 || ring === undefined || this.#broken) return;
    if (!ring.use(chain, written)) this.#break('ring-not-memory');
  }

  /** Whether the driver wants to hear of the chains that were completed since this was asked last: nothing, if there are none. */
  takeInterrupt(): 'nothing' | 'wanted' | 'declined' {
    const news = this.#parts?.ring.takeNews() ?? 'nothing';
    return this.#broken ? 'nothing' : news;
  }

  capture(): VirtqueueState {
    const { size, ready, indirect, eventIndex, packed } = this;
    const [descriptors, available, used] = this.#areas;
    return {
      ...{ size, ready, indirect, eventIndex, packed },
      registers: this.#registers,
      ...{ descriptors, available, used },
      broken: this.#broken,
      ...(this.#parts?.ring.capture() ?? NOT_BEGUN),
      pinned: this.#pinned,
      waits: this.#waits,
    };
  }

  restore(state: VirtqueueState): void {
    const { indirect, eventIndex, packed } = state;
    this.size = state.size;
    refill(this.#registers, state.registers, 'ring registers');
    [this.#areas[0], this.#areas[1], this.#areas[2]] = [state.descriptors, state.available, state.used];
    this.#broken = state.broken;
    this.#parts = undefined;
    this.#features = NO_FEATURES;
    this.#waits = state.waits;
    this.#held.length = 0;
    this.#pinned = false;
    if (!state.ready) return;
    const ring = this.#make({ indirect, eventIndex, packed });
    this.#begin(ring);
    ring.restore(state);
    if (state.pinned && !this.#pinRings(ring))
      throw new SnapshotFormatError('a queue whose rings are no memory');
  }

  /** A device has a chain again that it had when its state was taken. */
  adopt(chain: DescriptorChain, reach: Reach): void {
    if (!chain.pin(this.#memory, reach))
      throw new SnapshotFormatError('a chain that a device has and must wait for');
    this.#held.push(chain);
  }

  #placeRings(ring: Ring): QueueFault | undefined {
    const { size } = this;
    if (size === 0 || size > this.maxSize || !ring.fits(size)) return 'bad-size';
    for (const [index, alignment] of ring.alignments.entries()) {
      const address = addressOf(this.#registers[2 * index]!, this.#registers[2 * index + 1]!);
      this.#areas[index] = address === undefined || address % alignment !== 0 ? -1 : address;
    }
    return this.#areas.some((at) => at < 0) ? 'bad-ring-address' : undefined;
  }

  /** Pins the rings, if they are not; false when they must be waited for, or are no memory. */
  #pinRings(ring: Ring): boolean {
    if (this.#pinned) return true;
    for (const [index, { at, length, writable }] of ring.memory.entries()) {
      const answer = this.#memory.pin(at, length, writable);
      if (answer === 'pinned') continue;
      this.#unpinRings(ring, index);
      return answer === 'wait' ? this.#wait() : this.#refuse('ring-not-memory');
    }
    this.#pinned = true;
    return true;
  }
  #unpinRings(ring: Ring, count: number): void {
    for (const { at, length } of ring.memory.slice(0, count)) this.#memory.unpin(at, length);
  }

  #wait(): false {
    this.#waits = true;
    return false;
  }

  #refuse(fault: QueueFault): false {
    this.#break(fault);
    return false;
  }

  #break(fault: QueueFault): void {
    this.#broken = true;
    this.#onBroken(fault);
  }
}

/** Of a queue that no driver has set up. */
const NOT_BEGUN: RingState = { taken: 0, completed: 0, availableAt: 0, usedAt: 0 };
const NO_FEATURES: QueueFeatures = { indirect: false, eventIndex: false, packed: false };
