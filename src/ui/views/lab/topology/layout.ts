/** Where the nodes of the topology stand: keys, sizes, the frames of hosts, what is saved. Plain numbers, no React. */
import type { HostDescription } from '#bridge/protocol/answers';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export type Positions = Readonly<Record<string, Point>>;

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Sizes of the nodes in the drawing's units. */
export const NODE_SIZE = {
  vm: { width: 232, height: 104 },
  switch: { width: 168, height: 58 },
  /** What hangs at switches and is no VM. */
  appliance: { width: 168, height: 58 },
  /** A host of which only a summary is shown. */
  folded: { width: 280, height: 104 },
} as const;

/** Room between a host's frame and what is in it; the top has its title. */
export const HOST_PADDING = { side: 24, top: 54, bottom: 24 } as const;
/** An empty host is still something to see and to drop on. */
export const EMPTY_HOST = { width: 320, height: 180 } as const;

/** Key of a node. A switch and a VM of one host may have the same name, so a switch's says what it is. */
export function vmKey(host: string, vm: string): string {
  return `${host}/${vm}`;
}
export function switchKey(host: string, name: string): string {
  return `${host}/switch:${name}`;
}

export function applianceKey(host: string, name: string): string {
  return `${host}/appliance:${name}`;
}

export interface Member {
  readonly key: string;
  readonly width: number;
  readonly height: number;
}

/** What hangs at switches, and at which. */
export interface Station extends Member {
  readonly switches: readonly string[];
}

/** VMs and appliances of a host, in the order in which they were created. */
export function stationsOf({ name, vms, appliances = [] }: HostDescription): Station[] {
  return [
    ...vms.map(({ spec }) => ({
      ...{ key: vmKey(name, spec.name), ...NODE_SIZE.vm },
      switches: spec.nics.map((nic) => nic.switch),
    })),
    ...appliances.map(({ spec, ports }) => ({
      ...{ key: applianceKey(name, spec.name), ...NODE_SIZE.appliance },
      switches: ports.map((port) => port.switch),
    })),
  ];
}

/** Nodes of one host with their sizes. */
export function membersOf(host: HostDescription): Member[] {
  return [
    ...stationsOf(host),
    ...host.switches.map((name) => ({ key: switchKey(host.name, name), ...NODE_SIZE.switch })),
  ];
}

/** Positions as a scenario saves them: whole numbers, so that links stay short. */
export function savedPositions(positions: Positions): Positions {
  return Object.fromEntries(
    Object.entries(positions).map(([key, at]) => [key, { x: Math.round(at.x), y: Math.round(at.y) }]),
  );
}

/** A host's frame: around everything that is in it, or some of that. */
export function hostBox(
  host: HostDescription,
  positions: Positions,
  some: readonly Member[] = membersOf(host),
): Box {
  const at = positions[host.name] ?? { x: 0, y: 0 };
  const members = some.map((member) => ({ ...member, ...(positions[member.key] ?? at) }));
  if (members.length === 0) return { ...at, ...EMPTY_HOST };
  const x = Math.min(...members.map((member) => member.x)) - HOST_PADDING.side;
  const y = Math.min(...members.map((member) => member.y)) - HOST_PADDING.top;
  const right = Math.max(...members.map((member) => member.x + member.width)) + HOST_PADDING.side;
  const bottom = Math.max(...members.map((member) => member.y + member.height)) + HOST_PADDING.bottom;
  return { x, y, width: Math.max(right - x, EMPTY_HOST.width), height: bottom - y };
}

/** Positions after a host has been moved: everything in it moves along. */
export function moveHost(host: HostDescription, positions: Positions, by: Point): Positions {
  const moved: Record<string, Point> = { ...positions };
  for (const key of [host.name, ...membersOf(host).map((member) => member.key)]) {
    const at = positions[key];
    if (at !== undefined) moved[key] = { x: at.x + by.x, y: at.y + by.y };
  }
  return moved;
}

/** Do two boxes touch, with so much room around each? */
export function overlaps(one: Box, other: Box, gap = 0): boolean {
  return (
    one.x < other.x + other.width + gap &&
    other.x < one.x + one.width + gap &&
    one.y < other.y + other.height + gap &&
    other.y < one.y + one.height + gap
  );
}
