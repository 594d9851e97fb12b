// How F and D instructions read their operands (unprivileged spec 20.2, 21.2): rounding mode, boxed singles; and when the host's
// arithmetic may stand in for `softfloat/`.
import { CSR_FCSR } from '../generated/layout';
import { RNE } from '../softfloat/format';

const DYNAMIC: i32 = 7;
const BOX: u64 = 0xffffffff00000000;
const CANONICAL32: u32 = 0x7fc00000;
export const SIGN32: u32 = 0x80000000;
export const SIGN64: u64 = (<u64>1) << 63;

/** The rounding mode that an instruction means; above 4 there is none. */
export function resolveRm(rm: i32): i32 {
  return rm == DYNAMIC ? load<i32>(CSR_FCSR) >>> 5 & 7 : rm;
}

/**
 * True when the host's arithmetic rounds as asked and inexactness is old news. The host rounds to nearest even and reports
 * nothing. It may stand in where nothing is to be reported: NX is already set in fcsr (it always is after the first few
 * operations of real programs), and NV, DZ, OF, UF cannot arise because the result is finite and, where it could be tiny and
 * inexact, clear of the subnormals. So NaNs never come out of the host either.
 */
export function hostRounds(mode: i32): bool {
  return (mode | (~load<i32>(CSR_FCSR) & 1)) == RNE;
}

/** A single in an f register (21.2). */
export function boxS(bits: u64): u64 {
  return bits | BOX;
}

export function box(bits: u32): u64 {
  return <u64>bits | BOX;
}

export function isBoxed(a: u64): bool {
  return a >= BOX;
}

export function unbox(a: u64): u32 {
  return isBoxed(a) ? <u32>a : CANONICAL32;
}

export function single(a: u64): f32 {
  return reinterpret<f32>(<u32>a);
}

export function double(a: u64): f64 {
  return reinterpret<f64>(a);
}

/** Finite, subnormals and zero included: for sums and roots, which are exact where they are subnormal. */
export function isFinite32(a: u32): bool {
  return (a & 0x7f800000) != 0x7f800000;
}

export function isFinite64(a: u64): bool {
  return (a << 1) < 0xffe0000000000000;
}

/** Finite and above the smallest normal number, to which a tiny result may have been rounded. */
export function isSafe32(a: u32): bool {
  return (a & 0x7fffffff) - 0x00800001 < 0x7effffff;
}

export function isSafe64(a: u64): bool {
  return (a & ~SIGN64) - 0x0010000000000001 < 0x7fdfffffffffffff;
}
