/** What a snapshot holds of a gateway. */
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type PacketUnderway, UNDERWAY } from './delay-line.ts';
import { LEASES, type Lease } from './dhcp/server.ts';
import { MAPPINGS, type MappingsState } from './nat/mappings.ts';
import { NEIGHBOURS, type NeighboursState } from './neighbours.ts';
import { INCOMPLETE, type IncompletePacket } from './reassembly.ts';
import { CONNECTION, type ConnectionState } from './tcp/connection.ts';
import { MOST_CONNECTIONS } from './tcp/stack.ts';

export interface GatewayState {
  readonly neighbours: NeighboursState;
  /** Number of the next packet that is cut. */
  readonly nextId: number;
  readonly advertiseAt: VirtualNs;
  readonly incomplete: readonly IncompletePacket[];
  readonly leases: readonly Lease[];
  readonly mappings: MappingsState;
  readonly out: readonly PacketUnderway[];
  readonly in: readonly PacketUnderway[];
  readonly connections: readonly ConnectionState[];
}

export const GATEWAY_STATE: Declaration<GatewayState> = declare<GatewayState>('gateway', {
  ...{ neighbours: NEIGHBOURS, nextId: u32, advertiseAt: integer, incomplete: INCOMPLETE },
  ...{ leases: LEASES, mappings: MAPPINGS, out: UNDERWAY, in: UNDERWAY },
  connections: list(CONNECTION, upTo(MOST_CONNECTIONS)),
});
