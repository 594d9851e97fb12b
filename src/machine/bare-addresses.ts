/** Where an address of the software on a bare hart lies, by the page tables that the hart has now; it sets no bit, and asks for no permission. */
import { PAGE_SIZE } from '#base/addresses';
import type { Hart } from './hart.ts';
import type { PhysicalMemory } from './memory.ts';
import { LEAF_SIZE, levelsOfMode, PTE_SIZE } from './page-tables/page-table-entry.ts';
import { EntryReader } from './page-tables/table-walk.ts';

const PRIV_M = 3;
const MODE_BARE = 0;
/** Bits of an index into a table. */
const INDEX = 0x1ffn;

/** Its address in memory; undefined where it has none, or its table lies outside of RAM. */
export function physicalOf(hart: Hart, ram: PhysicalMemory, address: bigint): number | undefined {
  const isGuest = hart.virtual !== 0;
  if (!isGuest && hart.privilege === PRIV_M) return asNumber(address);
  const entries = new EntryReader(ram);
  const { mode, root } = tableIn(hart, isGuest ? 'vsatp' : 'satp');
  if (mode === MODE_BARE) return placeOf(asNumber(address));
  let table = root * PAGE_SIZE;
  for (let level = levelsOfMode(mode) - 1; level >= 0; level--) {
    const size = BigInt(LEAF_SIZE[level] ?? PAGE_SIZE);
    const spa = placeOf(table + Number((address / size) & INDEX) * PTE_SIZE);
    if (spa === undefined) return undefined;
    const form = entries.read(spa, level);
    if (form === 'leaf') return placeOf(entries.target + Number(address % BigInt(entries.size)));
    if (form !== 'pointer') return undefined;
    table = entries.target;
  }
  return undefined;

  /** Where the hart finds what its own tables, if any, lead to. */
  function placeOf(at: number | undefined): number | undefined {
    if (!isGuest || at === undefined) return at;
    const stage = tableIn(hart, 'hgatp');
    if (stage.mode === MODE_BARE) return at;
    const levels = levelsOfMode(stage.mode);
    const none = (): void => {};
    if (levels === 0 || entries.descend(stage.root, at, 0, none, levels - 1) !== 'leaf') return undefined;
    return entries.target + (at % entries.size);
  }
}

function asNumber(address: bigint): number | undefined {
  return address <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(address) : undefined;
}

/** The mode in a register of Sv39's format or Sv39x4's, and the page number of the root. */
function tableIn(hart: Hart, register: 'satp' | 'vsatp' | 'hgatp'): { mode: number; root: number } {
  const hi = hart.csrHi(register);
  return { mode: hi >>> 28, root: hart.csrLo(register) + (hi & 0xfff) * 0x1_0000_0000 };
}
