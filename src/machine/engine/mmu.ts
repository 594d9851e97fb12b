// The slow paths of loads, stores and fetches: through the TLB's architectural entries or a translation, to RAM or to a device.
import { ACCESS_FETCH, ACCESS_LOAD, ACCESS_STORE } from './bits';
import { ramWritten } from './fetch';
import { CYCLES_SPLIT_ACCESS, NOW, STAT_MMIO } from './generated/layout';
import { mmioFault, mmioRead, mmioReadHigh, mmioWrite } from './mmio';
import { now, setRecheck, stall, trapped } from './state';
import {
  dataContext,
  dataRegime,
  fetchContext,
  fetchRegime,
  fill,
  hostOf,
  lookup,
  makeFast,
  SLOT_MASK,
} from './tlb';
import { failAccess, leafLevel, translate } from './translate';

const PAGE_OFFSET: u64 = 0xfff;

/** Physical address for an explicit load or store, through the TLB. */
export function dataAddress(va: u64, kind: u32, offset: u32): u64 {
  const cached = lookup(kind, va, dataContext);
  if (cached != ~0) {
    makeFast(kind, va, dataContext, cached);
    return (cached & ~PAGE_OFFSET) | (va & PAGE_OFFSET);
  }
  const spa = translate(va, kind, dataRegime, offset, <u32>dataContext & SLOT_MASK);
  if (!trapped) fill(kind, va, dataContext, spa, leafLevel);
  return spa;
}

/** Reads 1, 2, 4 or 8 bytes that lie in one page; `va` names the access if no device answers. */
export function readPhysical(spa: u64, size: i32, va: u64, by: u32): u64 {
  const host = hostOf(spa);
  if (host != 0) {
    if (size == 8) return load<u64>(host);
    if (size == 4) return load<u32>(host);
    return size == 2 ? <u64>load<u16>(host) : <u64>load<u8>(host);
  }
  enterDevice();
  const low: u64 = mmioRead(<u32>spa, <u32>(spa >> 32), size);
  if (mmioFault() != 0) {
    failAccess(va, ACCESS_LOAD, by, 0);
    return 0;
  }
  return size == 8 ? low | (<u64>mmioReadHigh() << 32) : low;
}

/** Writes 1, 2, 4 or 8 bytes that lie in one page. */
export function writePhysical(spa: u64, size: i32, value: u64, va: u64, by: u32): void {
  const host = hostOf(spa);
  if (host != 0) {
    if (size == 8) store<u64>(host, value);
    else if (size == 4) store<u32>(host, <u32>value);
    else if (size == 2) store<u16>(host, <u16>value);
    else store<u8>(host, <u8>value);
    ramWritten(host, size);
    return;
  }
  enterDevice();
  mmioWrite(<u32>spa, <u32>(spa >> 32), size, <u32>value, <u32>(value >> 32));
  if (mmioFault() != 0) failAccess(va, ACCESS_STORE, by, 0);
}

/** A device may read the time, and may change interrupt lines or the next event. */
function enterDevice(): void {
  store<u64>(STAT_MMIO, load<u64>(STAT_MMIO) + 1);
  store<u64>(NOW, now());
  setRecheck(true);
}

/** Bytes of an access that lie in the page of its first byte. */
export function bytesInPage(va: u64, size: i32): i32 {
  return min(size, 4096 - <i32>(va & PAGE_OFFSET));
}

/** True when both parts of an access are RAM: devices are not accessed in pieces. If not, the first part that is none has trapped. */
function bothInRam(first: u64, second: u64, head: i32, va: u64, kind: u32, by: u32): bool {
  if (hostOf(first) == 0) {
    failAccess(va, kind, by, 0);
    return false;
  }
  if (hostOf(second) == 0) {
    failAccess(va + <u64>head, kind, by, head);
    return false;
  }
  return true;
}

/** Reads what lies in two pages, byte by byte. */
export function readParts(first: u64, second: u64, size: i32, head: i32, va: u64, by: u32): u64 {
  let value: u64 = 0;
  if (!bothInRam(first, second, head, va, ACCESS_LOAD, by)) return 0;
  stall(CYCLES_SPLIT_ACCESS);
  for (let i = 0; i < size; i++) {
    const spa = i < head ? first + <u64>i : second + <u64>(i - head);
    value |= readPhysical(spa, 1, va + <u64>i, by) << (<u64>i << 3);
  }
  return value;
}

/** Writes what lies in two pages, byte by byte. */
export function writeParts(first: u64, second: u64, size: i32, head: i32, value: u64, va: u64, by: u32): void {
  if (!bothInRam(first, second, head, va, ACCESS_STORE, by)) return;
  stall(CYCLES_SPLIT_ACCESS);
  for (let i = 0; i < size; i++) {
    const spa = i < head ? first + <u64>i : second + <u64>(i - head);
    writePhysical(spa, 1, (value >> (<u64>i << 3)) & 0xff, va + <u64>i, by);
  }
}

/** A load that the fast path could not do: `size` bytes at `va`, zero-extended. */
export function loadSlow(va: u64, size: i32): u64 {
  const head = bytesInPage(va, size);
  const first = dataAddress(va, ACCESS_LOAD, 0);
  if (trapped) return 0;
  if (head == size) return readPhysical(first, size, va, dataRegime);
  const second = dataAddress(va + <u64>head, ACCESS_LOAD, head);
  return trapped ? 0 : readParts(first, second, size, head, va, dataRegime);
}

/** A store that the fast path could not do. Nothing is written before all of it may be. */
export function storeSlow(va: u64, size: i32, value: u64): void {
  const head = bytesInPage(va, size);
  const first = dataAddress(va, ACCESS_STORE, 0);
  if (trapped) return;
  if (head == size) {
    writePhysical(first, size, value, va, dataRegime);
    return;
  }
  const second = dataAddress(va + <u64>head, ACCESS_STORE, head);
  if (!trapped) writeParts(first, second, size, head, value, va, dataRegime);
}

/** Host address of the instruction bytes at `va`; 0 after a trap. Code lies in RAM only. */
export function fetchSlow(va: u64): u32 {
  const cached = lookup(ACCESS_FETCH, va, fetchContext);
  let spa = (cached & ~PAGE_OFFSET) | (va & PAGE_OFFSET);
  if (cached == ~0) {
    spa = translate(va, ACCESS_FETCH, fetchRegime, 0, <u32>fetchContext & SLOT_MASK);
    if (trapped) return 0;
    if (hostOf(spa) == 0) {
      failAccess(va, ACCESS_FETCH, fetchRegime, 0);
      return 0;
    }
    fill(ACCESS_FETCH, va, fetchContext, spa, leafLevel);
  }
  return hostOf(spa);
}
