/**
 * Kinds of accesses to guest memory and how they end, as numbers: an access ends in the SPA (0 or more) or in one of the
 * negative answers here. Data only.
 */
import { PAGE_STATES, type PageAction } from '#base/catalogue/page-states';
import { PTE_R, PTE_W, PTE_X } from '#machine/page-tables/page-table-entry';

/** Made by the guest, or by a device or the hypervisor on its behalf. */
export const READ = 0;
export const WRITE = 1;
export const EXECUTE = 2;
/** Somebody looks (views, debugger): it changes nothing, neither pages nor A and D. */
export const PEEK = 3;
export type AccessKind = typeof READ | typeof WRITE | typeof EXECUTE | typeof PEEK;

/** The page is not in RAM but will come; which one it is stands in `awaited`. When it comes nobody knows. */
export const WAIT = -1;
/** In no memslot: a device, or nothing. */
export const OUTSIDE = -2;
/** The hypervisor does not allow it. */
export const DENIED = -3;
/** The host has no frame left. */
export const SHORTAGE = -4;
/** Only for {@link PEEK}: zeros, and no frame. */
export const ABSENT = -5;

/** What a memslot notes for a page: what the hypervisor allows now, as bits of a page-table entry. */
export const RIGHTS: number = PTE_R | PTE_W | PTE_X;
/** Beside them: the next write is waited for. W is withheld until it comes, and then given. */
export const WATCHED = 1;
/** The page is in a frame, and its entry has yet to be made: there was no frame for a table. */
export const UNMAPPED = 0x10;

/** By kind: rights of which an access needs one. */
export const NEEDED: readonly number[] = [PTE_R, PTE_W, PTE_X, RIGHTS];

/** By position of a state: what its G-stage entry may allow at most. */
export const MAPPED: readonly number[] = PAGE_STATES.map(({ mapped }) =>
  mapped === '' ? 0 : mapped === 'rx' ? PTE_R | PTE_X : RIGHTS,
);

/** By position of a state, then by kind: what must be done first. */
export const ACTIONS: readonly (readonly PageAction[])[] = PAGE_STATES.map(({ read, write, execute }) => [
  read,
  write,
  execute,
]);
