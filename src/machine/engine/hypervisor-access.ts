// HLV, HLVX and HSV: loads and stores as the guest would make them, from outside (privileged spec 18.3.1). They are rare, so they walk
// each time and cache nothing.
import {
  ACCESS_LOAD,
  ACCESS_LOAD_EXECUTABLE,
  ACCESS_STORE,
  HSTATUS_HU,
  HSTATUS_SPVP,
  PRIV_S,
  PRIV_U,
} from './bits';
import { CSR_HSTATUS, PRIV, VIRT } from './generated/layout';
import { bytesInPage, readParts, readPhysical, writeParts, writePhysical } from './mmu';
import { trapped } from './state';
import { regimeOf } from './regime';
import { translate } from './translate';
import { illegal, virtualInstruction } from './trap';

/** False, after a trap, where these instructions do not exist. */
function mayAccessGuest(): bool {
  if (load<u32>(VIRT) != 0) {
    virtualInstruction();
    return false;
  }
  if (load<u32>(PRIV) == PRIV_U && (load<u64>(CSR_HSTATUS) & HSTATUS_HU) == 0) {
    illegal();
    return false;
  }
  return true;
}

/** VS or VU, as SPVP says. */
function guestRegime(): u32 {
  return regimeOf((load<u64>(CSR_HSTATUS) & HSTATUS_SPVP) != 0 ? PRIV_S : PRIV_U, true);
}

function extended(value: u64, size: i32): u64 {
  const shift = <u64>(64 - (size << 3));
  return <u64>((<i64>value << shift) >> shift);
}

export function hlv(va: u64, size: i32, signed: i32, executable: i32): u64 {
  if (!mayAccessGuest()) return 0;
  const regime = guestRegime();
  const kind = executable != 0 ? ACCESS_LOAD_EXECUTABLE : ACCESS_LOAD;
  const head = bytesInPage(va, size);
  const first = translate(va, kind, regime, 0, 0);
  if (trapped) return 0;
  let value: u64 = 0;
  if (head == size) {
    value = readPhysical(first, size, va, regime);
  } else {
    const second = translate(va + <u64>head, kind, regime, head, 0);
    if (trapped) return 0;
    value = readParts(first, second, size, head, va, regime);
  }
  return signed != 0 ? extended(value, size) : value;
}

export function hsv(va: u64, size: i32, value: u64): void {
  if (!mayAccessGuest()) return;
  const regime = guestRegime();
  const head = bytesInPage(va, size);
  const first = translate(va, ACCESS_STORE, regime, 0, 0);
  if (trapped) return;
  if (head == size) {
    writePhysical(first, size, value, va, regime);
    return;
  }
  const second = translate(va + <u64>head, ACCESS_STORE, regime, head, 0);
  if (!trapped) writeParts(first, second, size, head, value, va, regime);
}
