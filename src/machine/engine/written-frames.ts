// Which frames of RAM have changed since somebody last asked: a byte each, for snapshots that hold only what is new. A fast write tag
// exists only for a frame that is marked; so to forget the marks all these tags go, and the first store to each frame takes the slow
// path, marks it and gives it its tag back. Nothing of it is architectural: neither time nor what the TLBs cache depends on it.
import { RAM_OFFSET, RAM_SIZE, TLB_ARRAY_SIZE, TLB_HART_SIZE, TLBS, WRITTEN_FRAMES } from './generated/layout';
import { hartsUsed } from './tlb';

// The fast write array lies behind the three architectural ones and that of reads.
const WRITE: u32 = 4 * TLB_ARRAY_SIZE;

/** The frame at a host address changes, or may change from now on without being noticed. */
export function markWritten(host: u32): void {
  store<u8>(WRITTEN_FRAMES + ((host - RAM_OFFSET) >> 12), 1);
}

/** Begins anew: no frame has changed. */
export function forgetWritten(): void {
  memory.fill(WRITTEN_FRAMES, 0, load<u32>(RAM_SIZE) >> 12);
  for (let hart: u32 = 0; hart < hartsUsed; hart++) memory.fill(TLBS + hart * TLB_HART_SIZE + WRITE, 0, TLB_ARRAY_SIZE);
}
