// Multiplication, alone and fused with an addition.
import { mulHighUnsigned } from '../integer';
import {
  exponentOf, infinity, invalid, isNaN, isNegative, isSignalling, magnitude, NV, propagateNaN, signal, significandOf,
  withSign,
} from './format';
import { exactZero, roundAndPack, shiftRightSticky } from './round';

/** True when one factor is infinite and the other 0. */
function isInfinityTimesZero<T>(a: T, b: T): bool {
  return (
    (magnitude<T>(a) == infinity<T>() && magnitude<T>(b) == 0) ||
    (magnitude<T>(b) == infinity<T>() && magnitude<T>(a) == 0)
  );
}

export function multiply<T>(a: T, b: T, rm: i32): T {
  const negative = isNegative<T>(a) != isNegative<T>(b);
  if (magnitude<T>(a) >= infinity<T>() || magnitude<T>(b) >= infinity<T>()) {
    if (isNaN<T>(a) || isNaN<T>(b)) return propagateNaN<T>(a, b);
    if (isInfinityTimesZero<T>(a, b)) return invalid<T>();
    return withSign<T>(negative, infinity<T>());
  }
  if (magnitude<T>(a) == 0 || magnitude<T>(b) == 0) return withSign<T>(negative, 0);

  let exponent = exponentOf<T>(a) + exponentOf<T>(b);
  let product: u64;
  if (sizeof<T>() == 4) {
    product = ((significandOf<T>(a) >> 39) * (significandOf<T>(b) >> 39)) << 16;
  } else {
    const x = significandOf<T>(a) << 1;
    const y = significandOf<T>(b) << 1;
    product = mulHighUnsigned(x, y) | <u64>(x * y != 0);
  }
  // Two numbers of [1, 2) give one of [1, 4); its leading one is at bit 62 or 63.
  if (<i64>product < 0) {
    product = (product >> 1) | (product & 1);
    exponent++;
  }
  return roundAndPack<T>(negative, exponent, product, rm);
}

/** a × b + c, rounded once. */
export function fusedMultiplyAdd<T>(a: T, b: T, c: T, rm: i32): T {
  const negative = isNegative<T>(a) != isNegative<T>(b);
  if (magnitude<T>(a) >= infinity<T>() || magnitude<T>(b) >= infinity<T>() || magnitude<T>(c) >= infinity<T>()) {
    return fusedSpecial<T>(a, b, c, negative);
  }
  if (magnitude<T>(a) == 0 || magnitude<T>(b) == 0) {
    if (magnitude<T>(c) != 0 || isNegative<T>(c) == negative) return c;
    return exactZero<T>(rm);
  }
  return sizeof<T>() == 4
    ? fusedSingle<T>(a, b, c, negative, rm)
    : fusedDouble<T>(a, b, c, negative, rm);
}

/** The cases with an infinity or a NaN. ∞ × 0 is invalid even beside a quiet NaN (20.6). */
function fusedSpecial<T>(a: T, b: T, c: T, negative: bool): T {
  if (isInfinityTimesZero<T>(a, b)) return invalid<T>();
  if (isNaN<T>(a) || isNaN<T>(b) || isNaN<T>(c)) {
    if (isSignalling<T>(c)) signal(NV);
    return propagateNaN<T>(a, b);
  }
  if (magnitude<T>(a) != infinity<T>() && magnitude<T>(b) != infinity<T>()) return c;
  if (magnitude<T>(c) == infinity<T>() && isNegative<T>(c) != negative) return invalid<T>();
  return withSign<T>(negative, infinity<T>());
}

/**
 * The product of two 24-bit significands has 48 bits; 15 more lie below it. A shift by more than that loses ones into the
 * sticky bit, but then the operands are so far apart that a difference cancels one place at most.
 */
function fusedSingle<T>(a: T, b: T, c: T, productNegative: bool, rm: i32): T {
  let exponent = exponentOf<T>(a) + exponentOf<T>(b);
  let sum = (significandOf<T>(a) >> 39) * (significandOf<T>(b) >> 39);
  const carried = sum >> 47 != 0;
  sum <<= carried ? 15 : 16;
  if (carried) exponent++;
  let negative = productNegative;
  if (magnitude<T>(c) != 0) {
    let addend = significandOf<T>(c);
    const distance = exponent - exponentOf<T>(c);
    if (distance >= 0) {
      addend = shiftRightSticky(addend, distance);
    } else {
      sum = shiftRightSticky(sum, -distance);
      exponent -= distance;
    }
    if (isNegative<T>(c) == negative) {
      sum += addend;
    } else {
      if (sum == addend) return exactZero<T>(rm);
      if (sum < addend) {
        negative = !negative;
        sum = addend - sum;
      } else {
        sum -= addend;
      }
    }
    const shift = <i32>clz<u64>(sum) - 1;
    if (shift < 0) sum = (sum >> 1) | (sum & 1);
    else sum <<= <u64>shift;
    exponent -= shift;
  }
  return roundAndPack<T>(negative, exponent, sum, rm);
}

/** As `fusedSingle`, with 106 bits of product in 128. */
function fusedDouble<T>(a: T, b: T, c: T, productNegative: bool, rm: i32): T {
  let exponent = exponentOf<T>(a) + exponentOf<T>(b);
  // Leading one at bit 124 or 125, then at 126.
  let high = mulHighUnsigned(significandOf<T>(a), significandOf<T>(b));
  let low = significandOf<T>(a) * significandOf<T>(b);
  if (high >> 61 != 0) {
    exponent++;
    high = (high << 1) | (low >> 63);
    low <<= 1;
  } else {
    high = (high << 2) | (low >> 62);
    low <<= 2;
  }
  let negative = productNegative;
  if (magnitude<T>(c) != 0) {
    let addendHigh = significandOf<T>(c);
    let addendLow: u64 = 0;
    const distance = exponent - exponentOf<T>(c);
    if (distance > 0) {
      // The low half of the addend is empty, so that one shift fills it.
      if (distance < 64) {
        addendLow = addendHigh << <u64>(64 - distance);
        addendHigh >>= <u64>distance;
      } else {
        addendLow = shiftRightSticky(addendHigh, distance - 64);
        addendHigh = 0;
      }
    } else if (distance < 0) {
      const away = -distance;
      exponent += away;
      if (away < 64) {
        low = (high << <u64>(64 - away)) | shiftRightSticky(low, away);
        high >>= <u64>away;
      } else {
        low = shiftRightSticky(high, away - 64); // not 0, which is all that counts this far down
        high = 0;
      }
    }
    if (isNegative<T>(c) == negative) {
      low += addendLow;
      high += addendHigh + <u64>(low < addendLow);
    } else {
      const below = high < addendHigh || (high == addendHigh && low < addendLow);
      if (below) {
        negative = !negative;
        high = addendHigh - high - <u64>(addendLow < low);
        low = addendLow - low;
      } else {
        high = high - addendHigh - <u64>(low < addendLow);
        low -= addendLow;
        if ((high | low) == 0) return exactZero<T>(rm);
      }
      if (high == 0) {
        high = low;
        low = 0;
        exponent -= 64;
      }
    }
    // To the right after a carry, to the left after a cancellation.
    const shift = <i32>clz<u64>(high) - 1;
    if (shift < 0) {
      low |= high & 1;
      high >>= 1;
    } else if (shift > 0) {
      high = (high << <u64>shift) | (low >> <u64>(64 - shift));
      low <<= <u64>shift;
    }
    exponent -= shift;
  }
  return roundAndPack<T>(negative, exponent, high | <u64>(low != 0), rm);
}
