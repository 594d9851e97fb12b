/**
 * Random page tables that lie: sixteen pages in four superpages, each of which is a table of either stage at any level and data besides, so
 * that tables map each other and themselves. Guest physical addresses look like physical ones, so that walks of two stages get far.
 *
 *     page (i, j) lies at RAM + i × 2 MiB + j × 4 KiB, i and j from 4 to 7. Tables are used at the indices 2 and 4 to 7.
 *     j tells what a page mostly is: 4 a root, 5 a middle table, 6 and 7 last-level tables.
 */
import { RAM_BASE } from '#base/addresses';
import type { Random } from '../random.ts';

const V = 1;
const R = 2;
const W = 4;
const X = 8;
const U = 16;
const A = 64;
const D = 128;

export const INDICES: readonly number[] = [2, 4, 5, 6, 7];
const COORDINATES: readonly number[] = [4, 5, 6, 7];
const BASE = BigInt(RAM_BASE);

/** Physical address of a page of the pool. */
export function poolPage(i: number, j: number): bigint {
  return BASE + BigInt(i) * 0x20_0000n + BigInt(j) * 0x1000n;
}

/** All pages of the pool. */
export const POOL: readonly bigint[] = COORDINATES.flatMap((i) => COORDINATES.map((j) => poolPage(i, j)));

function leafFlags(random: Random): number {
  const choose = (flag: number, outOf8: number): number => (random.below(8) < outOf8 ? flag : 0);
  return (
    V |
    choose(R, 7) |
    choose(W, 6) |
    choose(X, 5) |
    choose(U, 5) |
    choose(A, 6) |
    choose(D, 5) |
    choose(32, 1)
  );
}

/** Entry `index` of a page (i, j) by its usual role. */
function usualEntry(index: number, j: number, random: Random): bigint {
  const to = random.pick(COORDINATES);
  const pte = (address: bigint, flags: number): bigint => ((address >> 12n) << 10n) | BigInt(flags);
  if (j === 4) {
    if (random.oneIn(3)) return pte(BASE, leafFlags(random));
    return pte(poolPage(to, 5), V);
  }
  if (j === 5) {
    if (random.oneIn(3)) return pte(BASE + BigInt(to) * 0x20_0000n, leafFlags(random));
    return pte(poolPage(to, 6 + random.below(2)), V);
  }
  // Mostly to a page of the same role, so that tables behind it stay tables.
  const role = index === 2 || random.oneIn(4) ? random.pick(COORDINATES) : index;
  return pte(poolPage(to, role), leafFlags(random));
}

/** An entry, now and then spoilt. */
export function randomEntry(index: number, j: number, random: Random): bigint {
  const entry = usualEntry(index, j, random);
  switch (random.below(48)) {
    case 0:
      return entry ^ (1n << BigInt(54 + random.below(10)));
    case 1:
      return entry ^ (1n << BigInt(random.below(10)));
    case 2:
      return entry ^ (1n << BigInt(10 + random.below(44)));
    case 3:
      return usualEntry(index, random.pick(COORDINATES), random);
    default:
      return entry;
  }
}

/** An address whose indices are those in use, mostly. */
export function randomAddress(random: Random): bigint {
  const part = (): bigint => BigInt(random.pick(INDICES));
  const top = random.oneIn(2) ? 2n : part();
  const page = (top << 18n) | (part() << 9n) | part();
  const address = page << 12n;
  if (!random.oneIn(12)) return address;
  // Bits beyond 38 and 40: not canonical, another page of a G-stage root, nowhere.
  return address ^ (1n << BigInt(36 + random.below(28)));
}
