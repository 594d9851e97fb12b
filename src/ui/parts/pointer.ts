/** Which values of a guest may be addresses. */
import type { Hex64 } from '#bridge/protocol/answers';

/** Smaller values are numbers: nobody has memory there. */
const LEAST_POINTER = 0x1000n;
/** All bits of an address from here on are the same, whichever of the modes it is translated in (Sv39 and Sv48; 12.4, 12.5). */
const HIGHEST_OWN_BIT = 47;

/** False for what cannot be a virtual address that anything lies at. */
export function mayPoint(value: Hex64): boolean {
  const top = BigInt(value) >> BigInt(HIGHEST_OWN_BIT);
  return BigInt(value) >= LEAST_POINTER && (top === 0n || top === (1n << BigInt(64 - HIGHEST_OWN_BIT)) - 1n);
}
