// F and D instructions over register values (unprivileged spec, chapters 20 and 21): NaN boxing, `fcsr`, rounding modes, and
// the shortcut through the host's arithmetic. Registers and memory are the interpreter's; arithmetic is `softfloat/`.
//
// The host rounds to nearest even and reports nothing. It may stand in where nothing is to be reported: NX is already set in
// fcsr (it always is after the first few operations of real programs), and NV, DZ, OF, UF cannot arise because the result
// is finite and, for what can be tiny and inexact, clear of the subnormals. NaNs never come out of the host.
import { fpEnabled, markFpDirty } from './csr';
import { CSR_FCSR } from './generated/layout';
import { add, subtract } from './softfloat/add';
import { classify, equal, less, lessOrEqual, maximum, minimum } from './softfloat/compare';
import { convert, fromInteger, toInteger } from './softfloat/convert';
import { divide, squareRoot } from './softfloat/divide';
import { clearFlags, flags, RNE } from './softfloat/format';
import { fusedMultiplyAdd, multiply } from './softfloat/multiply';
import { illegal } from './trap';

const DYNAMIC: i32 = 7;
const BOX: u64 = 0xffffffff00000000;
const SIGN32: u32 = 0x80000000;
const SIGN64: u64 = (<u64>1) << 63;
const CANONICAL32: u32 = 0x7fc00000;

/** The rounding mode that an instruction means; above 4 there is none. */
function resolveRm(rm: i32): i32 {
  return rm == DYNAMIC ? load<i32>(CSR_FCSR) >>> 5 & 7 : rm;
}

/** Before every F or D instruction. False when it trapped: FS is off (20.1), or the rounding mode is none (20.2). */
export function floatReady(rm: i32): bool {
  if (!fpEnabled() || resolveRm(rm) > 4) {
    illegal();
    return false;
  }
  return true;
}

/** After every F or D instruction that changes a register or may have signalled. */
export function floatDone(): void {
  if (flags != 0) {
    store<u64>(CSR_FCSR, load<u64>(CSR_FCSR) | flags);
    clearFlags();
  }
  markFpDirty();
}

/** True when the host's arithmetic rounds as asked and inexactness is old news. */
function hostRounds(mode: i32): bool {
  return (mode | (~load<i32>(CSR_FCSR) & 1)) == RNE;
}

/** A single in an f register (21.2). */
export function boxS(bits: u64): u64 {
  return bits | BOX;
}

function box(bits: u32): u64 {
  return <u64>bits | BOX;
}

function isBoxed(a: u64): bool {
  return a >= BOX;
}

function unbox(a: u64): u32 {
  return isBoxed(a) ? <u32>a : CANONICAL32;
}

function single(a: u64): f32 {
  return reinterpret<f32>(<u32>a);
}

function double(a: u64): f64 {
  return reinterpret<f64>(a);
}

/** Finite, subnormals and zero included: for sums and roots, which are exact where they are subnormal. */
function isFinite32(a: u32): bool {
  return (a & 0x7f800000) != 0x7f800000;
}

function isFinite64(a: u64): bool {
  return (a << 1) < 0xffe0000000000000;
}

/** Finite and above the smallest normal number, to which a tiny result may have been rounded. */
function isSafe32(a: u32): bool {
  return (a & 0x7fffffff) - 0x00800001 < 0x7effffff;
}

function isSafe64(a: u64): bool {
  return (a & ~SIGN64) - 0x0010000000000001 < 0x7fdfffffffffffff;
}

// Arithmetic

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
  return box(fusedMultiplyAdd<u32>(a, b, c, resolveRm(rm)));
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

// Comparisons

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

// To integers. Cutting off, as C does, is what the host does too; it is inexact when the way back leads elsewhere.

function signExtended(word: u64): u64 {
  return <u64><i64><i32>word;
}

export function fcvtWS(a: u64, rm: i32): u64 {
  return signExtended(toInteger<u32>(unbox(a), true, 32, resolveRm(rm)));
}

export function fcvtWuS(a: u64, rm: i32): u64 {
  return signExtended(toInteger<u32>(unbox(a), false, 32, resolveRm(rm)));
}

export function fcvtLS(a: u64, rm: i32): u64 {
  return toInteger<u32>(unbox(a), true, 64, resolveRm(rm));
}

export function fcvtLuS(a: u64, rm: i32): u64 {
  return toInteger<u32>(unbox(a), false, 64, resolveRm(rm));
}

export function fcvtWD(a: u64, rm: i32): u64 {
  return signExtended(toInteger<u64>(a, true, 32, resolveRm(rm)));
}

export function fcvtWuD(a: u64, rm: i32): u64 {
  return signExtended(toInteger<u64>(a, false, 32, resolveRm(rm)));
}

export function fcvtLD(a: u64, rm: i32): u64 {
  return toInteger<u64>(a, true, 64, resolveRm(rm));
}

export function fcvtLuD(a: u64, rm: i32): u64 {
  return toInteger<u64>(a, false, 64, resolveRm(rm));
}

// From integers

export function fcvtSW(x: u64, rm: i32): u64 {
  return box(fromInteger<u32>(signExtended(x), true, resolveRm(rm)));
}

export function fcvtSWu(x: u64, rm: i32): u64 {
  return box(fromInteger<u32>(x & 0xffffffff, false, resolveRm(rm)));
}

export function fcvtSL(x: u64, rm: i32): u64 {
  return box(fromInteger<u32>(x, true, resolveRm(rm)));
}

export function fcvtSLu(x: u64, rm: i32): u64 {
  return box(fromInteger<u32>(x, false, resolveRm(rm)));
}

export function fcvtDW(x: u64, rm: i32): u64 {
  return reinterpret<u64>(<f64>(<i32>x));
}

export function fcvtDWu(x: u64, rm: i32): u64 {
  return reinterpret<u64>(<f64>(<u32>x));
}

export function fcvtDL(x: u64, rm: i32): u64 {
  return fromInteger<u64>(x, true, resolveRm(rm));
}

export function fcvtDLu(x: u64, rm: i32): u64 {
  return fromInteger<u64>(x, false, resolveRm(rm));
}

// Between the formats, and bits as they are

export function fcvtSD(a: u64, rm: i32): u64 {
  return box(convert<u64, u32>(a, resolveRm(rm)));
}

export function fcvtDS(a: u64, rm: i32): u64 {
  return convert<u32, u64>(unbox(a), resolveRm(rm));
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
