/**
 * The states of a page of a memslot: THE table of what an access to such a page needs first. A VM's memory acts by it
 * (hypervisor/memory/address-space.ts); whoever shows pages names them by it. Data only.
 */
import { positionsOf } from './rows.ts';

/**
 * What must be done before an access can be made: nothing, give the page a frame of zeros, give it a frame of its own with
 * the same content, make its content again of what was compressed, begin to bring it back from the swap area, or wait for what is
 * under way already.
 */
export type PageAction = 'use' | 'allocate' | 'copy' | 'decompress' | 'swap-in' | 'wait';

/**
 * A new state is a row here, and a file with the mechanism that brings pages into it. `mapped`: accesses that its G-stage entry
 * allows, less what the hypervisor forbids; none: the entry is invalid. `peek`: what somebody finds who looks without changing
 * anything: its frame, zeros, or nothing, since it is elsewhere. The text of a state is `pageState.<id>`.
 */
export const PAGE_STATES = [
  /** Never touched, or given back: zeros without a frame. */
  {
    id: 'absent',
    mapped: '',
    read: 'allocate',
    write: 'allocate',
    execute: 'allocate',
    peek: 'zeros',
  },
  /** In a frame of its own. */
  {
    id: 'backed',
    mapped: 'rwx',
    read: 'use',
    write: 'use',
    execute: 'use',
    peek: 'frame',
  },
  /** In a frame with other pages of the same content, until one of them is written. */
  {
    id: 'shared',
    mapped: 'rx',
    read: 'use',
    write: 'copy',
    execute: 'use',
    peek: 'frame',
  },
  /** Lent to the host by the guest, which promised not to touch it. */
  {
    id: 'ballooned',
    mapped: '',
    read: 'allocate',
    write: 'allocate',
    execute: 'allocate',
    peek: 'zeros',
  },
  /** In the swap area of the host. */
  {
    id: 'swapped',
    mapped: '',
    read: 'swap-in',
    write: 'swap-in',
    execute: 'swap-in',
    peek: 'elsewhere',
  },
  /** On its way from the swap area: it has its frame, and not yet its content. */
  {
    id: 'arriving',
    mapped: '',
    read: 'wait',
    write: 'wait',
    execute: 'wait',
    peek: 'elsewhere',
  },
  /** In RAM, but compressed: in a part of a frame that the host has for such pages. */
  {
    id: 'compressed',
    mapped: '',
    read: 'decompress',
    write: 'decompress',
    execute: 'decompress',
    peek: 'elsewhere',
  },
] as const;

/** Name of a state. */
export type PageStateId = (typeof PAGE_STATES)[number]['id'];

/** Position of a state in the table: the byte that a memslot holds for a page. */
export const PAGE_STATE: Readonly<Record<PageStateId, number>> = positionsOf(PAGE_STATES);

/** True for a page in a state, by its position, whose content lies in a frame of its own or of several. */
export function hasFrame(state: number): boolean {
  return PAGE_STATES[state]?.peek === 'frame';
}
