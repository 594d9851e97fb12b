/** Register names of the RISC-V calling convention (psABI 1.0, 2.1), for assembly and display. */
export const X_NAMES: readonly string[] =
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(
    ' ',
  );
export const F_NAMES: readonly string[] =
  'ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11'.split(
    ' ',
  );
/** Rounding modes by encoding; 5 and 6 are reserved. */
export const ROUNDING_MODES: readonly string[] = ['rne', 'rtz', 'rdn', 'rup', 'rmm', '', '', 'dyn'];

/** Number of an x register by either name (`a0`, `x10`, `fp`), or -1. */
export function xNumber(name: string): number {
  if (name === 'fp') return 8;
  const numbered = /^x(\d{1,2})$/.exec(name)?.[1];
  return numbered !== undefined && Number(numbered) < 32 ? Number(numbered) : X_NAMES.indexOf(name);
}

/** Number of an f register by either name (`fa0`, `f10`), or -1. */
export function fNumber(name: string): number {
  const numbered = /^f(\d{1,2})$/.exec(name)?.[1];
  return numbered !== undefined && Number(numbered) < 32 ? Number(numbered) : F_NAMES.indexOf(name);
}
