/** The pages of a guest that the TLBs of a hart hold now, as the engine lays them out (engine/tlb.ts). To look changes nothing. */
import { addressOfField, TLB_ARRAY_SIZE, TLB_ENTRIES, TLB_HART_SIZE } from './layout.ts';

export const TLBS: number = addressOfField('TLBS');
/** Address spaces with a number in tags, and in an entry: kind, number, vsatp, hgatp, in words. */
export const SPACES: number = addressOfField('SPACES') / 4;
export const SPACE_WORDS = 6;
export const SPACES_END: number = SPACES + 32 * SPACE_WORDS;
export const KIND_GUEST = 3;
/** The TLBs of a hart by what they are asked for, as the engine numbers them. */
export const TLB_OF = { load: 0, store: 1, execute: 2 } as const;

const ENTRY_WORDS = 4;
const REGIME_SHIFT = 8;
const SLOT_MASK = 0xff;
/** Regimes of VU-mode begin here, those of VS-mode where they end (engine/regime.ts). */
const REGIME_VS = 10;

/** One entry of a TLB. */
export interface CachedPage {
  readonly access: keyof typeof TLB_OF;
  /** Address of the page in halves, and whether it is for VU-mode. */
  readonly vaLo: number;
  readonly vaHi: number;
  readonly user: boolean;
  readonly vsatpLo: number;
  readonly vsatpHi: number;
  /** Physical address of its frame. */
  readonly spa: number;
  /** Level of the VS-stage leaf that it was made from. */
  readonly level: number;
}

/**
 * Names the entries of the VM with a number (VMID) in the TLBs of one hart.
 * @param words the machine's memory
 * @param word reads a word of the hart's own state
 */
export function cachedPages(
  hart: number,
  words: Uint32Array,
  word: (at: number) => number,
  vmid: number,
  each: (page: CachedPage) => void,
): void {
  const spaces = new Map<number, number>();
  for (let at = SPACES; at < SPACES_END; at += SPACE_WORDS)
    if (word(at) === KIND_GUEST && ((word(at + 5) >>> 12) & 0x3fff) === vmid) spaces.set(word(at + 1), at);
  if (spaces.size === 0) return;
  for (const access of ['load', 'store', 'execute'] as const) {
    const first = (TLBS + hart * TLB_HART_SIZE + TLB_OF[access] * TLB_ARRAY_SIZE) / 4;
    for (let at = first; at < first + TLB_ENTRIES * ENTRY_WORDS; at += ENTRY_WORDS) {
      const tag = words[at]!;
      const space = spaces.get(tag & SLOT_MASK);
      if (space === undefined) continue;
      const lo = words[at + 2]!;
      each({
        ...{ access, vaLo: (tag & ~0xfff) >>> 0, vaHi: words[at + 1]! },
        user: ((tag >>> REGIME_SHIFT) & 0xf) < REGIME_VS,
        ...{ vsatpLo: word(space + 2), vsatpHi: word(space + 3) },
        ...{ spa: words[at + 3]! * 0x1_0000_0000 + ((lo & ~0xfff) >>> 0), level: lo & 7 },
      });
    }
  }
}
