// Which frames the fast write TLBs may hold, so that a frame whose first instruction is decoded is taken out of them at once, and not by a
// search through all entries. By frame: 0, or 1 + the index of the one entry (in the array of each hart) that may hold it, or MANY.
// Entries that have gone since are still noted.
import {
  FAST_WRITERS,
  RAM_OFFSET,
  TLB_ARRAY_SIZE,
  TLB_HART_SIZE,
  TLBS,
} from './generated/layout';
import { hartsUsed, NO_TAG } from './tlb';

const MANY: u32 = 0xffff;
// The fast write array lies behind the three architectural ones and that of reads.
const WRITE: u32 = 4 * TLB_ARRAY_SIZE;

function noteOf(hostFrame: u32): u32 {
  return FAST_WRITERS + (((hostFrame - RAM_OFFSET) >> 12) << 1);
}

/** The entries with an index may hold a frame from now on. */
export function noteWriter(hostFrame: u32, index: u32): void {
  const at = noteOf(hostFrame);
  const before: u32 = load<u16>(at);
  if (before != index + 1) store<u16>(at, <u16>(before == 0 ? index + 1 : MANY));
}

/** A frame has decoded code from now on: stores to it, by any hart, must take the slow path. */
export function forgetWrites(hostFrame: u32): void {
  const at = noteOf(hostFrame);
  const note: u32 = load<u16>(at);
  if (note == 0) return;
  store<u16>(at, 0);
  const from: u32 = note == MANY ? 0 : (note - 1) << 4;
  const to: u32 = note == MANY ? TLB_ARRAY_SIZE : from + 16;
  for (let hart: u32 = 0; hart < hartsUsed; hart++) {
    const array = TLBS + hart * TLB_HART_SIZE + WRITE;
    for (let entry = array + from; entry < array + to; entry += 16) {
      const tag = load<u64>(entry);
      if (tag != NO_TAG && (<u32>tag & ~0xfff) + load<u32>(entry, 8) == hostFrame) store<u64>(entry, NO_TAG);
    }
  }
}
