/** One port of a spanning tree: the variables of 802.1D-2004, 17.19, where timers are the instants at which they end. */
import { type Declaration, declare } from '#base/state/declare';
import { bool, integer, oneOf, text, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { TIMES, type Times, VECTOR, type Vector } from './vectors.ts';

export type TreeRole = 'disabled' | 'root' | 'designated' | 'alternate' | 'backup';
export type PortTreeState = 'discarding' | 'learning' | 'forwarding';

/** What a snapshot holds of a port: as it is between two events. */
export interface TreePortState {
  readonly index: number;
  readonly name: string;
  /** Something hangs there, the link is up, and it is not shut. */
  isEnabled: boolean;
  /** A BPDU came from who is no switch. */
  isShut: boolean;
  /** No bridge is behind it. */
  isEdge: boolean;
  role: TreeRole;
  learn: boolean;
  forward: boolean;
  agree: boolean;
  agreed: boolean;
  proposing: boolean;
  proposed: boolean;
  sync: boolean;
  synced: boolean;
  reRoot: boolean;
  isDisputed: boolean;
  /** Whose the information is that it has. */
  info: 'disabled' | 'aged' | 'mine' | 'received';
  vector: Vector;
  times: Times;
  /** Its neighbour speaks the protocol of 802.1D-2004. */
  isRapid: boolean;
  /** Of the topology's changes: none are seen here, they would be, they are. */
  watch: 'inactive' | 'learning' | 'active';
  changeAck: boolean;
  /** Something is to be said. */
  isNews: boolean;
  sentLately: number;
  /** One BPDU less was sent lately. */
  sentLessAt: VirtualNs;
  forwardAt: VirtualNs;
  recentRootUntil: VirtualNs;
  recentBackupUntil: VirtualNs;
  changeUntil: VirtualNs;
  infoUntil: VirtualNs;
  helloAt: VirtualNs;
  edgeAt: VirtualNs;
  migrateUntil: VirtualNs;
}
export const TREE_PORT: Declaration<TreePortState> = declare<TreePortState>('port of a tree', {
  ...{ index: u32, name: text(256), isEnabled: bool, isShut: bool, isEdge: bool },
  role: oneOf('disabled', 'root', 'designated', 'alternate', 'backup'),
  ...{ learn: bool, forward: bool, agree: bool, agreed: bool, proposing: bool, proposed: bool },
  ...{ sync: bool, synced: bool, reRoot: bool, isDisputed: bool },
  info: oneOf('disabled', 'aged', 'mine', 'received'),
  ...{ vector: VECTOR, times: TIMES, isRapid: bool },
  watch: oneOf('inactive', 'learning', 'active'),
  ...{ changeAck: bool, isNews: bool, sentLately: u32, sentLessAt: integer },
  ...{ forwardAt: integer, recentRootUntil: integer, recentBackupUntil: integer, changeUntil: integer },
  ...{ infoUntil: integer, helloAt: integer, edgeAt: integer, migrateUntil: integer },
});

/** What holds of a port while an event is worked off, and what follows from settings. */
export interface TreePort extends TreePortState {
  cost: number;
  /** Priority and number, as vectors have it. */
  id: number;
  isBridged: boolean;
  /** The role that the tree gives it, and what it would say of it. */
  selected: TreeRole;
  designated: Vector;
  isToUpdate: boolean;
  heardChange: boolean;
  heardNotice: boolean;
  heardAck: boolean;
  spreadChange: boolean;
}

/** A port as it begins. */
export function newPort(index: number, name: string, now: VirtualNs, vector: Vector, times: Times): TreePort {
  return {
    ...{ index, name, isEnabled: false, isShut: false, isEdge: false, role: 'disabled' },
    ...{ learn: false, forward: false, agree: false, agreed: false, proposing: false, proposed: false },
    ...{ sync: false, synced: true, reRoot: false, isDisputed: false, info: 'disabled', vector, times },
    ...{ isRapid: true, watch: 'inactive', changeAck: false, isNews: false, sentLately: 0, sentLessAt: now },
    ...{ forwardAt: now, recentRootUntil: now, recentBackupUntil: now, changeUntil: now },
    ...{ infoUntil: now, helloAt: now, edgeAt: now, migrateUntil: now },
    ...{ cost: 1, id: 0, isBridged: false, selected: 'disabled', designated: vector, isToUpdate: false },
    ...{ heardChange: false, heardNotice: false, heardAck: false, spreadChange: false },
  };
}

/** What a snapshot holds of it. */
export function stateOf(port: TreePort): TreePortState {
  const { cost: _c, id: _i, isBridged: _b, selected: _s, designated: _d, isToUpdate: _u, ...others } = port;
  const { heardChange: _h, heardNotice: _n, heardAck: _a, spreadChange: _p, ...state } = others;
  return state;
}

export function stateNamed({ learn, forward }: TreePortState): PortTreeState {
  if (forward) return 'forwarding';
  return learn ? 'learning' : 'discarding';
}
