/**
 * The split layout (virtio 1.2, §2.7): three areas of guest memory; n is the queue's size, all values little-endian:
 *
 *     descriptor table   16·n bytes      { address: 8, length: 4, flags: 2, next: 2 }
 *     available ring     4 + 2·n (+2)    { flags: 2, index: 2, head: 2 each, …, event: 2 }          written by the driver
 *     used ring          4 + 8·n (+2)    { flags: 2, index: 2, { head: 4, length: 4 }, …, event: 2 } written by the device
 *
 * Indices count up freely modulo 2^16; entry i lies at i mod n. With EVENT_IDX each side says at its ring's end by which entry of the
 * other's it wants to be told.
 */
import type { GuestMemory } from '../guest-memory.ts';
import type { DescriptorChain } from './descriptor-chain.ts';
import { DESCRIPTOR_SIZE, type DescriptorReader, INDIRECT, NEXT, WRITE } from './descriptor-reader.ts';
import type { Ring, RingAnswer, RingArea, RingPlace, RingState } from './ring.ts';

/** The driver wants no interrupt for used buffers (§2.7.6). */
const AVAILABLE_NO_INTERRUPT = 1;

export class SplitRing implements Ring {
  readonly alignments = [16, 2, 4] as const;
  /** The next available entry to take, and the next used entry to fill. */
  taken = 0;
  completed = 0;
  readonly #memory: GuestMemory;
  readonly #reader: DescriptorReader;
  #size = 0;
  #indirect = false;
  #eventIndex = false;
  #descriptors = 0;
  #available = 0;
  #used = 0;
  /** The used entry up to which it was decided whether the driver hears of it. */
  #told = 0;

  constructor(memory: GuestMemory, reader: DescriptorReader) {
    this.#memory = memory;
    this.#reader = reader;
  }

  fits(size: number): boolean {
    return (size & (size - 1)) === 0;
  }

  begin({ size, indirect, eventIndex, areas }: RingPlace): void {
    this.#size = size;
    this.#indirect = indirect;
    this.#eventIndex = eventIndex;
    [this.#descriptors, this.#available, this.#used] = areas;
  }

  get memory(): readonly RingArea[] {
    const event = this.#eventIndex ? 2 : 0;
    return [
      { at: this.#descriptors, length: DESCRIPTOR_SIZE * this.#size, writable: false },
      { at: this.#available, length: 4 + 2 * this.#size + event, writable: false },
      { at: this.#used, length: 4 + 8 * this.#size + event, writable: true },
    ];
  }

  read(chain: DescriptorChain): RingAnswer {
    const index = this.#memory.readU16(this.#available + 2);
    if (index < 0) return 'ring-not-memory';
    if (index === this.taken) return 'none';
    // Chains taken and not yet completed, and those that wait, were all made of this queue's descriptors.
    if (((index - this.completed) & 0xffff) > this.#size) return 'index-jump';
    const head = this.#memory.readU16(this.#available + 4 + 2 * (this.taken & (this.#size - 1)));
    if (head < 0) return 'ring-not-memory';
    if (head >= this.#size) return 'head-beyond-queue';
    chain.begin(head);
    return this.#walk(chain, head);
  }

  /** Follows a chain from its head; a single indirect table may end it (§2.7.5.3). */
  #walk(chain: DescriptorChain, head: number): RingAnswer {
    const reader = this.#reader;
    let table = this.#descriptors;
    let entries = this.#size;
    let index = head;
    let inside = false;
    // As many buffers as the queue has entries, and the descriptor of their indirect table.
    for (let steps = 0; steps <= this.#size; steps++) {
      if (index >= entries) return 'next-beyond-table';
      if (!inside && reader.budget-- <= 0) return 'chain-too-long';
      const got = inside ? reader.readEntry(table, index, entries) : reader.read(table, index);
      if (got !== 'read') return got;
      const { address, length, first: flags, second: next } = reader;
      if (address === undefined) return 'bad-buffer-address';
      if ((flags & INDIRECT) !== 0) {
        const legal = this.#indirect && !inside && (flags & NEXT) === 0;
        if (!legal || reader.tableEntries === 0) return 'bad-indirect';
        table = address;
        entries = reader.tableEntries;
        index = 0;
        inside = true;
        reader.beginTable();
        continue;
      }
      if (!chain.append(address, length, (flags & WRITE) !== 0)) return 'readable-after-writable';
      if ((flags & NEXT) === 0) return 'chain';
      index = next;
    }
    return 'chain-too-long';
  }

  take(): boolean {
    this.taken = (this.taken + 1) & 0xffff;
    return this.#wantNext();
  }

  putBack({ length }: readonly DescriptorChain[]): boolean {
    this.taken = (this.taken - length) & 0xffff;
    return this.#wantNext();
  }

  #wantNext(): boolean {
    // Nobody has looked at what comes next: the driver tells as soon as it is there (§2.7.10).
    return !this.#eventIndex || this.#memory.writeU16(this.#used + 4 + 8 * this.#size, this.taken);
  }

  use({ head }: DescriptorChain, written: number): boolean {
    const entry = this.#used + 4 + 8 * (this.completed & (this.#size - 1));
    const next = (this.completed + 1) & 0xffff;
    const stored =
      this.#memory.writeU32(entry, head) &&
      this.#memory.writeU32(entry + 4, written) &&
      this.#memory.writeU16(this.#used + 2, next);
    if (stored) this.completed = next;
    return stored;
  }

  forgetNews(): void {
    this.#told = this.completed;
  }

  takeNews(): 'nothing' | 'wanted' | 'declined' {
    const before = this.#told;
    const now = this.completed;
    this.#told = now;
    if (now === before) return 'nothing';
    if (!this.#eventIndex) {
      const flags = this.#memory.readU16(this.#available);
      return (flags & AVAILABLE_NO_INTERRUPT) === 0 ? 'wanted' : 'declined';
    }
    // Its flags mean nothing now (§2.7.7.2): it hears of the entry that it names at the end of its ring.
    const wanted = this.#memory.readU16(this.#available + 4 + 2 * this.#size);
    return ((now - wanted - 1) & 0xffff) < ((now - before) & 0xffff) ? 'wanted' : 'declined';
  }

  waiting(): number {
    const index = this.#memory.readU16(this.#available + 2);
    return index < 0 ? 0 : Math.min(this.#size, (index - this.taken) & 0xffff);
  }

  capture(): RingState {
    return { taken: this.taken, completed: this.completed, availableAt: 0, usedAt: 0 };
  }
  restore({ taken, completed }: RingState): void {
    this.taken = taken;
    this.completed = completed;
    this.#told = completed;
  }
}
