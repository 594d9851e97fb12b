// Where walks have found last-level tables: offsets in RAM by 2 MiB of input address and by slot of the address space, once for
// VS-stage (or the only stage) and once for G-stage. It spares walks all entries but the last. Like the TLB it is state of the hart, and
// fences forget it: a space that loses its slot loses these too. Only what leads to success is used; all else walks from the root.
import { LEAF_TABLES, RAM_OFFSET } from './generated/layout';
import { isLive, SLOT_MASK } from './tlb';

/** Which stage a table belongs to. */
export const STAGE_FIRST: u32 = 0;
export const STAGE_SECOND: u32 = 1;

const ENTRIES: u32 = 64;
const STAGE_SIZE: u32 = ENTRIES * 16;
const REGION_MASK: u64 = ~0x1fffff;

function entryOf(stage: u32, address: u64): u32 {
  const index = <u32>((address >> 21) ^ (address >> 30)) & (ENTRIES - 1);
  return LEAF_TABLES + stage * STAGE_SIZE + (index << 4);
}

/** Host address of the last-level table for an address; 0 when unknown. Slot 0 knows nothing. */
export function knownTable(stage: u32, address: u64, slot: u32): u32 {
  const entry = entryOf(stage, address);
  return slot != 0 && load<u64>(entry) == ((address & REGION_MASK) | <u64>slot) ? RAM_OFFSET + load<u32>(entry, 8) : 0;
}

/** Remembers the table at a host address. */
export function rememberTable(stage: u32, address: u64, slot: u32, host: u32): void {
  if (slot == 0) return;
  const entry = entryOf(stage, address);
  store<u64>(entry, (address & REGION_MASK) | <u64>slot);
  store<u64>(entry, (host & ~0xfff) - RAM_OFFSET, 8);
}

/** Forgets the table for an address, in whatever space. */
export function forgetTable(address: u64): void {
  const entry = entryOf(STAGE_FIRST, address);
  if ((load<u64>(entry) & REGION_MASK) == (address & REGION_MASK)) store<u64>(entry, 0);
}

/** Forgets the tables of spaces that are no more. */
export function forgetDeadTables(): void {
  for (let entry = LEAF_TABLES; entry < LEAF_TABLES + 2 * STAGE_SIZE; entry += 16) {
    if (!isLive(<u32>load<u64>(entry) & SLOT_MASK)) store<u64>(entry, 0);
  }
}

/** Forgets the tables of a slot. */
export function forgetTablesOf(slot: u32): void {
  for (let entry = LEAF_TABLES; entry < LEAF_TABLES + 2 * STAGE_SIZE; entry += 16) {
    if ((<u32>load<u64>(entry) & SLOT_MASK) == slot) store<u64>(entry, 0);
  }
}

/** Forgets all. */
export function clearTables(): void {
  memory.fill(LEAF_TABLES, 0, 2 * STAGE_SIZE);
}
