/** What a snapshot holds of a virtqueue. */
import { type Declaration, declare, since } from '#base/state/declare';
import { bool, exactly, integer, u32, words } from '#base/state/types';

export interface VirtqueueState {
  readonly size: number;
  readonly ready: boolean;
  readonly indirect: boolean;
  readonly eventIndex: boolean;
  readonly packed: boolean;
  /** Low and high halves of the rings' addresses as the driver wrote them. */
  readonly registers: Uint32Array;
  /** The addresses that are in use since the queue is ready. */
  readonly descriptors: number;
  readonly available: number;
  readonly used: number;
  readonly broken: boolean;
  /** Chains that were taken, and those that were given back. */
  readonly taken: number;
  readonly completed: number;
  /** Of a packed ring: the next descriptor to look at, and the next to use; entry, and lap in bit 15. */
  readonly availableAt: number;
  readonly usedAt: number;
  /** The rings are pinned. */
  readonly pinned: boolean;
  /** It could not be served before a page is there. */
  readonly waits: boolean;
}
export const VIRTQUEUE: Declaration<VirtqueueState> = declare('virtqueue', {
  size: u32,
  ready: bool,
  indirect: bool,
  eventIndex: since(7, bool, false),
  packed: since(8, bool, false),
  registers: words(exactly(6)),
  descriptors: integer,
  available: integer,
  used: integer,
  broken: bool,
  taken: u32,
  completed: u32,
  availableAt: since(8, u32, 0),
  usedAt: since(8, u32, 0),
  pinned: bool,
  waits: bool,
});
