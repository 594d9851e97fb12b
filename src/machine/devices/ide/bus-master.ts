/** The bus master: its three registers, and the memory that it moves a request's data to or from. */
import type { Disk } from '../disk/disk.ts';
import type { GuestMemory } from '../guest-memory.ts';
import { type MemoryRegion, pinRegions, unpinRegions } from './regions.ts';
import * as reg from './registers.ts';

const NO_REGIONS: readonly MemoryRegion[] = [];

export class BusMaster {
  /** What it reaches; a disk without is driven by the data register alone. */
  readonly #memory: GuestMemory | undefined;
  command = 0;
  status = 0;
  table = 0;
  regions: readonly MemoryRegion[] = NO_REGIONS;

  constructor(memory: GuestMemory | undefined) {
    this.#memory = memory;
  }

  get isThere(): boolean {
    return this.#memory !== undefined;
  }
  get isStarted(): boolean {
    return (this.command & reg.BM_START) !== 0;
  }
  /** It has a request's memory. */
  get isMoving(): boolean {
    return this.regions.length > 0;
  }

  write(offset: number, value: number): void {
    if (offset === reg.BM_TABLE) this.table = (value & ~3) >>> 0;
    else if (offset === reg.BM_COMMAND) this.command = value & (reg.BM_START | reg.BM_TO_MEMORY);
    else if (offset === reg.BM_STATUS) this.status &= ~(value & (reg.BM_ERROR | reg.BM_INTERRUPT));
  }

  /** Learns where in memory the data lies, which may have to come first; the direction must be the command's. */
  take(length: number, toMemory: boolean): 'taken' | 'wait' | 'refused' {
    const isMeant = ((this.command & reg.BM_TO_MEMORY) !== 0) === toMemory;
    if (this.#memory === undefined || !isMeant) return 'refused';
    const answer = pinRegions(this.#memory, this.table, length, toMemory);
    if (typeof answer === 'string') return answer;
    this.regions = answer;
    return 'taken';
  }

  /** Between disk and memory, region by region, by way of a buffer; false where one is no memory any more. */
  move(disk: Disk, offset: number, toMemory: boolean, buffer: Uint8Array): boolean {
    let at = offset;
    for (const { gpa, length } of this.regions) {
      for (let done = 0; done < length; done += buffer.length) {
        const piece = buffer.subarray(0, Math.min(buffer.length, length - done));
        if (toMemory) {
          disk.read(at, piece);
          if (this.#memory?.write(gpa + done, piece) !== true) return false;
        } else {
          if (this.#memory?.read(gpa + done, piece) !== true) return false;
          disk.write(at, piece);
        }
        at += piece.length;
      }
    }
    return true;
  }

  /** Gives the memory of a request up. */
  release(): void {
    if (this.#memory !== undefined) unpinRegions(this.#memory, this.regions);
    this.regions = NO_REGIONS;
  }
  /** Holds memory again that it held; false where that cannot be. */
  adopt(regions: readonly MemoryRegion[], toMemory: boolean): boolean {
    const memory = this.#memory;
    if (regions.length === 0) return true;
    if (memory === undefined) return false;
    for (const [index, { gpa, length }] of regions.entries()) {
      if (memory.pin(gpa, length, toMemory) === 'pinned') continue;
      unpinRegions(memory, regions.slice(0, index));
      return false;
    }
    this.regions = regions;
    return true;
  }

  reset(): void {
    this.command = 0;
    this.status = 0;
    this.table = 0;
  }
}
