// Division and square root. The host rounds the quotient or root of two significands to 53 bits, to nearest; integers then
// say on which side of it the exact value lies. The host's value is less than half a unit away, and whatever precision the
// result has, the places where rounding decides are whole units (or half a unit, which a quotient of such numbers never
// hits), so this side is all that is missing.
import {
  DZ, exponentOf, infinity, invalid, isNaN, isNegative, magnitude, propagateNaN, signal, significandOf, withSign,
} from './format';
import { roundAndPack } from './round';

const LEADING: u64 = (<u64>1) << 52;
const ONE: u64 = (<u64>1023) << 52;

/** Numbers of [1, 2) as 53-bit integers, and back. */
function toHost(significand: u64): f64 {
  return reinterpret<f64>((significand & (LEADING - 1)) | ONE);
}

function fromHost(value: u64): u64 {
  return (value & (LEADING - 1)) | LEADING;
}

/** The significand of a result near `near`, from the sign of what is left over. */
function besides(near: u64, rest: i64): u64 {
  return (near << 10) + <u64>(rest > 0) - <u64>(rest < 0);
}

export function divide<T>(a: T, b: T, rm: i32): T {
  const negative = isNegative<T>(a) != isNegative<T>(b);
  if (isNaN<T>(a) || isNaN<T>(b)) return propagateNaN<T>(a, b);
  if (magnitude<T>(a) == infinity<T>()) {
    return magnitude<T>(b) == infinity<T>() ? invalid<T>() : withSign<T>(negative, infinity<T>());
  }
  if (magnitude<T>(b) == infinity<T>()) return withSign<T>(negative, 0);
  if (magnitude<T>(b) == 0) {
    if (magnitude<T>(a) == 0) return invalid<T>();
    signal(DZ);
    return withSign<T>(negative, infinity<T>());
  }
  if (magnitude<T>(a) == 0) return withSign<T>(negative, 0);

  const x = significandOf<T>(a) >> 10;
  const y = significandOf<T>(b) >> 10;
  const host = reinterpret<u64>(toHost(x) / toHost(y));
  const quotient = fromHost(host);
  // Below 1 the quotient counts half units. What is left of the dividend is small: 64 bits hold it.
  const below = <u64>(x < y);
  const rest = <i64>((x << (52 + below)) - quotient * y);
  const exponent = exponentOf<T>(a) - exponentOf<T>(b) - <i32>below;
  return roundAndPack<T>(negative, exponent, besides(quotient, rest), rm);
}

export function squareRoot<T>(a: T, rm: i32): T {
  if (isNaN<T>(a)) return propagateNaN<T>(a, a);
  if (magnitude<T>(a) == 0) return a;
  if (isNegative<T>(a)) return invalid<T>();
  if (a == infinity<T>()) return a;

  // An even exponent halves; an odd one leaves a factor of 2 in the significand.
  const odd = exponentOf<T>(a) & 1;
  const x = significandOf<T>(a) >> 10;
  const root = fromHost(reinterpret<u64>(sqrt<f64>(odd ? toHost(x) * 2.0 : toHost(x))));
  const rest = <i64>((x << (52 + <u64>odd)) - root * root);
  return roundAndPack<T>(false, exponentOf<T>(a) >> 1, besides(root, rest), rm);
}
