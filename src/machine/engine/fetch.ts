// Decoded pages: the 8-byte form of every halfword of a frame that holds code, made when first executed. Nothing here is
// architectural: the cache may be dropped at any time. A store to a tracked frame clears exactly the entries it touches, which is why
// fence.i has nothing to do.
import { decode } from './generated/decode';
import {
  BREAK_COUNT,
  BREAK_SIZE,
  BREAKS,
  CROSSING,
  DECODED_INDEX,
  DECODED_PAGE_SIZE,
  DECODED_PAGES,
  DECODED_POOL,
  PC,
  RAM_OFFSET,
  RAM_SIZE,
  TLB_ENTRIES,
} from './generated/layout';
import { OP_BREAK, OP_CROSSING, OP_PAGE_END, OP_UNDECODED } from './generated/operations';
import { droppedFrom, droppedTo, emptyPool, isInUse, takePage } from './decoded-pool';
import { forgetWrites } from './fast-writers';
import { dropReservationsIn } from './hart';
import { fetchSlow } from './mmu';
import { trapped } from './state';
import { codeChanged } from './translator';
import { fetchContext, tlbExecBase } from './tlb';
import { markWritten } from './written-frames';

const ENTRIES_SIZE: u32 = 2048 * 8;
// After the entries: two end entries, then the header of the page.
const FRAME: u32 = ENTRIES_SIZE + 16; // host address of the frame
const TRACKED: u32 = ENTRIES_SIZE + 20; // 1: stores to the frame take the slow path
const WRITES: u32 = ENTRIES_SIZE + 24; // slow stores since it was tracked
const COVERED: u32 = ENTRIES_SIZE + 28; // 1: some of its halfwords are translated; written by the translator
const LISTED: u32 = ENTRIES_SIZE + 32; // entries that are decoded, if they are few: to forget them costs less than to fill the page
const COVER: u32 = ENTRIES_SIZE + 64; // a bit for each of them
const LIST: u32 = COVER + 256; // which those are, as halfwords
const MOST_LISTED: u32 = 64;

// A frame that is written this often is data too: give its stores the fast path back until code runs there again.
const MANY_WRITES: u32 = 64;
const PAGE_MASK: u64 = ~0xfff;

/** The decoded page that `enter` found, and the pc of its first entry less a quarter of the entry's address. */
export let entryPage: u32 = 0;
export let entryPcBase: u64 = 0;

function indexOf(host: u32): u32 {
  return DECODED_INDEX + (((host - RAM_OFFSET) >> 12) << 2);
}

/** The translator hears of a change to halfwords, when any of them are translated. */
function tellTranslator(page: u32, first: u32, last: u32): void {
  if (load<u32>(page, COVERED) == 0) return;
  for (let at = first >>> 3; at <= last >>> 3; at++) {
    if (load<u8>(page + at, COVER) != 0) {
      codeChanged(page, first, last);
      return;
    }
  }
}

function clearEntries(page: u32): void {
  tellTranslator(page, 0, 2047);
  forgetEntries(page);
  store<u64>(page + ENTRIES_SIZE, OP_PAGE_END << 1);
  store<u64>(page + ENTRIES_SIZE + 8, OP_PAGE_END << 1);
  store<u32>(page, 0, TRACKED);
  store<u32>(page, 0, WRITES);
}

function forgetEntries(page: u32): void {
  const listed = load<u32>(page, LISTED);
  if (listed > MOST_LISTED) memory.fill(page, <u8>OP_UNDECODED, ENTRIES_SIZE);
  else for (let i: u32 = 0; i < listed; i++) store<u64>(page + (<u32>load<u16>(page + i * 2, LIST) << 3), OP_UNDECODED);
  store<u32>(page, 0, LISTED);
}

/** Drops all decoded pages, and the execute TLB's fast tags that point at them. */
export function dropDecoded(): void {
  emptyPool();
  memory.fill(DECODED_INDEX, 0, (load<u32>(RAM_SIZE) >> 12) << 2);
}

function decodedPage(frame: u32): u32 {
  const known = load<u32>(indexOf(frame));
  if (known != 0) return known;
  const page = takePage();
  for (let at = droppedFrom; at < droppedTo; at += DECODED_PAGE_SIZE) store<u32>(indexOf(load<u32>(at, FRAME)), 0);
  if (load<u32>(page, COVERED) != 0) memory.fill(page + COVER, 0, 256);
  store<u32>(page, 0, COVERED);
  clearEntries(page);
  store<u32>(page, frame, FRAME);
  store<u32>(indexOf(frame), page);
  return page;
}

/** Finds the decoded entry of PC; 0 when the fetch trapped. */
export function enter(): u32 {
  const pc = load<u64>(PC);
  const entry = tlbExecBase + ((<u32>(pc >> 12) & (TLB_ENTRIES - 1)) << 4);
  const tag = (pc & PAGE_MASK) | fetchContext;
  let page: u32;
  if (load<u64>(entry) == tag) {
    page = load<u32>(entry, 8);
  } else {
    const host = fetchSlow(pc);
    if (trapped) return 0;
    page = decodedPage(host & ~0xfff);
    store<u64>(entry, (pc & PAGE_MASK) | fetchContext);
    store<u32>(entry, page, 8);
  }
  entryPage = page;
  entryPcBase = (pc & PAGE_MASK) - <u64>(page >> 2);
  return page + ((<u32>pc & 0xffe) << 2);
}

/** Decodes the halfword of entry `ip`; from now on stores to its frame are noticed. */
export function decodeEntry(ip: u32, page: u32): void {
  const frame = load<u32>(page, FRAME);
  if (load<u32>(page, TRACKED) == 0) {
    store<u32>(page, 1, TRACKED);
    store<u32>(page, 0, WRITES);
    forgetWrites(frame);
  }
  const offset = (ip - page) >> 2;
  const listed = load<u32>(page, LISTED);
  if (listed < MOST_LISTED) store<u16>(page + listed * 2, <u16>(offset >> 1), LIST);
  if (listed <= MOST_LISTED) store<u32>(page, listed + 1, LISTED);
  store<u64>(ip, hasBreak(offset) ? OP_BREAK << 1 : decodedForm(page, offset));
}

/** The decoded word of the instruction at an offset of a page's frame, whatever stands there in the page. */
export function decodedForm(page: u32, offset: u32): u64 {
  const frame = load<u32>(page, FRAME);
  const low: u32 = load<u16>(frame + offset);
  if ((low & 3) != 3) return decode(low);
  if (offset == 4094) return OP_CROSSING << 1;
  return decode(low | (<u32>load<u16>(frame + offset + 2) << 16));
}

/** True when some breakpoint lies at this offset of its page; see breaks.ts. */
function hasBreak(offset: u32): bool {
  const end = BREAKS + load<u32>(BREAK_COUNT) * BREAK_SIZE;
  for (let at = BREAKS; at < end; at += BREAK_SIZE) if ((load<u32>(at) & 0xffe) == offset) return true;
  return false;
}

/** A breakpoint at this offset of its page has come or gone: instructions there are decoded anew. */
export function decodeAnew(offset: u32): void {
  const halfword = (offset & 0xffe) >> 1;
  const end = DECODED_POOL + DECODED_PAGES * DECODED_PAGE_SIZE;
  for (let page = DECODED_POOL; page < end; page += DECODED_PAGE_SIZE) {
    if (!isInUse(page)) continue;
    tellTranslator(page, halfword, halfword);
    store<u64>(page + (halfword << 3), OP_UNDECODED);
  }
}

/** Fetches and decodes the instruction at PC whose halves lie in two pages, into an entry of its own with a page's end behind it. */
export function fetchCrossing(): u32 {
  const raw = rawInstruction();
  if (trapped) return 0;
  store<u64>(CROSSING, decode(raw));
  for (let end: u32 = 8; end <= 16; end += 8) store<u64>(CROSSING + end, OP_PAGE_END << 1);
  return CROSSING;
}

/** The 16 or 32 bits at PC. */
export function rawInstruction(): u32 {
  const pc = load<u64>(PC);
  const first = fetchSlow(pc);
  if (trapped) return 0;
  const low: u32 = load<u16>(first);
  if ((low & 3) != 3) return low;
  if ((<u32>pc & 0xfff) != 0xffe) return low | (<u32>load<u16>(first + 2) << 16);
  const second = fetchSlow(pc + 2);
  return trapped ? 0 : low | (<u32>load<u16>(second) << 16);
}

/** True when stores to the frame at a host address must take the slow path. */
export function frameHasCode(host: u32): bool {
  const page = load<u32>(indexOf(host));
  return page != 0 && load<u32>(page, TRACKED) != 0;
}

/** A store of `size` bytes hit RAM at `host`, within one frame: marks it, and forgets the decoded form of what it changed. */
export function ramWritten(host: u32, size: u32): void {
  markWritten(host);
  const page = load<u32>(indexOf(host));
  if (page == 0 || load<u32>(page, TRACKED) == 0) return;
  const writes = load<u32>(page, WRITES) + 1;
  if (writes > MANY_WRITES || size > 64) {
    clearEntries(page);
    return;
  }
  store<u32>(page, writes, WRITES);
  const offset = host & 0xfff;
  // The halfword before may begin a 32-bit instruction that reaches into the first changed byte.
  let halfword: u32 = offset >= 2 ? (offset - 2) >> 1 : 0;
  const last: u32 = min((offset + size - 1) >> 1, 2047);
  tellTranslator(page, halfword, last);
  for (; halfword <= last; halfword++) store<u64>(page + (halfword << 3), OP_UNDECODED);
}

/** The same for a range written from outside the harts (device, hypervisor, page): any length. Reservations on it end. */
export function ramWrittenOutside(host: u32, size: u32): void {
  dropReservationsIn(host, size);
  const end = host + size;
  let at = host;
  while (at < end) {
    const next = min((at & ~0xfff) + 4096, end);
    ramWritten(at, next - at);
    at = next;
  }
}
