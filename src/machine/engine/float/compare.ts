// Instructions without a rounding mode: comparisons, minimum and maximum, classes, signs, moves of bits.
import { classify, equal, less, lessOrEqual, maximum, minimum } from '../softfloat/compare';
import { box, boxS, SIGN32, SIGN64, unbox } from './registers';

export function fminS(a: u64, b: u64): u64 {
  return box(minimum<u32>(unbox(a), unbox(b)));
}

export function fmaxS(a: u64, b: u64): u64 {
  return box(maximum<u32>(unbox(a), unbox(b)));
}

export function fminD(a: u64, b: u64): u64 {
  return minimum<u64>(a, b);
}

export function fmaxD(a: u64, b: u64): u64 {
  return maximum<u64>(a, b);
}

export function feqS(a: u64, b: u64): u64 {
  return <u64>equal<u32>(unbox(a), unbox(b));
}

export function fltS(a: u64, b: u64): u64 {
  return <u64>less<u32>(unbox(a), unbox(b));
}

export function fleS(a: u64, b: u64): u64 {
  return <u64>lessOrEqual<u32>(unbox(a), unbox(b));
}

export function feqD(a: u64, b: u64): u64 {
  return <u64>equal<u64>(a, b);
}

export function fltD(a: u64, b: u64): u64 {
  return <u64>less<u64>(a, b);
}

export function fleD(a: u64, b: u64): u64 {
  return <u64>lessOrEqual<u64>(a, b);
}

export function fclassS(a: u64): u64 {
  return classify<u32>(unbox(a));
}

export function fclassD(a: u64): u64 {
  return classify<u64>(a);
}

// Signs

export function fsgnjS(a: u64, b: u64): u64 {
  return box((unbox(a) & ~SIGN32) | (unbox(b) & SIGN32));
}

export function fsgnjnS(a: u64, b: u64): u64 {
  return box((unbox(a) & ~SIGN32) | (~unbox(b) & SIGN32));
}

export function fsgnjxS(a: u64, b: u64): u64 {
  return box(unbox(a) ^ (unbox(b) & SIGN32));
}

export function fsgnjD(a: u64, b: u64): u64 {
  return (a & ~SIGN64) | (b & SIGN64);
}

export function fsgnjnD(a: u64, b: u64): u64 {
  return (a & ~SIGN64) | (~b & SIGN64);
}

export function fsgnjxD(a: u64, b: u64): u64 {
  return a ^ (b & SIGN64);
}

// Bits as they are

export function signExtended(word: u64): u64 {
  return <u64><i64><i32>word;
}

export function fmvXW(a: u64): u64 {
  return signExtended(a);
}

export function fmvWX(x: u64): u64 {
  return boxS(x);
}

export function fmvXD(a: u64): u64 {
  return a;
}

export function fmvDX(x: u64): u64 {
  return x;
}
