/** What a snapshot holds of a disk: the request that is being served, and the content. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { integer, optional, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { CHAIN, type ChainState } from '../descriptor-chain.ts';
import { BLOCK_COUNTERS, type BlockCounter } from './metrics.ts';

interface BlockRequestState {
  readonly chain: ChainState;
  readonly type: number;
  /** First byte on the disk; -1 for a sector that no number holds. */
  readonly offset: number;
  /** How long it still takes. */
  readonly dueIn: VirtualNs;
}
export interface BlockState {
  readonly request: BlockRequestState | undefined;
  readonly counters: Counters<BlockCounter>;
  /** The content, by what it lies in. */
  readonly disk: PartState;
}

export const BLOCK: Declaration<BlockState> = declare('virtio block', {
  request: optional(
    declare<BlockRequestState>('block request', {
      chain: CHAIN,
      type: u32,
      offset: integer,
      dueIn: deadline,
    }),
  ),
  counters: countersState('virtio block', namesOf(BLOCK_COUNTERS)),
  disk: part,
});
