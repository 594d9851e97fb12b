/**
 * The packed layout (virtio 1.2, §2.8): one ring of descriptors that both sides write, and for each side four bytes that say when it
 * wants to be told; n is the queue's size, all values little-endian:
 *
 *     descriptor ring    16·n bytes   { address: 8, length: 4, id: 2, flags: 2 }
 *     driver's events    4 bytes      { entry: 15 bits, lap: 1 bit, when: 2 }         written by the driver
 *     device's events    4 bytes      the same                                         written by the device
 *
 * Both sides go around the ring, and count by a bit whether their lap is an odd one (the first is 1). A descriptor is available when
 * its AVAIL flag is the driver's lap and its USED flag is not, and used when both are the device's:
 *
 *     flags   15: USED   7: AVAIL   2: INDIRECT   1: WRITE   0: NEXT
 *
 * A chain lies in neighbouring descriptors, its id in the last. It comes back as one used descriptor, written where the device's lap
 * stands, which then goes on by as many as the chain had. The device writes over descriptors of chains that it still has: what it needs
 * of them it has read.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import type { GuestMemory } from '../guest-memory.ts';
import type { DescriptorChain } from './descriptor-chain.ts';
import { DESCRIPTOR_SIZE, type DescriptorReader, INDIRECT, NEXT, WRITE } from './descriptor-reader.ts';
import type { Ring, RingAnswer, RingArea, RingPlace, RingState } from './ring.ts';

const AVAIL = 1 << 7;
const USED = 1 << 15;
/** Entries at most (§2.8). */
const MOST = 1 << 15;

/** When a side wants to be told (§2.8.10): always unless it says one of these; the second only with EVENT_IDX. */
const NEVER = 1;
const AT_ENTRY = 2;
const WHEN = 3;
/** The lap in what names an entry. */
const LAP = 1 << 15;

export class PackedRing implements Ring {
  readonly alignments = [16, 4, 4] as const;
  taken = 0;
  completed = 0;
  readonly #memory: GuestMemory;
  readonly #reader: DescriptorReader;
  #size = 0;
  #indirect = false;
  #eventIndex = false;
  #descriptors = 0;
  #driver = 0;
  #device = 0;
  /** The next descriptor to look at, and the one that is used next: entry, and lap in bit 15. */
  #availableAt = LAP;
  #usedAt = LAP;
  /** Descriptors that were used since it was last decided whether the driver hears of it. */
  #untold = 0;

  constructor(memory: GuestMemory, reader: DescriptorReader) {
    this.#memory = memory;
    this.#reader = reader;
  }

  fits(size: number): boolean {
    return size <= MOST;
  }

  begin({ size, indirect, eventIndex, areas }: RingPlace): void {
    this.#size = size;
    this.#indirect = indirect;
    this.#eventIndex = eventIndex;
    [this.#descriptors, this.#driver, this.#device] = areas;
  }

  get memory(): readonly RingArea[] {
    return [
      { at: this.#descriptors, length: DESCRIPTOR_SIZE * this.#size, writable: true },
      { at: this.#driver, length: 4, writable: false },
      { at: this.#device, length: 4, writable: true },
    ];
  }

  /** An entry so many further on, in its lap or the next. */
  #after(at: number, count: number): number {
    const next = (at & (LAP - 1)) + count;
    const lap = at & LAP;
    return next < this.#size ? lap | next : (lap ^ LAP) | (next - this.#size);
  }

  /** Descriptors of chains that the device has. */
  get #inFlight(): number {
    const [first, end] = [this.#usedAt, this.#availableAt];
    return (end & (LAP - 1)) - (first & (LAP - 1)) + ((first & LAP) === (end & LAP) ? 0 : this.#size);
  }

  read(chain: DescriptorChain): RingAnswer {
    const reader = this.#reader;
    const free = this.#size - this.#inFlight;
    let at = this.#availableAt;
    for (let slots = 1; ; slots++) {
      const got = reader.read(this.#descriptors, at & (LAP - 1));
      if (got !== 'read') return got;
      const { address, length, first: id, second: flags } = reader;
      if (slots === 1) {
        if (!isAvailable(flags, at)) return 'none';
        chain.begin(0);
      }
      // All chains that wait or are in flight are made of this queue's descriptors.
      if (slots > free) return free === 0 ? 'index-jump' : 'chain-too-long';
      if (reader.budget-- <= 0) return 'chain-too-long';
      if (address === undefined) return 'bad-buffer-address';
      const isTable = (flags & INDIRECT) !== 0;
      // A table stands alone (§2.8.7), and is no list of tables.
      if (isTable && (!this.#indirect || slots > 1 || (flags & NEXT) !== 0)) return 'bad-indirect';
      if (isTable) {
        const answer = this.#readTable(chain, address, reader.tableEntries);
        if (answer !== 'chain') return answer;
      } else if (!chain.append(address, length, (flags & WRITE) !== 0)) return 'readable-after-writable';
      if ((flags & NEXT) === 0) {
        // Any 16 bits would do; drivers count below the queue's size, and devices may keep what they have by this number.
        if (id >= this.#size) return 'head-beyond-queue';
        chain.head = id;
        chain.slots = slots;
        return 'chain';
      }
      at = this.#after(at, 1);
    }
  }

  /** A table's entries are the chain, one after the other; of their flags WRITE alone means something (§2.8.7). */
  #readTable(chain: DescriptorChain, table: number, entries: number): RingAnswer {
    if (entries === 0) return 'bad-indirect';
    if (entries > this.#size) return 'chain-too-long';
    const reader = this.#reader;
    reader.beginTable();
    for (let index = 0; index < entries; index++) {
      const got = reader.readEntry(table, index, entries);
      if (got !== 'read') return got;
      const { address, length, second: flags } = reader;
      if (address === undefined) return 'bad-buffer-address';
      if (!chain.append(address, length, (flags & WRITE) !== 0)) return 'readable-after-writable';
    }
    return 'chain';
  }

  take({ slots }: DescriptorChain): boolean {
    this.taken = (this.taken + 1) & 0xffff;
    this.#availableAt = this.#after(this.#availableAt, slots);
    return this.#wantNext();
  }

  putBack(chains: readonly DescriptorChain[]): boolean {
    this.taken = (this.taken - chains.length) & 0xffff;
    const slots = chains.reduce((sum, chain) => sum + chain.slots, 0);
    // Once around is back where it was, in the other lap.
    if (slots > 0) this.#availableAt = this.#after(this.#availableAt, this.#size - slots) ^ LAP;
    return this.#wantNext();
  }

  #wantNext(): boolean {
    // Nobody has looked at what comes next: the driver tells as soon as it is there.
    return (
      !this.#eventIndex ||
      (this.#memory.writeU16(this.#device, this.#availableAt) &&
        this.#memory.writeU16(this.#device + 2, AT_ENTRY))
    );
  }

  use({ head, slots }: DescriptorChain, written: number): boolean {
    const at = this.#descriptors + DESCRIPTOR_SIZE * (this.#usedAt & (LAP - 1));
    const lap = (this.#usedAt & LAP) === 0 ? 0 : AVAIL | USED;
    const stored =
      this.#memory.writeU32(at + 8, written) &&
      this.#memory.writeU16(at + 12, head) &&
      this.#memory.writeU16(at + 14, lap | (written > 0 ? WRITE : 0));
    if (!stored) return false;
    this.completed = (this.completed + 1) & 0xffff;
    this.#usedAt = this.#after(this.#usedAt, slots);
    this.#untold += slots;
    return true;
  }

  forgetNews(): void {
    this.#untold = 0;
  }

  takeNews(): 'nothing' | 'wanted' | 'declined' {
    const news = this.#untold;
    this.#untold = 0;
    if (news === 0) return 'nothing';
    const when = this.#memory.readU16(this.#driver + 2) & WHEN;
    if (when === NEVER) return 'declined';
    if (when !== AT_ENTRY || !this.#eventIndex) return 'wanted';
    const wanted = this.#memory.readU16(this.#driver);
    // Entries of the lap before count below zero.
    const entry = (wanted & (LAP - 1)) - ((wanted & LAP) === (this.#usedAt & LAP) ? 0 : this.#size);
    const behind = (this.#usedAt & (LAP - 1)) - entry;
    return behind >= 1 && behind <= news ? 'wanted' : 'declined';
  }

  waiting(): number {
    const free = this.#size - this.#inFlight;
    let chains = 0;
    let at = this.#availableAt;
    let isHead = true;
    for (let slots = 0; slots < free; slots++) {
      const flags = this.#memory.readU16(this.#descriptors + DESCRIPTOR_SIZE * (at & (LAP - 1)) + 14);
      if (flags < 0 || (isHead && !isAvailable(flags, at))) break;
      if (isHead) chains += 1;
      isHead = (flags & NEXT) === 0;
      at = this.#after(at, 1);
    }
    return chains;
  }

  capture(): RingState {
    const { taken, completed } = this;
    return { taken, completed, availableAt: this.#availableAt, usedAt: this.#usedAt };
  }
  restore({ taken, completed, availableAt, usedAt }: RingState): void {
    this.taken = taken;
    this.completed = completed;
    this.#availableAt = availableAt;
    this.#usedAt = usedAt;
    this.#untold = 0;
    const isEntry = (at: number): boolean => at <= 0xffff && (at & (LAP - 1)) < Math.max(1, this.#size);
    const inFlight = this.#inFlight;
    if (!isEntry(availableAt) || !isEntry(usedAt) || inFlight < 0 || inFlight > this.#size)
      throw new SnapshotFormatError('a packed ring that no device can have');
  }
}

/** It was made available in the lap that the entry is in. */
function isAvailable(flags: number, at: number): boolean {
  const lap = (at & LAP) !== 0;
  return ((flags & AVAIL) !== 0) === lap && ((flags & USED) !== 0) !== lap;
}
