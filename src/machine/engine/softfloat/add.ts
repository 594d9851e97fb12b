// Addition and subtraction.
import {
  exponentOf, infinity, invalid, isNaN, isNegative, magnitude, propagateNaN, signBit, significandOf,
} from './format';
import { exactZero, roundAndPack, shiftRightSticky } from './round';

/** a + b where at least one is infinite or NaN. */
function addSpecial<T>(a: T, b: T): T {
  if (isNaN<T>(a) || isNaN<T>(b)) return propagateNaN<T>(a, b);
  if (magnitude<T>(a) != infinity<T>()) return b;
  if (magnitude<T>(b) == infinity<T>() && a != b) return invalid<T>();
  return a;
}

export function add<T>(a: T, b: T, rm: i32): T {
  if (magnitude<T>(a) >= infinity<T>() || magnitude<T>(b) >= infinity<T>()) return addSpecial<T>(a, b);
  const swap = magnitude<T>(a) < magnitude<T>(b);
  const larger = swap ? b : a;
  const smaller = swap ? a : b;
  const opposite = isNegative<T>(a) != isNegative<T>(b);
  if (magnitude<T>(smaller) == 0) return opposite && magnitude<T>(larger) == 0 ? exactZero<T>(rm) : larger;

  let exponent = exponentOf<T>(larger);
  const aligned = shiftRightSticky(significandOf<T>(smaller), exponent - exponentOf<T>(smaller));
  let sum: u64;
  if (opposite) {
    sum = significandOf<T>(larger) - aligned;
    if (sum == 0) return exactZero<T>(rm);
    const shift = <i32>clz<u64>(sum) - 1;
    sum <<= <u64>shift;
    exponent -= shift;
  } else {
    sum = significandOf<T>(larger) + aligned;
    if (<i64>sum < 0) {
      sum = (sum >> 1) | (sum & 1);
      exponent++;
    }
  }
  return roundAndPack<T>(isNegative<T>(larger), exponent, sum, rm);
}

export function subtract<T>(a: T, b: T, rm: i32): T {
  return add<T>(a, b ^ signBit<T>(), rm);
}
