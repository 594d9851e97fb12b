/** What a snapshot holds of an emulated card: its registers and descriptors, which of these come next, and its own memory. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare, since } from '#base/state/declare';
import { bool, bytes, exactly, optional, u8, u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { NET_COUNTERS, type NetCounter } from '../card/metrics.ts';
import { type Counters, countersState, namesOf } from '../counters.ts';
import { DESCRIPTOR_COUNT, PACKET_MEMORY_SIZE, REGISTERS_SIZE } from './sizes.ts';

export interface EthocState {
  readonly registers: Uint32Array;
  /** Two words each. */
  readonly descriptors: Uint32Array;
  /** The descriptors whose turn it is. */
  readonly sendNext: number;
  readonly receiveNext: number;
  /** A frame to send is on its way into memory. */
  readonly waiting: boolean;
  /** It sends on in so long, when its way to memory is free; nothing of a card without such a way. */
  readonly sendsInNs: VirtualNs | undefined;
  /** The address that it has after a reset. */
  readonly mac: Uint8Array;
  readonly linkUp: boolean;
  readonly phyControl: number;
  /** Nothing of a card whose frames lie in memory. */
  readonly packets: Uint8Array;
  readonly counters: Counters<NetCounter>;
}

export const ETHOC: Declaration<EthocState> = declare<EthocState>('ethernet card', {
  registers: words(exactly(REGISTERS_SIZE / 4)),
  descriptors: words(exactly(2 * DESCRIPTOR_COUNT)),
  sendNext: u8,
  receiveNext: u8,
  waiting: bool,
  sendsInNs: since(12, optional(deadline), undefined),
  mac: bytes(exactly(6)),
  linkUp: bool,
  phyControl: u32,
  packets: bytes(upTo(PACKET_MEMORY_SIZE)),
  counters: countersState('ethernet card', namesOf(NET_COUNTERS)),
});
