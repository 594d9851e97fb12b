// Pure integer operations that WebAssembly has no single instruction for: high products, and division that never traps
// (unprivileged spec 12.2, table 11: division by zero gives all ones, overflow gives the dividend).

/** Upper 64 bits of the unsigned 128-bit product. */
export function mulHighUnsigned(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >> 32);
  const cross = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}

/** Upper 64 bits of the signed product: the unsigned one, less each factor where the other is negative. */
export function mulHigh(a: u64, b: u64): u64 {
  return mulHighUnsigned(a, b) - (<u64>(<i64>a >> 63) & b) - (<u64>(<i64>b >> 63) & a);
}

export function mulHighSignedUnsigned(a: u64, b: u64): u64 {
  return mulHighUnsigned(a, b) - (<u64>(<i64>a >> 63) & b);
}

export function divide(a: u64, b: u64): u64 {
  if (b == 0) return ~0;
  if (b == ~0) return 0 - a; // also covers the overflow −2^63 / −1
  return <u64>(<i64>a / <i64>b);
}

export function divideUnsigned(a: u64, b: u64): u64 {
  return b == 0 ? ~0 : a / b;
}

export function remainder(a: u64, b: u64): u64 {
  if (b == 0) return a;
  if (b == ~0) return 0;
  return <u64>(<i64>a % <i64>b);
}

export function remainderUnsigned(a: u64, b: u64): u64 {
  return b == 0 ? a : a % b;
}

export function divideWord(a: u64, b: u64): u64 {
  return <u64><i64><i32>divide(<u64><i64><i32>a, <u64><i64><i32>b);
}

export function divideUnsignedWord(a: u64, b: u64): u64 {
  return <u64><i64><i32>divideUnsigned(a & 0xffffffff, b & 0xffffffff);
}

export function remainderWord(a: u64, b: u64): u64 {
  return <u64><i64><i32>remainder(<u64><i64><i32>a, <u64><i64><i32>b);
}

export function remainderUnsignedWord(a: u64, b: u64): u64 {
  return <u64><i64><i32>remainderUnsigned(a & 0xffffffff, b & 0xffffffff);
}

/** Each byte becomes 0xff unless it is 0: a sum that cannot carry out of a byte sets its highest bit, which is then spread. */
export function orCombineBytes(a: u64): u64 {
  const low: u64 = 0x7f7f7f7f7f7f7f7f;
  const high = (((a & low) + low) | a) & ~low;
  return high | (high - (high >> 7));
}

export function reverseBytes(a: u64): u64 {
  return bswap<u64>(a);
}

// Products without carries (Zbc). Of each factor every fourth bit is kept: at most 16 ones meet in a sum, whose carries stay in the gaps, or
// fall off the upper end.
const FOURTHS: u64 = 0x1111111111111111;

/** The bits `k` modulo 4 of the product. */
function productOfFourths(a: u64, b: u64, k: u32): u64 {
  let sum: u64 = 0;
  for (let i: u32 = 0; i < 4; i++) sum ^= (a & (FOURTHS << i)) * (b & (FOURTHS << ((k - i) & 3)));
  return sum & (FOURTHS << k);
}

/** Lower 64 bits of the product of polynomials over GF(2). */
export function carrylessProduct(a: u64, b: u64): u64 {
  return productOfFourths(a, b, 0) | productOfFourths(a, b, 1) | productOfFourths(a, b, 2) | productOfFourths(a, b, 3);
}

function reversed(a: u64): u64 {
  let r = ((a >> 1) & 0x5555555555555555) | ((a & 0x5555555555555555) << 1);
  r = ((r >> 2) & 0x3333333333333333) | ((r & 0x3333333333333333) << 2);
  r = ((r >> 4) & 0x0f0f0f0f0f0f0f0f) | ((r & 0x0f0f0f0f0f0f0f0f) << 4);
  return bswap<u64>(r);
}

/** Bits 126:63 of it: the product of the reversed factors, reversed. */
export function carrylessProductReversed(a: u64, b: u64): u64 {
  return reversed(carrylessProduct(reversed(a), reversed(b)));
}
