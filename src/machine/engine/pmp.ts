// Physical memory protection (privileged spec 3.7) with 16 entries and a granularity of one page (G = 10), so that what a page may do
// is one answer. A-fields: NA4 cannot be selected; bits of pmpaddr below the granularity read as 3.7.1 says, and keep what was written.
import { PRIV_M } from './bits';
import { CSR_PMPADDR0, CSR_PMPCFG0, CSR_PMPCFG2 } from './generated/layout';
import { setRecheck } from './state';
import { flushTranslations } from './tlb';

const ENTRIES: u32 = 16;
const CFG_R: u32 = 1;
const CFG_W: u32 = 2;
const CFG_RWX: u32 = 7;
const CFG_A: u32 = 3 << 3;
const CFG_TOR: u32 = 1 << 3;
const CFG_NA4: u32 = 2 << 3;
const CFG_NAPOT: u32 = 3 << 3;
const CFG_L: u32 = 0x80;
const CFG_WRITABLE: u32 = 0x9f;

// pmpaddr holds address bits 55:2; a page is 10 of its bits.
const GRAIN: u64 = 10;
const GRAIN_ONES: u64 = (1 << (GRAIN - 1)) - 1;
const GRAIN_ZEROS: u64 = (1 << GRAIN) - 1;

/** The first entry that is on covers all memory and allows everything: nothing need be checked. */
let open: bool = false;

function cfgAt(n: u32): u32 {
  return n < 8 ? CSR_PMPCFG0 + n : CSR_PMPCFG2 + (n - 8);
}

function address(n: u32): u64 {
  return load<u64>(CSR_PMPADDR0 + (n << 3));
}

/** log2 of the bytes that a NAPOT entry covers. */
function napotLog2(value: u64): u64 {
  return ctz(~(value | GRAIN_ONES)) + 3;
}

/** Recomputes what follows from the registers. */
export function derivePmp(): void {
  open = false;
  for (let n: u32 = 0; n < ENTRIES; n++) {
    const cfg: u32 = load<u8>(cfgAt(n));
    if ((cfg & CFG_A) == 0) continue;
    open = (cfg & CFG_A) == CFG_NAPOT && (cfg & CFG_RWX) == CFG_RWX && napotLog2(address(n)) >= 56;
    return;
  }
}

function matches(n: u32, cfg: u32, page: u64): bool {
  const value = address(n);
  if ((cfg & CFG_A) == CFG_TOR) {
    const bottom: u64 = n == 0 ? 0 : address(n - 1) >> GRAIN;
    return page >= bottom && page < value >> GRAIN;
  }
  const log2 = napotLog2(value) - 12;
  return ((page ^ (value >> GRAIN)) >> log2) == 0;
}

/** Whether an access (0 load, 1 store, 2 fetch) at a privilege may touch the page of a physical address. */
export function pmpAllows(spa: u64, access: u32, priv: u32): bool {
  if (open) return true;
  const page = spa >> 12;
  for (let n: u32 = 0; n < ENTRIES; n++) {
    const cfg: u32 = load<u8>(cfgAt(n));
    if ((cfg & CFG_A) == 0 || !matches(n, cfg, page)) continue;
    return (priv == PRIV_M && (cfg & CFG_L) == 0) || (cfg & (1 << access)) != 0;
  }
  return priv == PRIV_M;
}

function changed(): void {
  derivePmp();
  flushTranslations();
  setRecheck(true);
}

/** W without R is reserved; NA4 is finer than the granularity. */
function legalCfg(cfg: u32): u32 {
  let legal = cfg & CFG_WRITABLE;
  if ((legal & CFG_R) == 0) legal &= ~CFG_W;
  if ((legal & CFG_A) == CFG_NA4) legal |= CFG_NAPOT;
  return legal;
}

function writeCfgs(first: u32, value: u64): void {
  for (let i: u32 = 0; i < 8; i++) {
    const at = cfgAt(first + i);
    if ((<u32>load<u8>(at) & CFG_L) == 0) store<u8>(at, legalCfg(<u32>(value >> (<u64>i << 3)) & 0xff));
  }
  changed();
}

export function writePmpcfg0(value: u64): void {
  writeCfgs(0, value);
}

export function writePmpcfg2(value: u64): void {
  writeCfgs(8, value);
}

export function readPmpaddr(n: u32): u64 {
  const napot = (<u32>load<u8>(cfgAt(n)) & CFG_NA4) != 0;
  return napot ? address(n) | GRAIN_ONES : address(n) & ~GRAIN_ZEROS;
}

/** An entry is locked by its own L, and by that of a top-of-range entry above it. */
export function writePmpaddr(n: u32, value: u64): void {
  if ((<u32>load<u8>(cfgAt(n)) & CFG_L) != 0) return;
  if (n + 1 < ENTRIES) {
    const above: u32 = load<u8>(cfgAt(n + 1));
    if ((above & CFG_L) != 0 && (above & CFG_A) == CFG_TOR) return;
  }
  store<u64>(CSR_PMPADDR0 + (n << 3), value);
  changed();
}
