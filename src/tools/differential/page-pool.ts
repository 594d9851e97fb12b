/**
 * Random page tables that lie: sixteen pages in four superpages, each of which is a table of either stage at any level and data besides, so
 * that tables map each other and themselves. Guest physical addresses look like physical ones, so that walks of two stages get far.
 *
 *     page (i, j) lies at RAM + i × 2 MiB + j × 4 KiB, i from 4 to 7, j likewise in the first pool and 4 more in each further one.
 *     Entries are used at the indices 2, of each i and of each j. j mod 4 tells what a page mostly is: 0 a root, 1 a middle table, 2 and 3
 *     last-level tables. Each root also maps the code.
 *     In a page: entries | from 0x800 what may be fetched: it tells which page it is | from 0xc00 what may be stored to
 */
import { RAM_BASE } from '#base/addresses';
import type { Random } from './random.ts';

const V = 1;
const R = 2;
const W = 4;
const X = 8;
const U = 16;
const A = 64;
const D = 128;

/** Where code lies, and the addresses at which roots map it: for user and supervisor, and for those of a guest with two stages. */
export const CODE = 0x8100_0000n;
const GIGABYTE = 1n << 30n;
const CODE_OFFSET: bigint = CODE % GIGABYTE;
export const CODE_VIEWS: Readonly<
  Record<'user' | 'supervisor' | 'guest' | 'guestUser' | 'guestSupervisor', bigint>
> = {
  user: 11n * GIGABYTE + CODE_OFFSET,
  supervisor: 3n * GIGABYTE + CODE_OFFSET,
  /** Guest physical. */
  guest: 8n * GIGABYTE + CODE_OFFSET,
  guestUser: 9n * GIGABYTE + CODE_OFFSET,
  guestSupervisor: 10n * GIGABYTE + CODE_OFFSET,
};

export const FETCH_AT = 0x800;
export const STORE_AT = 0xc00;
/** `c.li a0, n`: the number of the page. */
const C_LI_A0 = 0x4501;
const C_EBREAK = 0x9002n;

const COORDINATES: readonly number[] = [4, 5, 6, 7];
const BASE = BigInt(RAM_BASE);
const ROOT = 0;
const MIDDLE = 1;
const EVERY_ROLE: readonly number[] = [0, 1, 2, 3];
/** Bits of an entry that point to another page of the pool's superpages, out of alignment, or out of RAM; never to another part of RAM, nor to QEMU's window for PCI. */
const SPOILT_ADDRESS_BITS: readonly number[] = [
  ...Array.from({ length: 9 }, (_, bit) => 10 + bit),
  ...Array.from({ length: 27 }, (_, bit) => 27 + bit).filter((bit) => bit !== 32),
];

const pte = (address: bigint, flags: number): bigint => ((address >> 12n) << 10n) | BigInt(flags);

/** What leaves of a pool have in common: nothing; A and D, so that no walk writes; R and W, so that each may. */
export type Likeness = 'none' | 'used' | 'writable';
const COMMON: Readonly<Record<Likeness, number>> = { none: 0, used: A | D, writable: R | W };

export class PagePool {
  readonly #first: number;
  readonly #common: number;

  /** @param number pools with different numbers share nothing */
  constructor(number: number = 0, likeness: Likeness = 'none') {
    this.#first = 4 + 4 * number;
    this.#common = COMMON[likeness];
  }

  #leafFlags(random: Random): number {
    const choose = (flag: number, outOf8: number): number => (random.below(8) < outOf8 ? flag : 0);
    const rights = choose(R, 7) | choose(W, 6) | choose(X, 5);
    return V | rights | choose(U, 5) | choose(A, 6) | choose(D, 5) | choose(32, 1) | this.#common;
  }

  /** A page by superpage and role. */
  page(i: number, role: number): bigint {
    return BASE + BigInt(i) * 0x20_0000n + BigInt(this.#first + role) * 0x1000n;
  }
  get pages(): readonly bigint[] {
    return COORDINATES.flatMap((i) => EVERY_ROLE.map((role) => this.page(i, role)));
  }
  /** A page that is mostly a root, of either stage. */
  root(random: Random): bigint {
    return this.page(random.pick(COORDINATES), ROOT);
  }

  /** Writes all pages anew. */
  fill(place: (spa: bigint, value: bigint) => void, random: Random): void {
    const indices = [2, ...COORDINATES, ...EVERY_ROLE.map((role) => this.#first + role)];
    this.pages.forEach((page, number) => {
      const role = number % 4;
      for (const index of new Set(indices)) place(page + BigInt(8 * index), this.#entry(index, role, random));
      const fetched = BigInt(C_LI_A0 + (number << 2)) * 0x0001_0001_0001_0001n;
      for (let at = FETCH_AT; at < STORE_AT; at += 8) place(page + BigInt(at), fetched);
      // Whoever gets here goes no further.
      place(page + BigInt(STORE_AT - 8), (fetched >> 16n) | (C_EBREAK << 48n));
      if (role === ROOT) mapCode(page, this.#common, place);
    });
  }

  /** An entry, now and then spoilt. */
  #entry(index: number, role: number, random: Random): bigint {
    const entry = this.#usualEntry(index, role, random);
    switch (random.below(48)) {
      case 0:
        return entry ^ (1n << BigInt(54 + random.below(10)));
      case 1:
        return entry ^ (1n << BigInt(this.#common === 0 ? random.below(10) : random.pick([0, 3, 4, 5])));
      case 2:
        return entry ^ (1n << BigInt(random.pick(SPOILT_ADDRESS_BITS)));
      case 3:
        return this.#usualEntry(index, random.pick(EVERY_ROLE), random);
      default:
        return entry;
    }
  }

  #usualEntry(index: number, role: number, random: Random): bigint {
    const to = random.pick(COORDINATES);
    if (role === ROOT)
      return random.oneIn(3) ? pte(BASE, this.#leafFlags(random)) : pte(this.page(to, MIDDLE), V);
    if (role === MIDDLE) {
      if (random.oneIn(3)) return pte(BASE + BigInt(to) * 0x20_0000n, this.#leafFlags(random));
      return pte(this.page(to, 2 + random.below(2)), V);
    }
    // Mostly to a page of the role that the index names, so that tables behind it stay tables.
    const named = index - this.#first;
    const kept = EVERY_ROLE.includes(named) && !random.oneIn(4) ? named : random.pick(EVERY_ROLE);
    return pte(this.page(to, kept), this.#leafFlags(random));
  }

  /** An address of a page whose indices are those in use, mostly. */
  address(random: Random): bigint {
    const high = (): bigint => BigInt(random.pick([2, ...COORDINATES]));
    const top = random.oneIn(2) ? 2n : high();
    const last = random.oneIn(8) ? 2 : this.#first + random.below(4);
    const address = ((top << 18n) | (high() << 9n) | BigInt(last)) << 12n;
    if (!random.oneIn(12)) return address;
    // Bits beyond 38 and 40: not canonical, another page of a G-stage root, nowhere.
    return address ^ (1n << BigInt(36 + random.below(28)));
  }
}

/** Superpages of 1 GiB that hold the code. */
function mapCode(root: bigint, common: number, place: (spa: bigint, value: bigint) => void): void {
  const used = V | R | X | A | D | common;
  const host = CODE - CODE_OFFSET;
  const guest = CODE_VIEWS.guest - CODE_OFFSET;
  const entries: readonly (readonly [view: bigint, to: bigint, flags: number])[] = [
    [CODE_VIEWS.user, host, used | U],
    [CODE_VIEWS.supervisor, host, used],
    [CODE_VIEWS.guest, host, used | U],
    [CODE_VIEWS.guestUser, guest, used | U],
    [CODE_VIEWS.guestSupervisor, guest, used],
  ];
  for (const [view, to, flags] of entries) place(root + 8n * (view / GIGABYTE), pte(to, flags));
}

/** The address at which a mode sees the code. */
export function codeView(
  privilege: 'M' | 'S' | 'U',
  virtual: boolean,
  { satp, vsatp, hgatp }: { readonly satp: bigint; readonly vsatp: bigint; readonly hgatp: bigint },
): bigint {
  const isUser = privilege === 'U';
  if (privilege === 'M' || (virtual ? vsatp === 0n && hgatp === 0n : satp === 0n)) return CODE;
  if (!virtual || hgatp === 0n) return isUser ? CODE_VIEWS.user : CODE_VIEWS.supervisor;
  if (vsatp === 0n) return CODE_VIEWS.guest;
  return isUser ? CODE_VIEWS.guestUser : CODE_VIEWS.guestSupervisor;
}
