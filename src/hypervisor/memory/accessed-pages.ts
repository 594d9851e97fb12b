/** Which pages of a VM were accessed, and which were written, as the A and D bits of its G-stage leaves say. */

import { PTE_A, PTE_D } from '#machine/page-tables/page-table-entry';
import type { AddressSpace } from './address-space.ts';
import { NotedPages } from './noted-pages.ts';

/** Who wants to know of accesses; a bit each. */
export const FOR_POLICY = 1;
export const FOR_SAMPLES = 2;
/** Only while somebody does. */
export const FOR_RECORDER = 4;
export const FOR_AGES = 8;

/** Who wants to know of writes: who decides which page goes (since the page came), and while there is one, the dirty log. */
export const FOR_SWAP = 1;
export const FOR_LOG = 2;

export function accessedPages(space: AddressSpace): NotedPages {
  return new NotedPages(space, PTE_A, FOR_POLICY | FOR_SAMPLES, FOR_RECORDER);
}
export function writtenPages(space: AddressSpace): NotedPages {
  return new NotedPages(space, PTE_D, FOR_SWAP);
}
