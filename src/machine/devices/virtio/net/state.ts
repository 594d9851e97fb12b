/** What a snapshot holds of a network card; its address and link are in the configuration space. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since } from '#base/state/declare';
import { bytes, exactly, optional, u8, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { NET_COUNTERS, type NetCounter } from '../../card/metrics.ts';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { ALL_FRAMES, FILTER, type FilterState } from './filter.ts';
import type { Merged } from './offload/merger.ts';
import { CONFIG_LIVE_SIZE, CONFIG_SIZE, LARGEST_PACKET } from './registers.ts';
import { STEERING_SIZE } from './steering.ts';

/** A packet that grows, and how long it still waits for more. */
export interface HeldPacket extends Merged {
  readonly leftNs: VirtualNs;
}

export interface NetState {
  readonly config: Uint8Array;
  readonly held: HeldPacket | undefined;
  readonly filter: FilterState;
  /** Pairs of queues in use, and which one a flow's frames go to. */
  readonly pairs: number;
  readonly steering: Uint8Array;
  readonly counters: Counters<NetCounter>;
}

export const NET: Declaration<NetState> = declare<NetState>('virtio net', {
  // Older ones end behind what may change.
  config: bytes({ least: CONFIG_LIVE_SIZE, most: CONFIG_SIZE }),
  held: since(
    8,
    optional(
      declare<HeldPacket>('held packet', {
        ...{ packet: bytes(upTo(LARGEST_PACKET)), pieces: u32, pieceSize: u32, leftNs: deadline },
      }),
    ),
    undefined,
  ),
  filter: since(8, FILTER, ALL_FRAMES),
  pairs: since(8, u8, 1),
  steering: since(8, bytes(exactly(STEERING_SIZE)), new Uint8Array(STEERING_SIZE)),
  counters: countersState('virtio net', namesOf(NET_COUNTERS), { since: 8, names: ['filteredIn'] }),
});
