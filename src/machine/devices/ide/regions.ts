/**
 * The table of regions that a driver gives a bus master: which pieces of its memory a request moves. It lies in guest memory and is
 * hostile; it is read here, each field once, and nowhere else.
 */
import type { GuestMemory } from '../guest-memory.ts';
import { MOST_REGIONS, REGION_LAST, REGION_SIZE } from './registers.ts';

/** A piece of memory, in the order in which it is filled or emptied. */
export interface MemoryRegion {
  readonly gpa: number;
  readonly length: number;
}

/** The regions of a request, or why there are none: pages must come first, or the table makes no sense. */
export type RegionsAnswer = readonly MemoryRegion[] | 'wait' | 'refused';

/** 0 stands for this. */
const LARGEST_REGION = 0x1_0000;

/** Reads the table at `table` for a request of `length` bytes, and pins what it names. */
export function pinRegions(
  memory: GuestMemory,
  table: number,
  length: number,
  writable: boolean,
): RegionsAnswer {
  const regions = readRegions(memory, table, length);
  if (typeof regions === 'string') return regions;
  for (const [index, { gpa, length: bytes }] of regions.entries()) {
    const answer = memory.pin(gpa, bytes, writable);
    if (answer === 'pinned') continue;
    unpinRegions(memory, regions.slice(0, index));
    return answer;
  }
  return regions;
}

export function unpinRegions(memory: GuestMemory, regions: readonly MemoryRegion[]): void {
  for (const { gpa, length } of regions) memory.unpin(gpa, length);
}

function readRegions(memory: GuestMemory, table: number, length: number): RegionsAnswer {
  const regions: MemoryRegion[] = [];
  let left = length;
  for (let at = table; regions.length < MOST_REGIONS; at += REGION_SIZE) {
    const address = memory.readU32(at);
    const size = address < 0 ? -1 : memory.readU32(at + 4);
    if (size < 0) return memory.awaited < 0 ? 'refused' : 'wait';
    // Addresses and lengths are even.
    const bytes = (size & 0xfffe) === 0 ? LARGEST_REGION : size & 0xfffe;
    const taken = Math.min(bytes, left);
    regions.push({ gpa: (address & ~1) >>> 0, length: taken });
    left -= taken;
    if (left === 0) return regions;
    if (size >= REGION_LAST) break;
  }
  return 'refused';
}
