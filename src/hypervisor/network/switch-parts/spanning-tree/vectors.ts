/** Priority vectors and times of a spanning tree (802.1D-2004, 17.5 and 17.6): the least vector is the best. */
import { type Declaration, declare } from '#base/state/declare';
import { integer, u32 } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';

/** A bridge: its priority, then its address. */
export interface BridgeId {
  readonly priority: number;
  readonly mac: number;
}
/** The root that somebody knows, how far it is, and by which bridge and which of its ports. */
export interface Vector {
  readonly root: BridgeId;
  readonly cost: number;
  readonly bridge: BridgeId;
  readonly port: number;
}
/** What the root says of times, and how old that is. */
export interface Times {
  readonly ageNs: VirtualNs;
  readonly maxAgeNs: VirtualNs;
  readonly helloNs: VirtualNs;
  readonly forwardDelayNs: VirtualNs;
}

const BRIDGE: Declaration<BridgeId> = declare('bridge', { priority: u32, mac: integer });
export const VECTOR: Declaration<Vector> = declare('priority vector', {
  ...{ root: BRIDGE, cost: integer, bridge: BRIDGE, port: u32 },
});
export const TIMES: Declaration<Times> = declare('times of a tree', {
  ...{ ageNs: integer, maxAgeNs: integer, helloNs: integer, forwardDelayNs: integer },
});

export function compareBridges(a: BridgeId, b: BridgeId): number {
  return a.priority - b.priority || a.mac - b.mac;
}
/** Less than zero where the first is better. */
export function compareVectors(a: Vector, b: Vector): number {
  return (
    compareBridges(a.root, b.root) || a.cost - b.cost || compareBridges(a.bridge, b.bridge) || a.port - b.port
  );
}
export function isSameTimes(a: Times, b: Times): boolean {
  return (
    a.ageNs === b.ageNs &&
    a.maxAgeNs === b.maxAgeNs &&
    a.helloNs === b.helloNs &&
    a.forwardDelayNs === b.forwardDelayNs
  );
}

const between = (least: number, value: number, most: number): number =>
  Math.max(least, Math.min(value, most));
/** Times as a neighbour says them, within what 802.1D-2004 (table 17-1) allows: nobody can make us wait for ever, or not at all. */
export function plausible({ ageNs, maxAgeNs, helloNs, forwardDelayNs }: Times): Times {
  return {
    ageNs,
    maxAgeNs: between(6 * NS_PER_S, maxAgeNs, 40 * NS_PER_S),
    helloNs: between(NS_PER_S, helloNs, 10 * NS_PER_S),
    forwardDelayNs: between(4 * NS_PER_S, forwardDelayNs, 30 * NS_PER_S),
  };
}
