/**
 * What takes longer than an instruction in virtual time: THE table of a hart's modelled costs (those of exits are the hypervisor's). The
 * build renders it as constants for the engine. Data only.
 *
 * The orders of magnitude are those of a server that waits for its memory; each is at least what the engine itself takes for it on
 * a usual machine, so that a guest that does nothing else slows down itself and not the lab.
 */

/** A cost in cycles beyond the one that every instruction takes; a cycle is the time of an instruction. */
export interface Cost {
  readonly name: string;
  readonly cycles: number;
  readonly text: string;
}

export const COSTS: readonly Cost[] = [
  { name: 'WALK_REFERENCE', cycles: 5, text: 'an entry that a walk of page tables reads (10.3.2, 18.5.1)' },
  { name: 'MODE_CHANGE', cycles: 5, text: 'a trap, an interrupt, or the return from one' },
  { name: 'CSR_ACCESS', cycles: 2, text: 'an instruction of Zicsr' },
  {
    name: 'CONTEXT_CHANGE',
    cycles: 5,
    text: 'beyond that: a write to satp, vsatp, hgatp or a status register',
  },
  { name: 'FENCE', cycles: 5, text: 'a fence of address translation' },
  { name: 'FENCE_SEARCH', cycles: 120, text: 'beyond that: one by address where superpages may be cached' },
  { name: 'SPLIT_ACCESS', cycles: 8, text: 'a load or store that lies in two pages' },
  { name: 'CACHE_BLOCK', cycles: 4, text: 'an operation on a cache block (Zicbom, Zicboz)' },
  {
    name: 'RESERVATION_WAIT',
    cycles: 100,
    text: 'a wait for a store to the reservation set (Zawrs): nobody else executes meanwhile, so it ends by itself',
  },
  { name: 'ATOMIC', cycles: 2, text: 'LR, SC or an AMO' },
];
