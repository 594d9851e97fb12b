/** Where an address of the software on a bare hart lies, by the page tables that the hart has now; it sets no bit, and asks for no permission. */
import type { Hart } from './hart.ts';
import type { PhysicalMemory } from './memory.ts';
import {
  LEAF_SIZE,
  PTE_LEAF,
  PTE_SIZE,
  PTE_V,
  pageNumberOf,
  ROOT_LEVEL,
} from './page-tables/page-table-entry.ts';

const PRIV_M = 3;
const MODE_SV39 = 8;
/** Bits of an address that tables translate: of Sv39, and of Sv39x4, whose root has four times as many entries. */
const [SV39_BITS, SV39X4_BITS] = [39, 41] as const;

/** Its address in memory; undefined where it has none, or its table lies outside of RAM. */
export function physicalOf(hart: Hart, ram: PhysicalMemory, address: bigint): number | undefined {
  const isGuest = hart.virtual !== 0;
  if (!isGuest && hart.privilege === PRIV_M) return asNumber(address);
  const own = walk(hart, ram, isGuest ? 'vsatp' : 'satp', address, SV39_BITS, (at) => onStage(at));
  return own === undefined ? undefined : onStage(own);

  function onStage(gpa: number): number | undefined {
    return isGuest ? walk(hart, ram, 'hgatp', BigInt(gpa), SV39X4_BITS, (at) => at) : gpa;
  }
}

function asNumber(address: bigint): number | undefined {
  return address <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(address) : undefined;
}

function walk(
  hart: Hart,
  ram: PhysicalMemory,
  register: 'satp' | 'vsatp' | 'hgatp',
  address: bigint,
  bits: number,
  place: (at: number) => number | undefined,
): number | undefined {
  const hi = hart.csrHi(register);
  if (hi >>> 28 === 0) return asNumber(address);
  if (hi >>> 28 !== MODE_SV39) return undefined;
  const offset = Number(BigInt.asUintN(bits, address));
  let table = (hart.csrLo(register) + (hi & 0xfff) * 0x1_0000_0000) * 0x1000;
  for (let level = ROOT_LEVEL; level >= 0; level--) {
    const size = LEAF_SIZE[level] ?? 0x1000;
    const index = Math.floor(offset / size) % (level === ROOT_LEVEL ? 2 ** (bits - 30) : 512);
    const at = place(table + index * PTE_SIZE);
    if (at === undefined || !ram.holds(at, PTE_SIZE)) return undefined;
    const [lo, high] = [ram.u32(at), ram.u32(at + 4)];
    if ((lo & PTE_V) === 0) return undefined;
    table = pageNumberOf(lo, high) * 0x1000;
    if ((lo & PTE_LEAF) !== 0) return table - (table % size) + (offset % size);
  }
  return undefined;
}
