// Conversions between the formats, and from and to integers. An integer that does not fit becomes the nearest one that does,
// with NV and without NX; a NaN counts as above all (unprivileged spec 20.7, table 31).
import {
  canonicalNaN, exponentOf, infinity, isNaN, isNegative, magnitude, NV, NX, propagateNaN, RDN, RMM, RNE, RUP, signal, significandOf,
  withSign,
} from './format';
import { roundAndPack, shiftRightSticky } from './round';

const HALF: u64 = (<u64>1) << 63;

/** True when an integer with `rest` / 2^64 behind it moves away from 0. */
function roundsAway(rm: i32, negative: bool, odd: bool, rest: u64): bool {
  if (rm == RNE) return rest > HALF || (rest == HALF && odd);
  if (rm == RMM) return rest >= HALF;
  return rest != 0 && rm == (negative ? RDN : RUP);
}

/** To an integer of `width` bits; 64 bits with its sign. */
export function toInteger<T>(a: T, signed: bool, width: u64, rm: i32): u64 {
  const negative = isNegative<T>(a) && !isNaN<T>(a);
  const top: u64 = (<u64>1) << (width - 1);
  // Largest magnitude on this side of 0. At 64 bits `top << 1` is 0 and the limit all ones.
  const limit: u64 = signed ? top - <u64>!negative : negative ? 0 : (top << 1) - 1;
  if (magnitude<T>(a) == 0) return 0;
  const exponent = exponentOf<T>(a);
  let whole: u64 = 0;
  let rest: u64 = 0;
  const fits = exponent < 64;
  if (fits) {
    const significand = significandOf<T>(a);
    if (exponent > 61) {
      whole = significand << <u64>(exponent - 62);
    } else if (exponent >= 0) {
      whole = significand >> <u64>(62 - exponent);
      rest = significand << <u64>(exponent + 2);
    } else {
      rest = shiftRightSticky(significand << 1, -1 - exponent);
    }
    whole += <u64>roundsAway(rm, negative, (whole & 1) != 0, rest);
  }
  if (!fits || whole > limit) {
    signal(NV);
    whole = limit;
  } else if (rest != 0) {
    signal(NX);
  }
  return negative ? 0 - whole : whole;
}

/** From a 64-bit integer. */
export function fromInteger<T>(value: u64, signed: bool, rm: i32): T {
  if (value == 0) return 0;
  const negative = signed && <i64>value < 0;
  const whole = negative ? 0 - value : value;
  const shift = <i32>clz<u64>(whole) - 1;
  const significand = shift < 0 ? (whole >> 1) | (whole & 1) : whole << <u64>shift;
  return roundAndPack<T>(negative, 62 - shift, significand, rm);
}

/** To the other format. */
export function convert<From, To>(a: From, rm: i32): To {
  if (isNaN<From>(a)) {
    propagateNaN<From>(a, a);
    return canonicalNaN<To>();
  }
  const negative = isNegative<From>(a);
  if (magnitude<From>(a) == 0) return withSign<To>(negative, 0);
  if (magnitude<From>(a) == infinity<From>()) return withSign<To>(negative, infinity<To>());
  return roundAndPack<To>(negative, exponentOf<From>(a), significandOf<From>(a), rm);
}
