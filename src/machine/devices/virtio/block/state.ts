/** What a snapshot holds of a disk: the requests that are in flight, and the content. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since, until } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { bool, integer, list, optional, type Type, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { DISK_FAULTS_STATE, type DiskFaultsState } from '../../disk/disk-faults.ts';
import { CHAIN, type ChainState } from '../descriptor-chain.ts';
import { BLOCK_COUNTERS, type BlockCounter } from './metrics.ts';
import { HEADER_SIZE, T_IN, T_OUT } from './registers.ts';

/** The one request that older disks served at a time. */
interface LoneRequestState {
  readonly chain: ChainState;
  readonly type: number;
  /** First byte on the disk; -1 for a sector that no number holds. */
  readonly offset: number;
  /** How long it still takes. */
  readonly dueIn: VirtualNs;
}
export interface BlockRequestState {
  readonly queue: number;
  readonly chain: ChainState;
  readonly type: number;
  readonly offset: number;
  readonly length: number;
  readonly isHeld: boolean;
}
export interface BlockState {
  readonly request?: LoneRequestState;
  /** In the order in which they were taken. */
  readonly requests: readonly BlockRequestState[];
  /** How long there was one in flight without a break. */
  readonly busyForNs: VirtualNs;
  /** What of their way travels with the device. */
  readonly drive: PartState | undefined;
  readonly faults: DiskFaultsState | undefined;
  readonly counters: Counters<BlockCounter>;
  /** The content, by what it lies in. */
  readonly disk: PartState;
}

/** The request of an older disk: a range that was refused has none, and is refused when it is served. */
export function sinceOne({ chain, type, offset }: LoneRequestState): BlockRequestState {
  const all = chain.lengths.reduce((sum, length) => sum + length, 0);
  const readable = chain.lengths.slice(0, chain.readableCount).reduce((sum, length) => sum + length, 0);
  const length = type === T_IN ? all - readable - 1 : type === T_OUT ? readable - HEADER_SIZE : 0;
  return {
    queue: 0,
    chain,
    type,
    isHeld: false,
    ...(offset < 0 ? { offset: 0, length: 0 } : { offset, length }),
  };
}

const MOST_REQUESTS = 2048;

const LONE_REQUEST: Type<LoneRequestState | undefined> = optional(
  declare<LoneRequestState>('block request', { chain: CHAIN, type: u32, offset: integer, dueIn: deadline }),
);

export const BLOCK: Declaration<BlockState> = declare<BlockState>('virtio block', {
  // Where there was none, reading leaves the key out.
  request: until(7, LONE_REQUEST as Type<LoneRequestState>),
  requests: since(
    7,
    list(
      declare<BlockRequestState>('block request in flight', {
        queue: u32,
        chain: CHAIN,
        type: u32,
        offset: integer,
        length: integer,
        isHeld: since(8, bool, false),
      }),
      upTo(MOST_REQUESTS),
    ),
    [],
  ),
  busyForNs: since(7, deadline, 0),
  drive: since(7, optional(part), undefined),
  faults: since(8, optional(DISK_FAULTS_STATE), undefined),
  counters: countersState('virtio block', namesOf(BLOCK_COUNTERS), { since: 7, names: ['discards'] }),
  disk: part,
});
