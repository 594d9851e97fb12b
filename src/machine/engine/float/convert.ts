// Conversions. The host's own are exact in more cases than its arithmetic, and say when they are not.
import { fromInteger, narrow, widen } from '../softfloat/convert';
import { NV, NX, RDN, RNE, RTZ, RUP, signal } from '../softfloat/format';
import { signExtended } from './compare';
import { box, double, hostRounds, isSafe32, resolveRm, unbox } from './registers';

/** Integers up to here have room in the significand. */
const EXACT32: u64 = 1 << 24;
const EXACT64: u64 = (<u64>1) << 53;
const TOP: u64 = (<u64>1) << 63;

// To integers. A single is widened first, which is exact. The host rounds to an integral number in every mode; the result is
// inexact when that differs. What does not fit becomes the nearest that does, with NV and without NX; a NaN counts as above
// all (20.7, table 31).

function integral(a: f64, mode: i32): f64 {
  if (mode == RTZ) return trunc<f64>(a);
  if (mode == RNE) return nearest<f64>(a);
  if (mode == RDN) return floor<f64>(a);
  if (mode == RUP) return ceil<f64>(a);
  const whole = trunc<f64>(a);
  return abs<f64>(a - whole) < 0.5 ? whole : whole + copysign<f64>(1.0, a);
}

function saturated(a: f64, least: u64, most: u64): u64 {
  signal(NV);
  return a < 0.0 ? least : most;
}

function signalDifference(whole: f64, a: f64): void {
  if (whole != a) signal(NX);
}

function toW(a: f64, mode: i32): u64 {
  const whole = integral(a, mode);
  if (!(whole >= -2147483648.0 && whole < 2147483648.0)) return saturated(a, 0xffffffff80000000, 0x7fffffff);
  signalDifference(whole, a);
  return <u64><i64><i32>whole;
}

function toWu(a: f64, mode: i32): u64 {
  const whole = integral(a, mode);
  if (!(whole >= 0.0 && whole < 4294967296.0)) return saturated(a, 0, ~0);
  signalDifference(whole, a);
  return <u64><i64><i32><u32>whole;
}

function toL(a: f64, mode: i32): u64 {
  const whole = integral(a, mode);
  if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0)) return saturated(a, TOP, TOP - 1);
  signalDifference(whole, a);
  return <u64><i64>whole;
}

function toLu(a: f64, mode: i32): u64 {
  const whole = integral(a, mode);
  if (!(whole >= 0.0 && whole < 18446744073709551616.0)) return saturated(a, 0, ~0);
  signalDifference(whole, a);
  return <u64>whole;
}

function widened(a: u64): f64 {
  return <f64>reinterpret<f32>(unbox(a));
}

export function fcvtWS(a: u64, rm: i32): u64 {
  return toW(widened(a), resolveRm(rm));
}

export function fcvtWuS(a: u64, rm: i32): u64 {
  return toWu(widened(a), resolveRm(rm));
}

export function fcvtLS(a: u64, rm: i32): u64 {
  return toL(widened(a), resolveRm(rm));
}

export function fcvtLuS(a: u64, rm: i32): u64 {
  return toLu(widened(a), resolveRm(rm));
}

export function fcvtWD(a: u64, rm: i32): u64 {
  return toW(double(a), resolveRm(rm));
}

export function fcvtWuD(a: u64, rm: i32): u64 {
  return toWu(double(a), resolveRm(rm));
}

export function fcvtLD(a: u64, rm: i32): u64 {
  return toL(double(a), resolveRm(rm));
}

export function fcvtLuD(a: u64, rm: i32): u64 {
  return toLu(double(a), resolveRm(rm));
}

// From integers. Those that the significand holds are exact in every mode.

export function fcvtSW(x: u64, rm: i32): u64 {
  return fcvtSL(signExtended(x), rm);
}

export function fcvtSWu(x: u64, rm: i32): u64 {
  return fcvtSL(x & 0xffffffff, rm);
}

export function fcvtSL(x: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (x + EXACT32 <= 2 * EXACT32 || hostRounds(mode)) return box(reinterpret<u32>(<f32><i64>x));
  return box(fromInteger<u32>(x, true, mode));
}

export function fcvtSLu(x: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (x <= EXACT32 || hostRounds(mode)) return box(reinterpret<u32>(<f32>x));
  return box(fromInteger<u32>(x, false, mode));
}

export function fcvtDW(x: u64, rm: i32): u64 {
  return reinterpret<u64>(<f64><i32>x);
}

export function fcvtDWu(x: u64, rm: i32): u64 {
  return reinterpret<u64>(<f64><u32>x);
}

export function fcvtDL(x: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (x + EXACT64 <= 2 * EXACT64 || hostRounds(mode)) return reinterpret<u64>(<f64><i64>x);
  return fromInteger<u64>(x, true, mode);
}

export function fcvtDLu(x: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (x <= EXACT64 || hostRounds(mode)) return reinterpret<u64>(<f64>x);
  return fromInteger<u64>(x, false, mode);
}

// Between the formats

/** Exact when the way back leads here, whatever the mode: infinities and subnormals too. */
export function fcvtSD(a: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  const result = <f32>double(a);
  const bits = reinterpret<u32>(result);
  if (<f64>result == double(a) || (hostRounds(mode) && isSafe32(bits))) return box(bits);
  return box(narrow(a, mode));
}

export function fcvtDS(a: u64, rm: i32): u64 {
  return widen(unbox(a));
}
