// Conversions that round: from integers, and from double to single.
import {
  canonicalNaN, exponentOf, infinity, isNaN, isNegative, magnitude, propagateNaN, significandOf, withSign,
} from './format';
import { roundAndPack } from './round';

/** From a 64-bit integer. */
export function fromInteger<T>(value: u64, signed: bool, rm: i32): T {
  if (value == 0) return 0;
  const negative = signed && <i64>value < 0;
  const whole = negative ? 0 - value : value;
  const shift = <i32>clz<u64>(whole) - 1;
  const significand = shift < 0 ? (whole >> 1) | (whole & 1) : whole << <u64>shift;
  return roundAndPack<T>(negative, 62 - shift, significand, rm);
}

/** The nearest single of a double. */
export function narrow(a: u64, rm: i32): u32 {
  const negative = isNegative<u64>(a);
  if (isNaN<u64>(a)) {
    propagateNaN<u64>(a, a);
    return canonicalNaN<u32>();
  }
  if (magnitude<u64>(a) == 0) return withSign<u32>(negative, 0);
  if (magnitude<u64>(a) == infinity<u64>()) return withSign<u32>(negative, infinity<u32>());
  return roundAndPack<u32>(negative, exponentOf<u64>(a), significandOf<u64>(a), rm);
}

/** The double of a single: always exact, but for a signalling NaN. */
export function widen(a: u32): u64 {
  if (isNaN<u32>(a)) {
    propagateNaN<u32>(a, a);
    return canonicalNaN<u64>();
  }
  return reinterpret<u64>(<f64>reinterpret<f32>(a));
}
