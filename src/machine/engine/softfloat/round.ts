// The one place where results are rounded. Between operations a number is sign, exponent, and a 64-bit significand:
//
//   bit 63  62        62−(p−1)                0
//    0      1 . fraction      | rounding bits s|      value = significand / 2^62 × 2^exponent
//
// where s is sticky: 1 when anything below was not 0.
import { bias, infinity, NX, OF, precision, RDN, RMM, RNE, RTZ, signal, UF, withSign } from './format';

/** `value >> distance`, with the lowest bit set when a one fell out. */
export function shiftRightSticky(value: u64, distance: i32): u64 {
  if (distance == 0) return value;
  if (distance > 63) return <u64>(value != 0);
  return (value >> <u64>distance) | <u64>(value << <u64>(64 - distance) != 0);
}

/** What to add below the last kept place so that cutting off rounds; `mask` covers the places cut off. */
function roundingIncrement(rm: i32, negative: bool, mask: u64): u64 {
  if (rm == RNE || rm == RMM) return (mask >> 1) + 1;
  if (rm == RTZ) return 0;
  return (rm == RDN) == negative ? mask : 0;
}

/** Rounds a normalised significand to the format and packs it; signals overflow, underflow (after rounding), inexact. */
export function roundAndPack<T>(negative: bool, exponent: i32, significand: u64, rm: i32): T {
  const dropped: u64 = 63 - precision<T>();
  const mask: u64 = ((<u64>1) << dropped) - 1;
  const largest = bias<T>() * 2;
  const increment = roundingIncrement(rm, negative, mask);
  let biased = exponent + bias<T>();
  let kept = significand;
  if (biased < 1) {
    // Tiny, unless rounding as if exponents had no bounds would give the smallest normal number (20.2).
    const tiny = biased < 0 || <i64>(kept + increment) >= 0;
    kept = shiftRightSticky(kept, 1 - biased);
    if (tiny && (kept & mask) != 0) signal(UF);
    biased = 1;
  } else if (biased >= largest && (biased > largest || <i64>(kept + increment) < 0)) {
    signal(OF | NX);
    return withSign<T>(negative, increment != 0 ? infinity<T>() : infinity<T>() - 1);
  }
  const rest = kept & mask;
  if (rest != 0) signal(NX);
  let rounded = (kept + increment) >> dropped;
  if (rm == RNE && rest == (mask >> 1) + 1) rounded &= ~1;
  // The leading one of `rounded` adds the last unit of the exponent: none for a subnormal, two after a carry.
  return withSign<T>(negative, <T>(((<u64>(biased - 1)) << (precision<T>() - 1)) + rounded));
}

/** Zero of an exact sum of opposite numbers (IEEE 754-2019, 6.3). */
export function exactZero<T>(rm: i32): T {
  return withSign<T>(rm == RDN, 0);
}
