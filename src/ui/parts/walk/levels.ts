/** The levels of the modes of address translation, and how each cuts an address (privileged spec 12.4 to 12.6, 18.5.1). */
import type { DrawnWalk, Hex64 } from '#bridge/protocol/answers';

const LEVELS = { bare: 0, sv39: 3, sv48: 4, sv57: 5, sv39x4: 3, sv48x4: 4, sv57x4: 5 } as const;

/** Of how many levels the tables of a mode are. */
export function levelsOf(mode: DrawnWalk['vsMode'] | DrawnWalk['gMode']): number {
  return LEVELS[mode];
}

/** A part of an address: the index into the table of a level, or the offset in the page. */
export interface AddressPart {
  /** -1: the offset. */
  readonly level: number;
  readonly high: number;
  readonly low: number;
  readonly value: bigint;
}

const [OFFSET_BITS, INDEX_BITS] = [12, 9] as const;
/** By which the root of a G-stage is wider than other tables. */
const WIDER_BITS = 2;

/** The parts of an address from its highest bits on. Where the guest does not translate, the address is a GPA, and the G-stage cuts it. */
export function partsOf(
  address: Hex64,
  { vsMode, gMode }: Pick<DrawnWalk, 'vsMode' | 'gMode'>,
): AddressPart[] {
  const isOfGuest = vsMode !== 'bare';
  const levels = levelsOf(isOfGuest ? vsMode : gMode);
  const parts: AddressPart[] = [];
  for (let level = levels - 1; level >= -1; level--) {
    const low = level < 0 ? 0 : OFFSET_BITS + level * INDEX_BITS;
    const wider = !isOfGuest && level === levels - 1 ? WIDER_BITS : 0;
    const bits = level < 0 ? OFFSET_BITS : INDEX_BITS + wider;
    parts.push({
      level,
      high: low + bits - 1,
      low,
      value: BigInt.asUintN(bits, BigInt(address) >> BigInt(low)),
    });
  }
  return parts;
}
