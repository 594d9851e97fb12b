// Room for decoded pages, in segments that belong to a VM each: who runs through more code than there is room for loses its own pages, not
// those of others. Nothing here is architectural.
import {
  CSR_HGATP,
  DECODED_PAGE_SIZE,
  DECODED_PAGES,
  DECODED_POOL,
  DECODED_SEGMENTS,
  POOL_SEGMENTS,
  TLB_ARRAY_SIZE,
  TLB_ENTRIES,
  TLB_HART_SIZE,
  TLBS,
  VIRT,
} from './generated/layout';
import { codeDropped } from './translator';
import { hartsUsed, NO_TAG, vmidOf } from './tlb';

const PAGES_OF_SEGMENT: u32 = DECODED_PAGES / POOL_SEGMENTS;
const SIZE_OF_SEGMENT: u32 = PAGES_OF_SEGMENT * DECODED_PAGE_SIZE;
// Of a segment: whose it is (0: nobody's), pages in use, and when it was taken.
const OWNER: u32 = 0;
const USED: u32 = 4;
const TAKEN: u32 = 8;
const RECORD: u32 = 16;
const RECORDS_END: u32 = DECODED_SEGMENTS + POOL_SEGMENTS * RECORD;

let takes: u32 = 0;
/** The segment that gave the last page. */
let current: u32 = DECODED_SEGMENTS;
/** What `takePage` has just dropped for the page that it gave: from here to there. */
export let droppedFrom: u32 = 0;
export let droppedTo: u32 = 0;

function ownerNow(): u32 {
  return load<u32>(VIRT) == 0 ? 1 : 2 + <u32>vmidOf(load<u64>(CSR_HGATP));
}

function segmentsOf(owner: u32): u32 {
  let count: u32 = 0;
  for (let at = DECODED_SEGMENTS; at < RECORDS_END; at += RECORD) if (load<u32>(at, OWNER) == owner) count++;
  return count;
}

/** The oldest segment of an owner. */
function oldestOf(owner: u32): u32 {
  let oldest: u32 = 0;
  for (let at = DECODED_SEGMENTS; at < RECORDS_END; at += RECORD) {
    if (load<u32>(at, OWNER) != owner) continue;
    if (oldest == 0 || load<u32>(at, TAKEN) < load<u32>(oldest, TAKEN)) oldest = at;
  }
  return oldest;
}

/** A segment that gives way: a free one, or the oldest of who has most; of the owner itself, when nobody has more. */
function victimFor(owner: u32): u32 {
  let most = owner;
  let count = segmentsOf(owner);
  for (let at = DECODED_SEGMENTS; at < RECORDS_END; at += RECORD) {
    const other = load<u32>(at, OWNER);
    if (other == 0) return at;
    const its = segmentsOf(other);
    if (its <= count) continue;
    most = other;
    count = its;
  }
  return oldestOf(most);
}

function firstPage(segment: u32): u32 {
  return DECODED_POOL + ((segment - DECODED_SEGMENTS) / RECORD) * SIZE_OF_SEGMENT;
}

/** True for a decoded page that is in use. */
export function isInUse(page: u32): bool {
  const index = (page - DECODED_POOL) / DECODED_PAGE_SIZE;
  return index % PAGES_OF_SEGMENT < load<u32>(DECODED_SEGMENTS + (index / PAGES_OF_SEGMENT) * RECORD, USED);
}

/** Room for a page of whoever runs. What lay there, and in all of `droppedFrom` to `droppedTo`, is no page of a frame any more. */
export function takePage(): u32 {
  const owner = ownerNow();
  droppedTo = droppedFrom;
  if (load<u32>(current, OWNER) != owner || load<u32>(current, USED) == PAGES_OF_SEGMENT) {
    current = segmentWithRoom(owner);
  }
  const used = load<u32>(current, USED);
  store<u32>(current, used + 1, USED);
  return firstPage(current) + used * DECODED_PAGE_SIZE;
}

function segmentWithRoom(owner: u32): u32 {
  for (let at = DECODED_SEGMENTS; at < RECORDS_END; at += RECORD) {
    if (load<u32>(at, OWNER) == owner && load<u32>(at, USED) < PAGES_OF_SEGMENT) return at;
  }
  const segment = victimFor(owner);
  droppedFrom = firstPage(segment);
  droppedTo = droppedFrom + load<u32>(segment, USED) * DECODED_PAGE_SIZE;
  if (droppedFrom < droppedTo) drop(droppedFrom, droppedTo);
  store<u32>(segment, owner, OWNER);
  store<u32>(segment, 0, USED);
  store<u32>(segment, ++takes, TAKEN);
  return segment;
}

/** Nothing points at these pages any more, but the index of frames. */
function drop(from: u32, to: u32): void {
  codeDropped(from, to);
  for (let hart: u32 = 0; hart < hartsUsed; hart++) {
    const exec = TLBS + hart * TLB_HART_SIZE + 5 * TLB_ARRAY_SIZE;
    for (let at = exec; at < exec + (TLB_ENTRIES << 4); at += 16) {
      const page = load<u32>(at, 8);
      if (page >= from && page < to) store<u64>(at, NO_TAG);
    }
  }
}

/** Takes all pages away from everybody. */
export function emptyPool(): void {
  drop(DECODED_POOL, DECODED_POOL + DECODED_PAGES * DECODED_PAGE_SIZE);
  for (let at = DECODED_SEGMENTS; at < RECORDS_END; at += RECORD) {
    store<u32>(at, 0, OWNER);
    store<u32>(at, 0, USED);
  }
}
