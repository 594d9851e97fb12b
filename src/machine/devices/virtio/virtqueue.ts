/**
 * The device's side of a split virtqueue (virtio 1.2, §2.7). Everything in it was written by a guest: each field is read
 * once, checked, and every loop has a budget. A queue that makes no sense breaks, and stays broken until reset.
 */
import { addressOf } from '#base/addresses';
import type { QueueFault } from '#base/catalogue/device-states';
import { refill, SnapshotFormatError } from '#base/state/bytes';
import type { GuestMemory } from '../guest-memory.ts';
import type { DescriptorChain, Reach } from './descriptor-chain.ts';
import type { VirtqueueState } from './virtqueue-state.ts';

/** Flags of a descriptor (§2.7.5). */
const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;
const DESCRIPTOR_SIZE = 16;

/** The driver wants no interrupt for used buffers (§2.7.6). */
const AVAILABLE_NO_INTERRUPT = 1;

/** The three rings' addresses, as the transport's registers hold them. */
export type RingAddress = 'descriptor' | 'driver' | 'device';

/**
 * Three areas of guest memory; n is the queue's size, all values little-endian:
 *
 *     descriptor table   16·n bytes      { address: 8, length: 4, flags: 2, next: 2 }
 *     available ring     4 + 2·n (+2)    { flags: 2, index: 2, head: 2 each, …, event: 2 }          written by the driver
 *     used ring          4 + 8·n (+2)    { flags: 2, index: 2, { head: 4, length: 4 }, …, event: 2 } written by the device
 *
 * Indices count up freely modulo 2^16; entry i lies at i mod n. With EVENT_IDX each side says at its ring's end by which entry of the
 * other's it wants to be told.
 */
export class Virtqueue {
  readonly maxSize: number;
  /** Entries that the driver chose; 0 before. */
  size = 0;
  ready = false;
  /** INDIRECT_DESC was negotiated. */
  indirect = false;
  /** EVENT_IDX was negotiated. */
  eventIndex = false;
  readonly #memory: GuestMemory;
  readonly #onBroken: (fault: QueueFault) => void;
  readonly #onTaken: (() => void) | undefined;
  /** Low and high halves of the addresses, in the order of {@link RINGS}. */
  readonly #registers = new Uint32Array(6);
  #descriptors = 0;
  #available = 0;
  #used = 0;
  #broken = false;
  #pinned = false;
  #waits = false;
  /** Chains that devices have and did not complete. */
  readonly #held: DescriptorChain[] = [];
  /** The used entry up to which it was decided whether the driver hears of it. */
  #told = 0;
  /** The next available entry to take, and the next used entry to fill. */
  #taken = 0;
  #completed = 0;
  /** Descriptors outside indirect tables that may still be read before the next {@link beginService}. */
  #budget = 0;
  readonly #descriptor = new Uint8Array(DESCRIPTOR_SIZE);
  readonly #descriptorView: DataView = new DataView(this.#descriptor.buffer);

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
  /** Chains that the device has taken, and those that it has given back; both count up modulo 2^16. */
  get taken(): number {
    return this.#taken;
  }
  get completed(): number {
    return this.#completed;
  }
  /** Where the rings lie: descriptors, the driver's, the device's. */
  get rings(): readonly number[] {
    return [this.#descriptors, this.#available, this.#used];
  }

  /** It could not be served, or not to its end, before a page of the guest's is there. */
  get waits(): boolean {
    return this.#waits;
  }

  /** The driver declares the queue ready: checks size and rings, which stay in RAM from now on. */
  enable(): void {
    this.ready = true;
    const fault = this.#placeRings();
    if (fault !== undefined) this.#break(fault);
    else this.#pinRings();
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
    this.#told = this.#completed;
  }

  /** A device has this chain: it was taken, and neither completed nor withdrawn. */
  holds(chain: DescriptorChain): boolean {
    return this.#held.includes(chain);
  }

  /** State before the driver touched the queue. */
  reset(): void {
    this.withdraw();
    if (this.#pinned) this.#unpinRings(RINGS.length);
    this.#pinned = false;
    this.#waits = false;
    this.size = 0;
    this.ready = false;
    this.indirect = false;
    this.eventIndex = false;
    this.#registers.fill(0);
    this.#descriptors = 0;
    this.#available = 0;
    this.#used = 0;
    this.#broken = false;
    this.#taken = 0;
    this.#completed = 0;
    this.#told = 0;
    this.#budget = 0;
  }

  /**
   * To be called before a device works on the queue. The descriptors of all available chains are distinct, so together
   * they are no more than the queue has: that is the budget of one service, however the guest links them.
   */
  beginService(): void {
    this.#budget = this.size;
  }

  /**
   * Takes the next available chain into `chain` and pins what the device will touch of it; false when there is none, when a page of
   * it must be waited for (it is looked at again then), or when the queue is broken. A device takes at most `size` chains in one
   * service.
   */
  next(chain: DescriptorChain, reach: Reach): boolean {
    this.#waits = false;
    if (!this.ready || this.#broken || !this.#pinRings()) return false;
    const index = this.#memory.readU16(this.#available + 2);
    if (index < 0) return this.#refuse('ring-not-memory');
    if (index === this.#taken) return false;
    // Chains taken and not yet completed, and those that wait, were all made of this queue's descriptors.
    if (((index - this.#completed) & 0xffff) > this.size) return this.#refuse('index-jump');
    const head = this.#memory.readU16(this.#available + 4 + 2 * (this.#taken & (this.size - 1)));
    if (head < 0) return this.#refuse('ring-not-memory');
    if (head >= this.size) return this.#refuse('head-beyond-queue');
    chain.begin(head);
    if (!this.#walk(chain, head)) return false;
    if (!chain.pin(this.#memory, reach)) return this.#wait();
    this.#held.push(chain);
    this.#taken = (this.#taken + 1) & 0xffff;
    this.#onTaken?.();
    // Nobody has looked at what comes next: the driver tells as soon as it is there (§2.7.10).
    if (this.eventIndex && !this.#memory.writeU16(this.#used + 4 + 8 * this.size, this.#taken))
      return this.#refuse('ring-not-memory');
    return true;
  }

  /** Gives up the chains that were taken last, in the order in which they were: they wait again. */
  putBack(chains: readonly DescriptorChain[]): void {
    for (const chain of chains) {
      const at = this.#held.indexOf(chain);
      if (at < 0) continue;
      chain.unpin(this.#memory);
      this.#held.splice(at, 1);
      this.#taken = (this.#taken - 1) & 0xffff;
    }
    if (this.eventIndex && this.ready && !this.#broken)
      this.#memory.writeU16(this.#used + 4 + 8 * this.size, this.#taken);
  }

  /** Chains that wait to be taken. */
  waiting(): number {
    if (!this.ready || this.#broken) return 0;
    const index = this.#memory.readU16(this.#available + 2);
    return index < 0 ? 0 : Math.min(this.size, (index - this.#taken) & 0xffff);
  }

  /** Gives a chain back, with the bytes written to it. */
  complete(chain: DescriptorChain, written: number): void {
    const { head } = chain;
    chain.unpin(this.#memory);
    const at = this.#held.indexOf(chain);
    if (at >= 0) this.#held.splice(at, 1);
    if (at < 0 || !this.ready || this.#broken) return;
    const entry = this.#used + 4 + 8 * (this.#completed & (this.size - 1));
    const next = (this.#completed + 1) & 0xffff;
    const stored =
      this.#memory.writeU32(entry, head) &&
      this.#memory.writeU32(entry + 4, written) &&
      this.#memory.writeU16(this.#used + 2, next);
    if (!stored) {
      this.#break('ring-not-memory');
      return;
    }
    this.#completed = next;
  }

  /** Whether the driver wants to hear of the chains that were completed since this was asked last: nothing, if there are none. */
  takeInterrupt(): 'nothing' | 'wanted' | 'declined' {
    const before = this.#told;
    const now = this.#completed;
    this.#told = now;
    if (now === before || this.#broken) return 'nothing';
    if (!this.eventIndex) {
      const flags = this.#memory.readU16(this.#available);
      return (flags & AVAILABLE_NO_INTERRUPT) === 0 ? 'wanted' : 'declined';
    }
    // Its flags mean nothing now (§2.7.7.2): it hears of the entry that it names at the end of its ring.
    const wanted = this.#memory.readU16(this.#available + 4 + 2 * this.size);
    return ((now - wanted - 1) & 0xffff) < ((now - before) & 0xffff) ? 'wanted' : 'declined';
  }

  capture(): VirtqueueState {
    const { size, ready, indirect, eventIndex } = this;
    return {
      ...{ size, ready, indirect, eventIndex },
      registers: this.#registers,
      descriptors: this.#descriptors,
      available: this.#available,
      used: this.#used,
      broken: this.#broken,
      taken: this.#taken,
      completed: this.#completed,
      pinned: this.#pinned,
      waits: this.#waits,
    };
  }

  restore(state: VirtqueueState): void {
    this.size = state.size;
    this.ready = state.ready;
    this.indirect = state.indirect;
    this.eventIndex = state.eventIndex;
    refill(this.#registers, state.registers, 'ring registers');
    this.#descriptors = state.descriptors;
    this.#available = state.available;
    this.#used = state.used;
    this.#broken = state.broken;
    this.#taken = state.taken;
    this.#completed = state.completed;
    this.#waits = state.waits;
    this.#told = state.completed;
    this.#held.length = 0;
    this.#pinned = false;
    if (state.pinned && !this.#pinRings()) throw new SnapshotFormatError('a queue whose rings are no memory');
  }

  /** A device has a chain again that it had when its state was taken. */
  adopt(chain: DescriptorChain, reach: Reach): void {
    if (!chain.pin(this.#memory, reach))
      throw new SnapshotFormatError('a chain that a device has and must wait for');
    this.#held.push(chain);
  }

  /** Follows a chain from its head; a single indirect table may end it (§2.7.5.3). */
  #walk(chain: DescriptorChain, head: number): boolean {
    let table = this.#descriptors;
    let entries = this.size;
    let index = head;
    let inside = false;
    // As many buffers as the queue has entries, and the descriptor of their indirect table.
    for (let steps = 0; steps <= this.size; steps++) {
      if (index >= entries) return this.#refuse('next-beyond-table');
      if (!inside && this.#budget-- <= 0) return this.#refuse('chain-too-long');
      if (!this.#memory.read(table + DESCRIPTOR_SIZE * index, this.#descriptor))
        return this.#memory.awaited < 0 ? this.#refuse('descriptor-not-memory') : this.#wait();
      const view = this.#descriptorView;
      const address = addressOf(view.getUint32(0, true), view.getUint32(4, true));
      const bytes = view.getUint32(8, true);
      const flags = view.getUint16(12, true);
      const next = view.getUint16(14, true);
      if (address === undefined) return this.#refuse('bad-buffer-address');
      if ((flags & INDIRECT) !== 0) {
        const legal = this.indirect && !inside && (flags & NEXT) === 0;
        if (!legal || bytes === 0 || bytes % DESCRIPTOR_SIZE !== 0) return this.#refuse('bad-indirect');
        table = address;
        entries = bytes / DESCRIPTOR_SIZE;
        index = 0;
        inside = true;
        continue;
      }
      if (!chain.append(address, bytes, (flags & WRITE) !== 0))
        return this.#refuse('readable-after-writable');
      if ((flags & NEXT) === 0) return true;
      index = next;
    }
    return this.#refuse('chain-too-long');
  }

  #placeRings(): QueueFault | undefined {
    const { size } = this;
    if (size === 0 || size > this.maxSize || (size & (size - 1)) !== 0) return 'bad-size';
    this.#descriptors = this.#ringAddress(0, 16);
    this.#available = this.#ringAddress(1, 2);
    this.#used = this.#ringAddress(2, 4);
    if (this.#descriptors < 0 || this.#available < 0 || this.#used < 0) return 'bad-ring-address';
    return undefined;
  }

  /** Pins the rings, if they are not; false when they must be waited for, or are no memory. */
  #pinRings(): boolean {
    if (this.#pinned) return true;
    for (let ring = 0; ring < RINGS.length; ring++) {
      const answer = this.#memory.pin(this.#ringStart(ring), this.#ringLength(ring), ring === USED);
      if (answer === 'pinned') continue;
      this.#unpinRings(ring);
      return answer === 'wait' ? this.#wait() : this.#refuse('ring-not-memory');
    }
    this.#pinned = true;
    return true;
  }
  #unpinRings(count: number): void {
    for (let ring = 0; ring < count; ring++)
      this.#memory.unpin(this.#ringStart(ring), this.#ringLength(ring));
  }
  #ringStart(ring: number): number {
    return ring === 0 ? this.#descriptors : ring === USED ? this.#used : this.#available;
  }
  #ringLength(ring: number): number {
    if (ring === 0) return DESCRIPTOR_SIZE * this.size;
    return 4 + (ring === USED ? 8 : 2) * this.size + (this.eventIndex ? 2 : 0);
  }

  #ringAddress(ring: number, alignment: number): number {
    const address = addressOf(this.#registers[2 * ring]!, this.#registers[2 * ring + 1]!);
    return address === undefined || address % alignment !== 0 ? -1 : address;
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

const RINGS: readonly RingAddress[] = ['descriptor', 'driver', 'device'];
/** Position of the ring that the device writes. */
const USED = 2;
