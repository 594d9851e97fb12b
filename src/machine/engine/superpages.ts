// Which superpages the TLBs may hold fragments of (SUPERPAGES): 512 bits for regions of 2 MiB, then 512 for larger ones. A set bit says that
// fragments of a superpage there may be cached. Without it a fence by address need not search.
import { EXTENSIONS, HAS_SV48, SUPERPAGES } from './generated/layout';

function mayHoldFragments(va: u64, level: u32): bool {
  const bit = filterBit(va, level);
  return ((<u32>load<u8>(SUPERPAGES + (bit >> 3)) >> (bit & 7)) & 1) != 0;
}

function filterBit(va: u64, level: u32): u32 {
  const region = <u32>(va >> (12 + 9 * <u64>level));
  return (min(level - 1, 1) << 9) + ((region ^ ((region >> 9) * 37)) & 511);
}

/** A page is cached that is a fragment of a superpage, unless the level is 0. */
export function noteFragment(va: u64, level: u32): void {
  if (level == 0) return;
  const bit = filterBit(va, level);
  const at = SUPERPAGES + (bit >> 3);
  store<u8>(at, <u32>load<u8>(at) | ((<u32>1) << (bit & 7)));
}

/** Superpages of 512 GiB and 256 TiB are those of Sv48 and Sv57. */
function mayHoldLarger(va: u64): bool {
  return (load<u32>(EXTENSIONS) & HAS_SV48) != 0 && (mayHoldFragments(va, 3) || mayHoldFragments(va, 4));
}

/** True when the page of an address may be cached as a fragment of a superpage. */
export function mayBeFragment(va: u64): bool {
  return mayHoldFragments(va, 1) || mayHoldFragments(va, 2) || mayHoldLarger(va);
}
