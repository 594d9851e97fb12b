/** What a person sees of a spanning tree at one switch. */
import type { VirtualNs } from '#base/virtual-time';
import { formatMac } from '../../ether-frame.ts';
import type { SpanningTree } from './tree.ts';
import { type PortTreeState, stateNamed, type TreePort, type TreeRole } from './tree-port.ts';
import type { BridgeId } from './vectors.ts';

/** A bridge as people know it: `32768/02:4e:…`. */
const textOf = ({ priority, mac }: BridgeId): string => `${priority}/${formatMac(mac)}`;

export interface TreePortView {
  readonly port: number;
  readonly name: string;
  readonly role: TreeRole;
  readonly state: PortTreeState;
  readonly cost: number;
  /** Priority and number: of two ways that are equal otherwise the least is taken. */
  readonly priority: number;
  readonly number: number;
  /** No bridge is behind it. */
  readonly edge: boolean;
  /** A BPDU came from who is no switch, and the port is shut until its cable is pulled and plugged in again. */
  readonly shut: boolean;
  /** It asks its neighbour whether it may forward at once. */
  readonly proposing: boolean;
  /** The bridge that speaks on this cable, and how far from it the root is. */
  readonly designated: string;
  readonly designatedCost: number;
  /** When the port forwards if nobody agrees before; when what the neighbour said is void. */
  readonly forwardsInNs?: VirtualNs;
  readonly agesInNs?: VirtualNs;
}
export interface TreeView {
  readonly bridge: string;
  readonly root: string;
  readonly isRoot: boolean;
  /** How far the root is, and the port that leads there. */
  readonly cost: number;
  readonly rootPort?: string;
  readonly helloNs: VirtualNs;
  readonly maxAgeNs: VirtualNs;
  readonly forwardDelayNs: VirtualNs;
  readonly changedAgoNs?: VirtualNs;
  readonly ports: readonly TreePortView[];
}

export function treeView(tree: SpanningTree, now: VirtualNs): TreeView {
  const { bridge, root, rootPort, rootTimes, changedAt, helloNs } = tree;
  return {
    ...{ bridge: textOf(bridge), root: textOf(root.root), isRoot: rootPort === undefined, cost: root.cost },
    ...(rootPort === undefined ? {} : { rootPort: rootPort.name }),
    ...{ helloNs, maxAgeNs: rootTimes.maxAgeNs },
    forwardDelayNs: rootTimes.forwardDelayNs,
    ...(changedAt < 0 ? {} : { changedAgoNs: now - changedAt }),
    ports: tree.ports.map((port) => portView(port, now)),
  };
}

function portView(port: TreePort, now: VirtualNs): TreePortView {
  const waits = !port.forward && (port.role === 'root' || port.role === 'designated');
  return {
    ...{ port: port.index, name: port.name, role: port.role, state: stateNamed(port) },
    ...{ cost: port.cost, priority: (port.id >> 12) << 4, number: port.id & 0xfff },
    ...{ edge: port.isEdge, shut: port.isShut, proposing: port.proposing },
    ...{ designated: textOf(port.vector.bridge), designatedCost: port.vector.cost },
    ...(waits && port.forwardAt > now ? { forwardsInNs: port.forwardAt - now } : {}),
    ...(port.info === 'received' ? { agesInNs: Math.max(0, port.infoUntil - now) } : {}),
  };
}
