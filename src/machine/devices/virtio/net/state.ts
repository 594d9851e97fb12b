/** What a snapshot holds of a network card; its address and link are in the configuration space. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since } from '#base/state/declare';
import { bytes, exactly, optional, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { NET_COUNTERS, type NetCounter } from '../../card/metrics.ts';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import type { Merged } from './offload/merger.ts';
import { CONFIG_SIZE, LARGEST_PACKET } from './registers.ts';

/** A packet that grows, and how long it still waits for more. */
export interface HeldPacket extends Merged {
  readonly leftNs: VirtualNs;
}

export interface NetState {
  readonly config: Uint8Array;
  readonly held: HeldPacket | undefined;
  readonly counters: Counters<NetCounter>;
}

export const NET: Declaration<NetState> = declare<NetState>('virtio net', {
  config: bytes(exactly(CONFIG_SIZE)),
  held: since(
    8,
    optional(
      declare<HeldPacket>('held packet', {
        ...{ packet: bytes(upTo(LARGEST_PACKET)), pieces: u32, pieceSize: u32, leftNs: deadline },
      }),
    ),
    undefined,
  ),
  counters: countersState('virtio net', namesOf(NET_COUNTERS)),
});
