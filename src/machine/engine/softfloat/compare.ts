// Comparisons, minimum and maximum, classes, signs.
import {
  canonicalNaN, exponentField, infinity, isNaN, isNegative, isSignalling, magnitude, NV, signal,
} from './format';

/** Quiet: only a signalling NaN is an exception. */
export function equal<T>(a: T, b: T): bool {
  if (isNaN<T>(a) || isNaN<T>(b)) {
    if (isSignalling<T>(a) || isSignalling<T>(b)) signal(NV);
    return false;
  }
  return a == b || (magnitude<T>(a) | magnitude<T>(b)) == 0;
}

/** Order of two numbers with −0 below +0. */
function before<T>(a: T, b: T): bool {
  if (isNegative<T>(a) != isNegative<T>(b)) return isNegative<T>(a);
  return isNegative<T>(a) ? b < a : a < b;
}

/** Signalling: any NaN is an exception. */
export function less<T>(a: T, b: T): bool {
  if (isNaN<T>(a) || isNaN<T>(b)) {
    signal(NV);
    return false;
  }
  return before<T>(a, b) && (magnitude<T>(a) | magnitude<T>(b)) != 0;
}

/** Signalling. */
export function lessOrEqual<T>(a: T, b: T): bool {
  if (isNaN<T>(a) || isNaN<T>(b)) {
    signal(NV);
    return false;
  }
  return !before<T>(b, a) || (magnitude<T>(a) | magnitude<T>(b)) == 0;
}

/** minimumNumber or maximumNumber where at least one operand is a NaN: the number, if there is one. */
function number<T>(a: T, b: T): T {
  if (isSignalling<T>(a) || isSignalling<T>(b)) signal(NV);
  if (!isNaN<T>(a)) return a;
  return isNaN<T>(b) ? canonicalNaN<T>() : b;
}

export function minimum<T>(a: T, b: T): T {
  if (isNaN<T>(a) || isNaN<T>(b)) return number<T>(a, b);
  return before<T>(b, a) ? b : a;
}

export function maximum<T>(a: T, b: T): T {
  if (isNaN<T>(a) || isNaN<T>(b)) return number<T>(a, b);
  return before<T>(a, b) ? b : a;
}

/** The mask of `fclass` (20.9, table 30). */
export function classify<T>(a: T): u64 {
  if (isNaN<T>(a)) return isSignalling<T>(a) ? 1 << 8 : 1 << 9;
  // 0 zero, 1 subnormal, 2 normal, 3 infinite.
  const kind: u64 =
    magnitude<T>(a) == 0 ? 0 : exponentField<T>(a) == 0 ? 1 : magnitude<T>(a) == infinity<T>() ? 3 : 2;
  return (<u64>1) << (isNegative<T>(a) ? 3 - kind : 4 + kind);
}
