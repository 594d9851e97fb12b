// The TLBs of the selected hart: what is cached (architectural arrays) and what the interpreter may use without a call (fast arrays,
// same index). A tag is the page of the virtual address and a 12-bit context:
//
//     63                                  12 11     8 7          0
//     | page of the virtual address         | regime | slot      |
//
// Regime: privilege, V, SUM, MXR of the access, so that no change of mode flushes anything. Slot: a number for an address space
// (satp, or vsatp with hgatp). Flushing a space takes its number away; entries with that number never match again. When the numbers run
// out, entries whose number no space has are forgotten, and these numbers are given again. Slot 0 is never used, so a tag of 0 is no tag.
import {
  ACCESS_FETCH,
  ACCESS_STORE,
  PRIV_M,
  PRIV_S,
  PRIV_U,
  STATUS_MPP,
  STATUS_MPP_SHIFT,
  STATUS_MPRV,
  STATUS_MPV,
} from './bits';
import {
  CSR_HGATP,
  CSR_MSTATUS,
  CSR_SATP,
  CSR_VSATP,
  CYCLES_CONTEXT_CHANGE,
  CYCLES_FENCE,
  CYCLES_FENCE_SEARCH,
  DATA_CONTEXT,
  FETCH_CONTEXT,
  NEXT_SLOT,
  PRIV,
  RAM_OFFSET,
  RAM_SIZE,
  SPACE_VICTIM,
  SPACES,
  STAT_TLB_MISSES,
  SUPERPAGES,
  TLB_ARRAY_SIZE,
  TLB_BASE,
  TLB_ENTRIES,
  TLB_HART_SIZE,
  TLBS,
  VIRT,
} from './generated/layout';
import { noteWriter } from './fast-writers';
import { frameHasCode } from './fetch';
import { isGuest, isSameSpace, REGIME_M, REGIME_S, REGIME_U, REGIME_VS, REGIME_VU, regimeOf } from './regime';
import { stall } from './state';
import { mayBeFragment, noteFragment } from './superpages';
import { clearTables, forgetDeadTables, forgetTable, forgetTablesOf } from './walk-cache';
import { markWritten } from './written-frames';

/** The tag that matches nothing. */
export const NO_TAG: u64 = 0;

/** Bits of a context that name the space. */
export const SLOT_MASK: u32 = 0xff;
const PAGE_MASK: u64 = ~0xfff;
/** Of a cached translation: the level of its leaf, 0 to 4. */
const LEVEL_MASK: u32 = 7;
/** Physical address of the first byte of RAM. */
export const RAM_BASE: u64 = 0x80000000;
const FAST: u32 = 3 * TLB_ARRAY_SIZE;
const INDEX_MASK: u32 = TLB_ENTRIES - 1;
const SLOTS: u32 = 256;

// An entry of SPACES: kind, slot, and the registers that make the space.
const SPACE_COUNT: u32 = 32;
const SPACE_SIZE: u32 = 24;
const SPACES_END: u32 = SPACES + SPACE_COUNT * SPACE_SIZE;
const SPACE_SLOT: u32 = 4;
const SPACE_FIRST: u32 = 8;
const SPACE_SECOND: u32 = 16;
const KIND_FREE: u32 = 0;
const KIND_MACHINE: u32 = 1;
const KIND_HOST: u32 = 2;
const KIND_GUEST: u32 = 3;
const KIND_STAGE_TWO: u32 = 4;

/** Fast arrays of the selected hart. */
export let tlbReadBase: u32 = TLBS + FAST;
export let tlbWriteBase: u32 = TLBS + FAST + TLB_ARRAY_SIZE;
export let tlbExecBase: u32 = TLBS + FAST + 2 * TLB_ARRAY_SIZE;
let architectural: u32 = TLBS;

/** Regime and context of explicit loads and stores, and of fetches. */
export let dataRegime: u32 = REGIME_M;
export let fetchRegime: u32 = REGIME_M;
export let dataContext: u64 = 0;
export let fetchContext: u64 = 0;

// Slots of the spaces in use, 0 when not looked up yet; `cleared` counts events that make found slots worthless.
let machineSlot: u32 = 0;
let hostSlot: u32 = 0;
let guestSlot: u32 = 0;
/** The slot of G-stage itself while a guest's accesses are made, for the walk cache. */
export let stageTwoSlot: u32 = 0;
let cleared: u32 = 0;
/** Harts that have been selected so far: others hold nothing. */
export let hartsUsed: u32 = 1;

function forgetSlots(): void {
  machineSlot = 0;
  hostSlot = 0;
  guestSlot = 0;
  stageTwoSlot = 0;
  cleared++;
}

function clearAll(): void {
  memory.fill(architectural, 0, 6 * TLB_ARRAY_SIZE);
  memory.fill(SPACES, 0, SPACE_COUNT * SPACE_SIZE);
  memory.fill(SUPERPAGES, 0, 128);
  clearTables();
  store<u32>(NEXT_SLOT, 1);
  store<u32>(SPACE_VICTIM, 0);
  forgetSlots();
}

/** True when a space has this number. */
export function isLive(slot: u32): bool {
  for (let space = SPACES; space < SPACES_END; space += SPACE_SIZE) {
    if (load<u32>(space) != KIND_FREE && load<u32>(space, SPACE_SLOT) == slot) return true;
  }
  return false;
}

/** A number with which nothing is cached: from NEXT_SLOT on, all that no space has are such. */
function unusedSlot(): u32 {
  let slot = max(load<u32>(NEXT_SLOT), 1);
  while (slot < SLOTS && isLive(slot)) slot++;
  if (slot == SLOTS) {
    forgetDead();
    for (slot = 1; isLive(slot); ) slot++;
  }
  store<u32>(NEXT_SLOT, slot + 1);
  return slot;
}

/** Forgets all entries whose number no space has. */
function forgetDead(): void {
  memory.fill(SUPERPAGES, 0, 128);
  for (let entry = architectural; entry < architectural + FAST; entry += 16) {
    const tag = load<u64>(entry);
    if (tag == NO_TAG) continue;
    if (isLive(<u32>tag & SLOT_MASK)) noteFragment(tag, <u32>load<u64>(entry, 8) & LEVEL_MASK);
    else drop(entry);
  }
  forgetDeadTables();
}

/**
 * A space loses its number. What is cached with it never matches again, unless the number is given once more before numbers next run
 * out: one that a space already had when they last did so. Then it is forgotten now.
 */
function retire(slot: u32): void {
  if (slot < load<u32>(NEXT_SLOT)) return;
  for (let entry = architectural; entry < architectural + FAST; entry += 16) {
    const tag = load<u64>(entry);
    if (tag != NO_TAG && (<u32>tag & SLOT_MASK) == slot) drop(entry);
  }
  forgetTablesOf(slot);
}

/** The slot of an address space; a new one when it has none. */
function slotOf(kind: u32, first: u64, second: u64): u32 {
  let free: u32 = 0;
  for (let space = SPACES; space < SPACES_END; space += SPACE_SIZE) {
    const its = load<u32>(space);
    if (its == kind && load<u64>(space, SPACE_FIRST) == first && load<u64>(space, SPACE_SECOND) == second) {
      return load<u32>(space, SPACE_SLOT);
    }
    if (its == KIND_FREE && free == 0) free = space;
  }
  if (free == 0) {
    const victim = load<u32>(SPACE_VICTIM);
    store<u32>(SPACE_VICTIM, (victim + 1) % SPACE_COUNT);
    free = SPACES + victim * SPACE_SIZE;
    store<u32>(free, KIND_FREE);
    retire(load<u32>(free, SPACE_SLOT));
    forgetSlots();
  }
  const slot = unusedSlot();
  store<u32>(free, kind);
  store<u32>(free, slot, SPACE_SLOT);
  store<u64>(free, first, SPACE_FIRST);
  store<u64>(free, second, SPACE_SECOND);
  return slot;
}

function slotFor(regime: u32): u32 {
  if (regime == REGIME_M) {
    if (machineSlot == 0) machineSlot = slotOf(KIND_MACHINE, 0, 0);
    return machineSlot;
  }
  if (isGuest(regime)) {
    const hgatp = load<u64>(CSR_HGATP);
    if (stageTwoSlot == 0) stageTwoSlot = slotOf(KIND_STAGE_TWO, 0, hgatp);
    if (guestSlot == 0) guestSlot = slotOf(KIND_GUEST, load<u64>(CSR_VSATP), hgatp);
    return guestSlot;
  }
  if (hostSlot == 0) hostSlot = slotOf(KIND_HOST, load<u64>(CSR_SATP), 0);
  return hostSlot;
}

/** Mode, status or spaces have changed: which entries of the TLBs count from now on. */
export function updateContext(): void {
  let priv = load<u32>(PRIV);
  let virt = load<u32>(VIRT) != 0;
  fetchRegime = priv == PRIV_M ? REGIME_M : priv == PRIV_S ? (virt ? REGIME_VS : REGIME_S) : virt ? REGIME_VU : REGIME_U;
  const status = load<u64>(CSR_MSTATUS);
  if (priv == PRIV_M && (status & STATUS_MPRV) != 0) {
    priv = <u32>((status & STATUS_MPP) >> STATUS_MPP_SHIFT);
    virt = (status & STATUS_MPV) != 0;
  }
  dataRegime = regimeOf(priv, virt);
  let before: u32;
  do {
    before = cleared;
    fetchContext = (<u64>fetchRegime << 8) | <u64>slotFor(fetchRegime);
    const slot = isSameSpace(fetchRegime, dataRegime) ? <u32>fetchContext & SLOT_MASK : slotFor(dataRegime);
    dataContext = (<u64>dataRegime << 8) | <u64>slot;
  } while (cleared != before);
  store<u64>(DATA_CONTEXT, dataContext);
  store<u64>(FETCH_CONTEXT, fetchContext);
}

/** satp was written. */
export function hostSpaceChanged(): void {
  stall(CYCLES_CONTEXT_CHANGE);
  hostSlot = 0;
  updateContext();
}

/** vsatp or hgatp was written. */
export function guestSpaceChanged(): void {
  stall(CYCLES_CONTEXT_CHANGE);
  guestSlot = 0;
  stageTwoSlot = 0;
  updateContext();
}

/** Anything may have changed: the spaces are looked up anew. */
export function restartContext(): void {
  forgetSlots();
  updateContext();
}

/** Points at the arrays of a hart. */
export function useHart(hart: u32): void {
  architectural = TLBS + hart * TLB_HART_SIZE;
  tlbReadBase = architectural + FAST;
  tlbWriteBase = tlbReadBase + TLB_ARRAY_SIZE;
  tlbExecBase = tlbWriteBase + TLB_ARRAY_SIZE;
  store<u32>(TLB_BASE, tlbReadBase);
  hartsUsed = max(hartsUsed, hart + 1);
}

/** Forgets the fast tags: each entry is looked at once more by the slow path. */
export function clearFast(): void {
  memory.fill(tlbReadBase, 0, 3 * TLB_ARRAY_SIZE);
}

/** Host address of a physical address, 0 when it is not RAM. */
export function hostOf(spa: u64): u32 {
  const offset = spa - RAM_BASE;
  return offset < <u64>load<u32>(RAM_SIZE) ? RAM_OFFSET + <u32>offset : 0;
}

function entryOf(array: u32, va: u64): u32 {
  return architectural + array * TLB_ARRAY_SIZE + ((<u32>(va >> 12) & INDEX_MASK) << 4);
}

/** The cached translation of a page: SPA of its frame and, in the low bits, the level of its VS-stage leaf; ~0 when there is none. */
export function lookup(array: u32, va: u64, context: u64): u64 {
  const entry = entryOf(array, va);
  return load<u64>(entry) == ((va & PAGE_MASK) | context) ? load<u64>(entry, 8) : ~0;
}

/** Lets the interpreter use a data entry, unless it must stay slow: device, or a store to a frame with decoded code. */
export function makeFast(array: u32, va: u64, context: u64, spa: u64): void {
  const fast = entryOf(array, va) + FAST;
  const host = hostOf(spa & PAGE_MASK);
  if (host == 0 || (array == ACCESS_STORE && frameHasCode(host))) {
    store<u64>(fast, NO_TAG);
  } else {
    store<u64>(fast, (va & PAGE_MASK) | context);
    store<u32>(fast, host - (<u32>va & ~0xfff), 8);
    if (array == ACCESS_STORE) {
      noteWriter(host, <u32>(va >> 12) & INDEX_MASK);
      markWritten(host);
    }
  }
}

/** Caches a translation. Execute entries become fast by the code that decodes their page. */
export function fill(array: u32, va: u64, context: u64, spa: u64, level: u32): void {
  const entry = entryOf(array, va);
  store<u64>(entry, (va & PAGE_MASK) | context);
  store<u64>(entry, (spa & PAGE_MASK) | <u64>level, 8);
  if (array == ACCESS_FETCH) store<u64>(entry + FAST, NO_TAG);
  else makeFast(array, va, context, spa);
  noteFragment(va, level);
  const misses = STAT_TLB_MISSES + (array << 3);
  store<u64>(misses, load<u64>(misses) + 1);
}

function drop(entry: u32): void {
  store<u64>(entry, 0);
  store<u64>(entry, 0, 8);
  store<u64>(entry + FAST, NO_TAG);
}

/**
 * Forgets what is cached for the page of `va`, in whatever space. When it may lie in a superpage, all fragments of that superpage go:
 * a fence by any address of a superpage covers all of it (privileged spec 10.2.1).
 */
export function flushPage(va: u64): void {
  stall(CYCLES_FENCE);
  forgetTable(va);
  for (let array: u32 = 0; array < 3; array++) {
    const entry = entryOf(array, va);
    if ((load<u64>(entry) & PAGE_MASK) == (va & PAGE_MASK)) drop(entry);
  }
  if (!mayBeFragment(va)) return;
  stall(CYCLES_FENCE_SEARCH);
  for (let entry = architectural; entry < architectural + FAST; entry += 16) {
    const level = load<u64>(entry, 8) & LEVEL_MASK;
    if (level != 0 && ((load<u64>(entry) ^ va) >> (12 + 9 * level)) == 0) drop(entry);
  }
}

// Which spaces a fence is about: those of kinds `from` to `to`, and where these are given, of one ASID and one VMID.
function dropSpaces(from: u32, to: u32, byAsid: bool, asid: u64, byVmid: bool, vmid: u64): void {
  stall(CYCLES_FENCE);
  for (let space = SPACES; space < SPACES_END; space += SPACE_SIZE) {
    const kind = load<u32>(space);
    if (kind == KIND_FREE || kind < from || kind > to) continue;
    if (byAsid && asidOf(load<u64>(space, SPACE_FIRST)) != asid) continue;
    if (byVmid && vmidOf(load<u64>(space, SPACE_SECOND)) != vmid) continue;
    retire(load<u32>(space, SPACE_SLOT));
    memory.fill(space, 0, SPACE_SIZE);
  }
  forgetSlots();
  updateContext();
}

/** The ASID field of satp or vsatp. */
function asidOf(atp: u64): u64 {
  return (atp >> 44) & 0xffff;
}

/** The VMID field of hgatp. */
export function vmidOf(hgatp: u64): u64 {
  return (hgatp >> 44) & 0x3fff;
}

/** Forgets translations by satp. */
export function flushHost(byAsid: bool, asid: u64): void {
  dropSpaces(KIND_HOST, KIND_HOST, byAsid, asid, false, 0);
}

/** Forgets translations by vsatp of one VM. */
export function flushGuest(byAsid: bool, asid: u64, vmid: u64): void {
  dropSpaces(KIND_GUEST, KIND_GUEST, byAsid, asid, true, vmid);
}

/** Forgets translations by hgatp, and all that was composed with them. */
export function flushStageTwo(byVmid: bool, vmid: u64): void {
  dropSpaces(KIND_GUEST, KIND_STAGE_TWO, false, 0, byVmid, vmid);
}

/** What `hfence.gvma` does for one VM, for a hypervisor that lives in TypeScript. */
export function flushVmid(vmid: u32): void {
  flushStageTwo(true, vmid);
}

/** Forgets everything. */
export function flushTranslations(): void {
  clearAll();
  updateContext();
}
