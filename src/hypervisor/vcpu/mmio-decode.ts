/**
 * What a load or store to a device does: width, direction, register. From the transformed instruction in htinst, or from
 * the instruction itself (privileged spec 18.6.3). Bits come from guests; what is no plain load or store is refused.
 */
import { decode } from '#isa/decode';

/** A decoded access. */
export interface MmioAccess {
  readonly store: boolean;
  readonly size: 1 | 2 | 4 | 8;
  /** Loads: the sign is extended. */
  readonly signed: boolean;
  /** x register that takes or gives the value. */
  readonly register: number;
  /** Bytes of the instruction. */
  readonly length: 2 | 4;
}

const LOADS: Readonly<Record<string, { size: 1 | 2 | 4 | 8; signed: boolean }>> = {
  lb: { size: 1, signed: true },
  lh: { size: 2, signed: true },
  lw: { size: 4, signed: true },
  ld: { size: 8, signed: true },
  lbu: { size: 1, signed: false },
  lhu: { size: 2, signed: false },
  lwu: { size: 4, signed: false },
};
const STORES: Readonly<Record<string, 1 | 2 | 4 | 8>> = { sb: 1, sh: 2, sw: 4, sd: 8 };

/** Decodes raw bits of 16 or 32 bits; `undefined` unless it is a load or store of an x register. */
export function decodeMmio(raw: number): MmioAccess | undefined {
  const decoded = decode(raw);
  if (decoded === undefined) return undefined;
  const { name } = decoded.instruction;
  const { length } = decoded;
  const load = LOADS[name];
  if (load !== undefined) return { store: false, ...load, register: decoded.rd, length };
  const size = STORES[name];
  if (size !== undefined) return { store: true, size, signed: false, register: decoded.rs2, length };
  return undefined;
}

/**
 * Decodes a nonzero htinst. Bit 0 says that it is a transformed instruction, bit 1 that it had 32 bits (a compressed one
 * is given in its expanded form with bit 1 clear); bits 19:15 are the distance to the first byte of a misaligned access.
 */
export function decodeTransformed(htinst: number): MmioAccess | undefined {
  if ((htinst & 1) === 0) return undefined;
  const isPart = (htinst & 0xf_8000) !== 0;
  const access = isPart ? undefined : decodeMmio((htinst | 3) >>> 0);
  return access === undefined ? undefined : { ...access, length: (htinst & 2) === 0 ? 2 : 4 };
}
