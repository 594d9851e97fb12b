/** What a snapshot holds of a router. */
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { NEIGHBOURS, type NeighboursState } from '../gateway/neighbours.ts';
import { INCOMPLETE, type IncompletePacket } from '../gateway/reassembly.ts';
import { MOST_INTERFACES, MOST_ROUTES } from './bounds.ts';

interface InterfaceState {
  readonly neighbours: NeighboursState;
  /** Number of the next packet that is cut. */
  readonly nextId: number;
  readonly advertiseAt: VirtualNs;
}
export interface RouterState {
  readonly interfaces: readonly InterfaceState[];
  /** Of packets to the router itself. */
  readonly incomplete: readonly IncompletePacket[];
  /** By route. */
  readonly packets: readonly number[];
  /** When the next message of a packet that did not arrive would be due, if they came evenly. */
  readonly troubleDue: VirtualNs;
}

const INTERFACE: Declaration<InterfaceState> = declare<InterfaceState>('interface of a router', {
  ...{ neighbours: NEIGHBOURS, nextId: u32, advertiseAt: integer },
});
export const ROUTER_STATE: Declaration<RouterState> = declare<RouterState>('router', {
  interfaces: list(INTERFACE, upTo(MOST_INTERFACES)),
  incomplete: INCOMPLETE,
  packets: list(integer, upTo(MOST_ROUTES + 2 * MOST_INTERFACES)),
  troubleDue: integer,
});
