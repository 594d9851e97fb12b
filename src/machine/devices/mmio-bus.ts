/**
 * The MMIO bus: finds the device of a guest physical address. Guests choose addresses and sizes, so an access that no
 * device answers reads 0 and is counted, never thrown.
 */
import { invariant } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { integer, list, text, upTo } from '#base/state/types';
import type { MmioDevice } from './device.ts';
import { NO_REGISTERS, REGISTER_ACCESSES, type RegisterAccesses, RegisterCounts } from './register-counts.ts';

/** A device at its place, with the count of accesses that reached it. */
export interface BusSlot {
  readonly device: MmioDevice;
  readonly base: number;
  readonly size: number;
  reads: number;
  writes: number;
  /** The same by register; another table after another device was plugged into a slot. */
  counts: RegisterCounts;
}

/** A device at its place, as a state holds it. */
export interface BusSlotState {
  readonly name: string;
  readonly reads: number;
  readonly writes: number;
  /** By register. */
  readonly registers: readonly RegisterAccesses[];
  readonly device: PartState;
}
export interface BusState {
  readonly unclaimed: number;
  /** By address. */
  readonly slots: readonly BusSlotState[];
}
export const BUS_SLOT: Declaration<BusSlotState> = declare('bus slot', {
  ...{ name: text(64), reads: integer, writes: integer },
  registers: since(7, REGISTER_ACCESSES, []),
  device: part,
});
export const BUS: Declaration<BusState> = declare('bus', {
  unclaimed: integer,
  slots: list(BUS_SLOT, upTo(256)),
});

/** Devices by address. A 64-bit access is split into two of 32 bits, low half first. */
export class MmioBus {
  readonly #slots: BusSlot[] = [];
  /** The slot that answered last: drivers tend to stay with one device. */
  #recent: BusSlot | undefined;
  /** Accesses that no device answered: outside all windows, across an edge, misaligned. */
  unclaimed = 0;
  /** High half of the last 64-bit read. */
  high = 0;

  /** Puts a device at an address; windows may not overlap. */
  attach(device: MmioDevice, base: number, size: number): BusSlot {
    const free = this.#slots.every((slot) => base + size <= slot.base || slot.base + slot.size <= base);
    invariant(free, `the window of ${device.name} overlaps another`);
    const counts = new RegisterCounts(device.registers);
    const slot: BusSlot = { device, base, size, reads: 0, writes: 0, counts };
    this.#slots.push(slot);
    this.#slots.sort((a, b) => a.base - b.base);
    return slot;
  }

  /** All devices, by address. */
  get slots(): readonly BusSlot[] {
    return this.#slots;
  }

  /** True if a device's window holds the address. */
  covers(address: number): boolean {
    return this.#find(address, 1) !== undefined;
  }

  /** Reads 1, 2, 4 or 8 bytes; the result is the (low) value, `high` the upper half of 8 bytes. */
  read(address: number, size: number): number {
    const slot = this.#find(address, size);
    if (slot === undefined) {
      this.unclaimed += 1;
      this.high = 0;
      return 0;
    }
    slot.reads += 1;
    const offset = address - slot.base;
    const counts = countsOf(slot);
    counts.read(offset);
    if (size === 8) counts.read(offset + 4);
    if (size !== 8) {
      this.high = 0;
      return slot.device.read(offset, size);
    }
    const low = slot.device.read(offset, 4);
    this.high = slot.device.read(offset + 4, 4);
    return low;
  }

  /** Writes 1, 2, 4 or 8 bytes; `high` matters only for 8. Bits above `size` are cut off. */
  write(address: number, size: number, low: number, high = 0): void {
    const slot = this.#find(address, size);
    if (slot === undefined) {
      this.unclaimed += 1;
      return;
    }
    slot.writes += 1;
    const offset = address - slot.base;
    const counts = countsOf(slot);
    counts.write(offset);
    if (size === 8) counts.write(offset + 4);
    if (size === 1) slot.device.write(offset, 1, low & 0xff);
    else if (size === 2) slot.device.write(offset, 2, low & 0xffff);
    else {
      slot.device.write(offset, 4, low >>> 0);
      if (size === 8) slot.device.write(offset + 4, 4, high >>> 0);
    }
  }

  /** Resets all devices (system reset). */
  reset(): void {
    for (const slot of this.#slots) slot.device.reset();
  }

  capture(): BusState {
    return { unclaimed: this.unclaimed, slots: this.#slots.map(captureSlot) };
  }

  /** The same devices must be at the same places. */
  restore(state: BusState): void {
    const isThere = (slot: BusSlot) =>
      slot.device.mayBeMissing !== true || state.slots.some(({ name }) => name === slot.device.name);
    const slots = this.#slots.filter(isThere);
    if (state.slots.length !== slots.length) throw new SnapshotFormatError('a bus of other devices');
    this.unclaimed = state.unclaimed;
    for (const [index, slot] of slots.entries()) restoreSlot(slot, state.slots[index]!);
  }

  #find(address: number, size: number): BusSlot | undefined {
    if (address % size !== 0) return undefined;
    const recent = this.#recent;
    if (recent !== undefined && holds(recent, address, size)) return recent;
    for (const slot of this.#slots) {
      if (!holds(slot, address, size)) continue;
      this.#recent = slot;
      return slot;
    }
    return undefined;
  }
}

/** One device at its place, and what has been counted there. */
export function captureSlot(slot: BusSlot): BusSlotState {
  const { device, reads, writes } = slot;
  return { name: device.name, reads, writes, registers: countsOf(slot).capture(), device: device.capture() };
}
/** The same device must be there. */
export function restoreSlot(slot: BusSlot, saved: BusSlotState): void {
  if (saved.name !== slot.device.name)
    throw new SnapshotFormatError(`${JSON.stringify(saved.name)} where ${slot.device.name} belongs`);
  slot.reads = saved.reads;
  slot.writes = saved.writes;
  countsOf(slot).restore(saved.registers);
  slot.device.restore(saved.device);
}

/** The counts of a slot, by the registers that its device has now. */
export function countsOf(slot: BusSlot): RegisterCounts {
  const { registers = NO_REGISTERS } = slot.device;
  if (slot.counts.rows !== registers) {
    const counts = new RegisterCounts(registers);
    counts.restore(slot.counts.capture());
    slot.counts = counts;
  }
  return slot.counts;
}

function holds(slot: BusSlot, address: number, size: number): boolean {
  return address >= slot.base && address + size <= slot.base + slot.size;
}
