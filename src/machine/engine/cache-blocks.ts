// Operations on cache blocks (unprivileged spec, chapter "CMO"; privileged 3.1.18, 10.1.10, 18.2.5). Nothing is cached that others do not see,
// so of the operations that manage caches only their checks are left; to invalidate is to flush, as an implementation may.
import { ACCESS_LOAD, ACCESS_MANAGE, ACCESS_STORE, ENVCFG_CBCFE, ENVCFG_CBIE, ENVCFG_CBZE, PRIV_M, PRIV_U } from './bits';
import { ramWritten } from './fetch';
import {
  CSR_HENVCFG,
  CSR_MENVCFG,
  CSR_SENVCFG,
  CYCLES_CACHE_BLOCK,
  PRIV,
  VIRT,
} from './generated/layout';
import { dataAddress } from './mmu';
import { stall, trapped } from './state';
import { dataContext, dataRegime, hostOf, lookup, SLOT_MASK } from './tlb';
import { failAccess, translate } from './translate';
import { illegal, virtualInstruction } from './trap';

/** Bytes of a block, as device trees say. */
const BLOCK: u32 = 64;

/** False, after a trap, where an environment register of a higher mode does not allow the operation: its field is zero. */
function mayUse(field: u64): bool {
  const priv = load<u32>(PRIV);
  const virt = load<u32>(VIRT) != 0;
  const fromSupervisor = priv == PRIV_U && (load<u64>(CSR_SENVCFG) & field) == 0;
  if (priv != PRIV_M && (load<u64>(CSR_MENVCFG) & field) == 0) {
    illegal();
    return false;
  }
  if (virt && (fromSupervisor || (load<u64>(CSR_HENVCFG) & field) == 0)) {
    virtualInstruction();
    return false;
  }
  if (fromSupervisor) {
    illegal();
    return false;
  }
  return true;
}

/** cbo.zero: a store of 64 aligned bytes, to RAM. A fault tells the address in the register. */
export function cacheBlockZero(va: u64): void {
  if (!mayUse(ENVCFG_CBZE)) return;
  stall(CYCLES_CACHE_BLOCK);
  const spa = dataAddress(va, ACCESS_STORE, 0);
  if (trapped) return;
  const host = hostOf(spa & ~<u64>(BLOCK - 1));
  if (host == 0) {
    failAccess(va, ACCESS_STORE, dataRegime, 0);
    return;
  }
  memory.fill(host, 0, BLOCK);
  ramWritten(host, BLOCK);
}

/** cbo.inval (`invalidates` is 1), cbo.clean and cbo.flush: allowed where a load is. */
export function cacheBlockManage(va: u64, invalidates: i32): void {
  if (!mayUse(invalidates != 0 ? ENVCFG_CBIE : ENVCFG_CBCFE)) return;
  stall(CYCLES_CACHE_BLOCK);
  if (lookup(ACCESS_LOAD, va, dataContext) == ~0) translate(va, ACCESS_MANAGE, dataRegime, 0, <u32>dataContext & SLOT_MASK);
}
