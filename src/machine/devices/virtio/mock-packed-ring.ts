/** The driver's end of a packed virtqueue (virtio 1.2, §2.8), for tests: it keeps the rules, and its raw methods can break any. */
import type { MockGuestMemory } from '../guest-memory.mock.ts';
import type { Buffer } from './mock-driver.ts';

export interface PackedDescriptor {
  readonly address: number;
  readonly length: number;
  readonly id: number;
  readonly flags: number;
}

const AVAIL = 1 << 7;
const USED = 1 << 15;

export class PackedDriverRing {
  readonly #memory: MockGuestMemory;
  readonly #size: number;
  readonly areas: { readonly descriptors: number; readonly driver: number; readonly device: number };
  /** Where the next chain begins, and the lap. */
  next = 0;
  lap = true;
  #nextUsed = 0;
  #usedLap = true;
  #nextId = 0;
  /** By id: how many descriptors its chain has. */
  readonly #slots = new Map<number, number>();

  constructor(memory: MockGuestMemory, size: number, areas: PackedDriverRing['areas']) {
    this.#memory = memory;
    this.#size = size;
    this.areas = areas;
  }

  /** The flags that make a descriptor available, so many behind the next. */
  available(behind = 0): number {
    return this.next + behind < this.#size === this.lap ? AVAIL : USED;
  }

  /** Writes a descriptor so many behind the next, or into a table. */
  write(behind: number, d: PackedDescriptor, table?: number): void {
    const at =
      table === undefined
        ? this.areas.descriptors + 16 * ((this.next + behind) % this.#size)
        : table + 16 * behind;
    this.#memory.writeU32(at, d.address % 0x1_0000_0000);
    this.#memory.writeU32(at + 4, Math.floor(d.address / 0x1_0000_0000));
    this.#memory.writeU32(at + 8, d.length);
    this.#memory.writeU16(at + 12, d.id);
    this.#memory.writeU16(at + 14, d.flags);
  }

  /** Goes on behind a chain. */
  advance(slots: number, id: number): void {
    this.#slots.set(id, slots);
    this.next += slots;
    if (this.next < this.#size) return;
    this.next -= this.#size;
    this.lap = !this.lap;
  }

  /** Writes a chain, makes it available and returns its id. */
  submit(buffers: readonly Buffer[]): number {
    const id = this.#nextId;
    this.#nextId = (this.#nextId + 1) % this.#size;
    for (const [i, { gpa, length, writable }] of [...buffers.entries()].reverse()) {
      const flags = this.available(i) | (writable ? 2 : 0) | (i + 1 < buffers.length ? 1 : 0);
      this.write(i, { address: gpa, length, id, flags });
    }
    this.advance(buffers.length, id);
    return id;
  }

  /** Used descriptors since the last call. */
  completions(): { head: number; written: number }[] {
    const found: { head: number; written: number }[] = [];
    for (let n = 0; n < this.#size; n++) {
      const at = this.areas.descriptors + 16 * this.#nextUsed;
      const flags = this.#memory.readU16(at + 14);
      if (((flags & AVAIL) !== 0) !== this.#usedLap || ((flags & USED) !== 0) !== this.#usedLap) break;
      const head = this.#memory.readU16(at + 12);
      found.push({ head, written: this.#memory.readU32(at + 8) });
      this.#nextUsed += this.#slots.get(head) ?? 1;
      if (this.#nextUsed >= this.#size) {
        this.#nextUsed -= this.#size;
        this.#usedLap = !this.#usedLap;
      }
    }
    return found;
  }

  /** When it wants to hear: always, never, or of the descriptor that it names. */
  wantInterrupt(when: 'always' | 'never' | { readonly entry: number; readonly lap: boolean }): void {
    const { driver } = this.areas;
    if (typeof when === 'object') this.#memory.writeU16(driver, when.entry | (when.lap ? 1 << 15 : 0));
    this.#memory.writeU16(driver + 2, when === 'always' ? 0 : when === 'never' ? 1 : 2);
  }
  /** When the device wants to hear: its flags, and the entry with its lap. */
  get wantedNotification(): { readonly when: number; readonly entry: number; readonly lap: boolean } {
    const entry = this.#memory.readU16(this.areas.device);
    const when = this.#memory.readU16(this.areas.device + 2);
    return { when, entry: entry & 0x7fff, lap: (entry & 0x8000) !== 0 };
  }
}
