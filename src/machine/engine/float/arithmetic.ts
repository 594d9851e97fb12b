// Arithmetic instructions: the host where it cannot be told apart, else `softfloat/`.
import { add, subtract } from '../softfloat/add';
import { divide, squareRoot } from '../softfloat/divide';
import { fusedMultiplyAdd, multiply } from '../softfloat/multiply';
import {
  box, double, hostRounds, isBoxed, isFinite32, isFinite64, isSafe32, isSafe64, resolveRm, SIGN32, SIGN64, single, unbox,
} from './registers';

export function faddS(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode) && isBoxed(a & b)) {
    const result = reinterpret<u32>(single(a) + single(b));
    if (isFinite32(result)) return box(result);
  }
  return box(add<u32>(unbox(a), unbox(b), mode));
}

export function faddD(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode)) {
    const result = reinterpret<u64>(double(a) + double(b));
    if (isFinite64(result)) return result;
  }
  return add<u64>(a, b, mode);
}

export function fsubS(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode) && isBoxed(a & b)) {
    const result = reinterpret<u32>(single(a) - single(b));
    if (isFinite32(result)) return box(result);
  }
  return box(subtract<u32>(unbox(a), unbox(b), mode));
}

export function fsubD(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode)) {
    const result = reinterpret<u64>(double(a) - double(b));
    if (isFinite64(result)) return result;
  }
  return subtract<u64>(a, b, mode);
}

export function fmulS(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode) && isBoxed(a & b)) {
    const result = reinterpret<u32>(single(a) * single(b));
    if (isSafe32(result)) return box(result);
  }
  return box(multiply<u32>(unbox(a), unbox(b), mode));
}

export function fmulD(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode)) {
    const result = reinterpret<u64>(double(a) * double(b));
    if (isSafe64(result)) return result;
  }
  return multiply<u64>(a, b, mode);
}

export function fdivS(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode) && isBoxed(a & b)) {
    const result = reinterpret<u32>(single(a) / single(b));
    if (isSafe32(result)) return box(result);
  }
  return box(divide<u32>(unbox(a), unbox(b), mode));
}

export function fdivD(a: u64, b: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode)) {
    const result = reinterpret<u64>(double(a) / double(b));
    if (isSafe64(result)) return result;
  }
  return divide<u64>(a, b, mode);
}

export function fsqrtS(a: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode) && isBoxed(a)) {
    const result = reinterpret<u32>(sqrt<f32>(single(a)));
    if (isFinite32(result)) return box(result);
  }
  return box(squareRoot<u32>(unbox(a), mode));
}

export function fsqrtD(a: u64, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode)) {
    const result = reinterpret<u64>(sqrt<f64>(double(a)));
    if (isFinite64(result)) return result;
  }
  return squareRoot<u64>(a, mode);
}

// Fused: the four instructions differ in the signs of product and addend (20.6).

function fusedS(a: u32, b: u32, c: u32, rm: i32): u64 {
  const mode = resolveRm(rm);
  if (hostRounds(mode)) {
    // The product of two singles is exact as a double. Rounding the sum to a double first does no harm, unless that lands in
    // the middle between two singles: then it may have come from either side.
    const sum = <f64>reinterpret<f32>(a) * <f64>reinterpret<f32>(b) + <f64>reinterpret<f32>(c);
    const result = reinterpret<u32>(<f32>sum);
    if ((reinterpret<u64>(sum) & 0x1fffffff) != 0x10000000 && isSafe32(result)) return box(result);
  }
  return box(fusedMultiplyAdd<u32>(a, b, c, mode));
}

function fusedD(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedMultiplyAdd<u64>(a, b, c, resolveRm(rm));
}

export function fmaddS(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedS(unbox(a), unbox(b), unbox(c), rm);
}

export function fmsubS(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedS(unbox(a), unbox(b), unbox(c) ^ SIGN32, rm);
}

export function fnmsubS(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedS(unbox(a) ^ SIGN32, unbox(b), unbox(c), rm);
}

export function fnmaddS(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedS(unbox(a) ^ SIGN32, unbox(b), unbox(c) ^ SIGN32, rm);
}

export function fmaddD(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedD(a, b, c, rm);
}

export function fmsubD(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedD(a, b, c ^ SIGN64, rm);
}

export function fnmsubD(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedD(a ^ SIGN64, b, c, rm);
}

export function fnmaddD(a: u64, b: u64, c: u64, rm: i32): u64 {
  return fusedD(a ^ SIGN64, b, c ^ SIGN64, rm);
}
