// A miss of the TLB in translated code that is served without leaving it: where both stages know the last-level table and find an entry
// there that allows the access. Everything else, and whatever traps, is the interpreter's; nothing has happened then. What is counted,
// charged and cached is what mmu.ts would have done for the same access.
import { ACCESS_STORE, MODE_BARE, MODE_SHIFT, PRIV_M, PRIV_S } from './bits';
import { frameHasCode } from './fetch';
import {
  CSR_HGATP,
  CSR_SATP,
  CSR_VSATP,
  CYCLES_WALK_REFERENCE,
  LAST_PAGES,
  REMEMBERED_PAGES,
  STALLED,
  STAT_SHORT_WALKS,
  STAT_WALK_REFERENCES,
  STAT_WALKS,
  TLB_ENTRIES,
} from './generated/layout';
import { pmpAllows } from './pmp';
import { isGuest, mxrOf, REGIME_M } from './regime';
import { dataContext, dataRegime, fill, hostOf, lookup, makeFast, SLOT_MASK, stageTwoSlot } from './tlb';
import { count, guestLeafAllows, isInvalid, leafAddress, leafAllows, levelsOf, usedBits } from './translate';
import { knownTable, STAGE_FIRST, STAGE_SECOND } from './walk-cache';

/** A remembered page that no address matches, as translated code has it. */
const NO_PAGE: u64 = 0xfff;
const NOT_SERVED: i32 = -1;
const NONE: u64 = ~0;

/** Which stages the last short translation went through. */
let isFirst: bool = false;
let isSecond: bool = false;

/**
 * Makes the page of an access usable.
 * @param what bit 0: a store; bits 4:1: its bytes; from bit 8 on: cycles that must be left to the visit when it goes on
 * @param left cycles that are left to it
 * @returns what is left then, or -1 when the access is the interpreter's
 */
export function refill(va: u64, what: u32, left: i32): i32 {
  const kind = what & 1;
  if ((<u32>va & 0xfff) + ((what >> 1) & 15) > 4096) return NOT_SERVED;
  const cached = lookup(kind, va, dataContext);
  const spa = cached != NONE ? cached : shortTranslation(va, kind, dataRegime, <u32>dataContext & SLOT_MASK);
  if (spa == NONE) return NOT_SERVED;
  const host = hostOf(spa & ~0xfff);
  if (host == 0 || (kind == ACCESS_STORE && frameHasCode(host))) return NOT_SERVED;
  if (cached != NONE) {
    makeFast(kind, va, dataContext, spa);
    return left;
  }
  const cycles = <i32>(((isFirst ? 1 : 0) + (isSecond ? 1 : 0)) * CYCLES_WALK_REFERENCE);
  if (left - cycles < <i32>(what >> 8)) return NOT_SERVED;
  if (isFirst) countWalk(STAGE_FIRST);
  if (isSecond) countWalk(STAGE_SECOND);
  fill(kind, va, dataContext, spa, 0);
  forgetRemembered(va);
  store<u32>(STALLED, load<u32>(STALLED) + cycles);
  return left - cycles;
}

/** The physical address of a load or store, where each stage knows its last-level table and finds all there. Changes nothing. */
function shortTranslation(va: u64, kind: u32, by: u32, slot: u32): u64 {
  isFirst = false;
  isSecond = false;
  if (by == REGIME_M) return pmpAllows(va, kind, PRIV_M) ? va : NONE;
  let spa = va;
  const guest = isGuest(by);
  const atp = load<u64>(guest ? CSR_VSATP : CSR_SATP);
  if (atp >> MODE_SHIFT != MODE_BARE) {
    const unused = <i64>(52 - 9 * levelsOf(atp));
    const known = knownTable(STAGE_FIRST, va, slot);
    if (known == 0 || <u64>((<i64>va << unused) >> unused) != va) return NONE;
    const pte = load<u64>(known + (<u32>(va >> 9) & 0xff8));
    if (isInvalid(pte, 0, guest) || !leafAllows(pte, kind, by) || (usedBits(kind) & ~pte) != 0) return NONE;
    spa = leafAddress(pte, 0, va);
    isFirst = true;
  }
  const hgatp = load<u64>(CSR_HGATP);
  if (guest && hgatp >> MODE_SHIFT != MODE_BARE) {
    const known = knownTable(STAGE_SECOND, spa, stageTwoSlot);
    if (known == 0 || spa >> (14 + 9 * <u64>levelsOf(hgatp)) != 0) return NONE;
    const pte = load<u64>(known + (<u32>(spa >> 9) & 0xff8));
    if (isInvalid(pte, 0, false) || !guestLeafAllows(pte, kind, mxrOf(by) == 2)) return NONE;
    if ((usedBits(kind) & ~pte) != 0) return NONE;
    spa = leafAddress(pte, 0, spa);
    isSecond = true;
  }
  return pmpAllows(spa, kind, PRIV_S) ? spa : NONE;
}

/** Counts a walk that has read one entry. */
function countWalk(stage: u32): void {
  count(STAT_WALKS, stage);
  count(STAT_WALK_REFERENCES, stage);
  count(STAT_SHORT_WALKS, stage);
}

/** Pages that the region has looked up are looked up again, if they may have been where the new one is now. */
function forgetRemembered(va: u64): void {
  for (let at = LAST_PAGES; at < LAST_PAGES + REMEMBERED_PAGES * 16; at += 16) {
    if ((((load<u64>(at) ^ va) >> 12) & (TLB_ENTRIES - 1)) == 0) store<u64>(at, NO_PAGE);
  }
}
