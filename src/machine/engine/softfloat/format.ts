// The two formats, binary32 and binary64, as functions of the type that holds their bits (`T` is u32 or u64): everything in
// this folder is written once over `T`. Also the accumulated exception flags. No function here knows of registers or CSRs.

/** Rounding modes as `frm` encodes them (unprivileged spec 20.2, table 29). */
export const RNE: i32 = 0;
export const RTZ: i32 = 1;
export const RDN: i32 = 2;
export const RUP: i32 = 3;
export const RMM: i32 = 4;

/** Exceptions at their places in `fflags`. */
export const NX: u32 = 1;
export const UF: u32 = 2;
export const OF: u32 = 4;
export const DZ: u32 = 8;
export const NV: u32 = 16;

/** Exceptions since `clearFlags`. */
export let flags: u32 = 0;

export function signal(exceptions: u32): void {
  flags |= exceptions;
}

export function clearFlags(): void {
  flags = 0;
}

/** Bits of a significand, the leading one included. */
export function precision<T>(): i32 {
  return sizeof<T>() == 4 ? 24 : 53;
}

export function bias<T>(): i32 {
  return sizeof<T>() == 4 ? 127 : 1023;
}

export function signBit<T>(): T {
  return <T>1 << (<T>(sizeof<T>() * 8 - 1));
}

export function infinity<T>(): T {
  return sizeof<T>() == 4 ? <T>0x7f800000 : <T>(<u64>0x7ff << 52);
}

/** The only NaN that arithmetic produces (20.3). */
export function canonicalNaN<T>(): T {
  return sizeof<T>() == 4 ? <T>0x7fc00000 : <T>(<u64>0xfff << 51);
}

export function magnitude<T>(a: T): T {
  return a & (signBit<T>() - 1);
}

export function isNegative<T>(a: T): bool {
  return (a & signBit<T>()) != 0;
}

export function isNaN<T>(a: T): bool {
  return magnitude<T>(a) > infinity<T>();
}

/** A NaN whose quiet bit, the first of the fraction, is 0. */
export function isSignalling<T>(a: T): bool {
  return isNaN<T>(a) && (a & (<T>1 << (<T>(precision<T>() - 2)))) == 0;
}

export function exponentField<T>(a: T): i32 {
  return <i32>(magnitude<T>(a) >> (<T>(precision<T>() - 1)));
}

/** Zeros in front of the fraction of a subnormal, counted so that the leading one then lies where a normal number has it. */
function subnormalShift<T>(a: T): i32 {
  return <i32>clz<u64>(<u64>magnitude<T>(a)) - (64 - precision<T>());
}

/** e of a finite number that is not 0, written ±1.f × 2^e. */
export function exponentOf<T>(a: T): i32 {
  const field = exponentField<T>(a);
  return (field != 0 ? field : 1 - subnormalShift<T>(a)) - bias<T>();
}

/** 1.f of a finite number that is not 0, with the leading one at bit 62. */
export function significandOf<T>(a: T): u64 {
  const shift: u64 = 63 - precision<T>();
  const fraction = <u64>a & ((<u64>1 << (precision<T>() - 1)) - 1);
  if (exponentField<T>(a) != 0) return (fraction | (<u64>1 << (precision<T>() - 1))) << shift;
  return fraction << (shift + <u64>subnormalShift<T>(a));
}

export function withSign<T>(negative: bool, a: T): T {
  return negative ? a | signBit<T>() : a;
}

/** Result of an operation that has none. */
export function invalid<T>(): T {
  flags |= NV;
  return canonicalNaN<T>();
}

/** Result of an operation on a NaN: quiet, but a signalling operand is an exception. */
export function propagateNaN<T>(a: T, b: T): T {
  if (isSignalling<T>(a) || isSignalling<T>(b)) flags |= NV;
  return canonicalNaN<T>();
}
