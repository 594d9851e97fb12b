/** Where the nodes of the topology stand: what was saved, and for the rest a layered layout. Plain numbers, no React. */
import dagre from '@dagrejs/dagre';
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';

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
} as const;

/** Room between a host's frame and what is in it; the top has its title. */
const HOST_PADDING = { side: 24, top: 54, bottom: 24 } as const;
const HOST_GAP = 80;
/** An empty host is still something to see and to drop on. */
const EMPTY_HOST = { width: 320, height: 180 } as const;

/** Key of a node. A switch and a VM of one host may have the same name, so a switch's says what it is. */
export function vmKey(host: string, vm: string): string {
  return `${host}/${vm}`;
}
export function switchKey(host: string, name: string): string {
  return `${host}/switch:${name}`;
}

/** Nodes of one host with their sizes. */
function membersOf(host: HostDescription): { key: string; width: number; height: number }[] {
  return [
    ...host.vms.map((vm) => ({ key: vmKey(host.name, vm.spec.name), ...NODE_SIZE.vm })),
    ...host.switches.map((name) => ({ key: switchKey(host.name, name), ...NODE_SIZE.switch })),
  ];
}

/** From this many VMs on a host they stand above and below their switches: one long row would be too small to read. */
const TWO_ROWS_FROM = 4;

/** A layered layout of everything: VMs around the switches that join them, hosts side by side. */
export function layOut(lab: LabDescription): Positions {
  const positions: Record<string, Point> = {};
  let left = 0;
  for (const host of lab.hosts) {
    const graph = new dagre.graphlib.Graph();
    graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 84 });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const { key, width, height } of membersOf(host)) graph.setNode(key, { width, height });
    const above = host.vms.length < TWO_ROWS_FROM ? host.vms.length : Math.ceil(host.vms.length / 2);
    host.vms.forEach((vm, index) => {
      for (const nic of vm.spec.nics) {
        const ends = [vmKey(host.name, vm.spec.name), switchKey(host.name, nic.switch)] as const;
        if (index < above) graph.setEdge(ends[0], ends[1]);
        else graph.setEdge(ends[1], ends[0]);
      }
    });
    dagre.layout(graph);
    let right = left + EMPTY_HOST.width;
    const placed = inOrder(
      membersOf(host).map((member) => ({ ...member, ...(graph.node(member.key) as Point) })),
    );
    for (const { key, width, height, x, y } of placed) {
      const at = left + HOST_PADDING.side + x - width / 2;
      positions[key] = { x: at, y: HOST_PADDING.top + y - height / 2 };
      right = Math.max(right, at + width + HOST_PADDING.side);
    }
    positions[host.name] = { x: left, y: 0 };
    left = right + HOST_GAP;
  }
  return positions;
}

/** The same places, but the nodes of a row from left to right in the order in which they were created. */
function inOrder<T extends Point>(nodes: readonly T[]): T[] {
  return nodes.map((node) => {
    const row = nodes.filter((other) => other.y === node.y);
    const places = row.map((other) => other.x).sort((one, other) => one - other);
    return { ...node, x: places[row.indexOf(node)] ?? node.x };
  });
}

/** Under this key a layout of old has the place of a switch, unless a VM has the name: then it is the VM's. */
function oldKey(key: string, laidOut: Positions): string {
  const old = key.replace('/switch:', '/');
  return old in laidOut ? key : old;
}

/** Saved positions where there are some, laid out ones for the rest. */
export function positionsOf(lab: LabDescription, saved: Positions): Positions {
  const laidOut = layOut(lab);
  return Object.fromEntries(
    Object.entries(laidOut).map(([key, at]) => [key, saved[key] ?? saved[oldKey(key, laidOut)] ?? at]),
  );
}

/** Positions as a scenario saves them: whole numbers, so that links stay short. */
export function savedPositions(positions: Positions): Positions {
  return Object.fromEntries(
    Object.entries(positions).map(([key, at]) => [key, { x: Math.round(at.x), y: Math.round(at.y) }]),
  );
}

/** A host's frame: around everything that is in it. */
export function hostBox(host: HostDescription, positions: Positions): Box {
  const at = positions[host.name] ?? { x: 0, y: 0 };
  const members = membersOf(host).map((member) => ({ ...member, ...(positions[member.key] ?? at) }));
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
