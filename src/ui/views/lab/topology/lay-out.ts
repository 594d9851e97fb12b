/**
 * The layout of a lab that nobody has arranged: on each host VMs around the switches that join them, hosts side by side. Few VMs
 * stand in layers, as their links ask for; many in blocks of about the shape of a screen, so that they stay readable.
 */
import dagre from '@dagrejs/dagre';
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';
import {
  EMPTY_HOST,
  HOST_PADDING,
  hostBox,
  membersOf,
  moveHost,
  NODE_SIZE,
  type Point,
  type Positions,
  switchKey,
  vmKey,
} from './layout.ts';

const HOST_GAP = 80;
/** Between two VMs, between two rows of them, and between a switch and the row next to it. */
export const GAP = { side: 28, row: 40, rank: 84 } as const;

/** From this many VMs on a host they stand above and below their switches: one long row would be too small to read. */
const TWO_ROWS_FROM = 4;
/** From this many on in blocks. */
const BLOCKS_FROM = 9;

/** Layers: VMs, the switches that join them, further VMs. */
function layered(host: HostDescription): Positions {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: GAP.side, ranksep: GAP.rank });
  graph.setDefaultEdgeLabel(() => ({}));
  const members = membersOf(host);
  for (const { key, width, height } of members) graph.setNode(key, { width, height });
  const above = host.vms.length < TWO_ROWS_FROM ? host.vms.length : Math.ceil(host.vms.length / 2);
  host.vms.forEach((vm, index) => {
    for (const nic of vm.spec.nics) {
      const ends = [vmKey(host.name, vm.spec.name), switchKey(host.name, nic.switch)] as const;
      if (index < above) graph.setEdge(ends[0], ends[1]);
      else graph.setEdge(ends[1], ends[0]);
    }
  });
  dagre.layout(graph);
  const placed = inOrder(members.map((member) => ({ ...member, ...(graph.node(member.key) as Point) })));
  return Object.fromEntries(
    placed.map(({ key, width, height, x, y }) => [key, { x: x - width / 2, y: y - height / 2 }]),
  );
}

/** The same places, but the VMs of a row, and its switches, from left to right in the order in which they were created. */
function inOrder<T extends Point & { readonly width: number }>(nodes: readonly T[]): T[] {
  return nodes.map((node) => {
    const row = nodes.filter((other) => other.y === node.y && other.width === node.width);
    const places = row.map((other) => other.x).sort((one, other) => one - other);
    return { ...node, x: places[row.indexOf(node)] ?? node.x };
  });
}

interface Block {
  readonly width: number;
  readonly height: number;
  /** Within the block. */
  readonly places: Positions;
}

/** VMs in rows above and below what joins them. */
function blockOf(vms: readonly string[], joinedBy: string | undefined): Block {
  const { vm, switch: middle } = NODE_SIZE;
  // As wide as high: a row takes less room upwards than a column sideways.
  const columns = Math.max(
    1,
    Math.ceil(Math.sqrt((vms.length * (vm.height + GAP.row)) / (vm.width + GAP.side))),
  );
  const rows = Math.ceil(vms.length / columns);
  const above = Math.ceil(rows / 2);
  const rowsHigh = (count: number): number => count * (vm.height + GAP.row) - GAP.row;
  const middleY = above === 0 ? 0 : rowsHigh(above) + GAP.rank;
  const belowY = joinedBy === undefined ? rowsHigh(above) + GAP.row : middleY + middle.height + GAP.rank;
  const width = Math.max(columns * (vm.width + GAP.side) - GAP.side, middle.width);
  const places: Record<string, Point> = {};
  vms.forEach((key, index) => {
    const row = Math.floor(index / columns);
    const y = row < above ? row * (vm.height + GAP.row) : belowY + (row - above) * (vm.height + GAP.row);
    places[key] = { x: (index % columns) * (vm.width + GAP.side), y };
  });
  if (joinedBy !== undefined) places[joinedBy] = { x: (width - middle.width) / 2, y: middleY };
  const height =
    rows > above
      ? belowY + rowsHigh(rows - above)
      : joinedBy === undefined
        ? rowsHigh(rows)
        : middleY + middle.height;
  return { width, height, places };
}

/** Boxes in rows, in so many columns that the whole is about as wide as high: the corner of each. */
function packed(sizes: readonly { readonly width: number; readonly height: number }[], gap: number): Point[] {
  const inColumns = (columns: number): { points: Point[]; size: number } => {
    const points: Point[] = [];
    let [x, y, rowHeight, width] = [0, 0, 0, 0];
    sizes.forEach((size, index) => {
      if (index % columns === 0 && index > 0) [x, y, rowHeight] = [0, y + rowHeight + gap, 0];
      points.push({ x, y });
      x += size.width + gap;
      width = Math.max(width, x);
      rowHeight = Math.max(rowHeight, size.height);
    });
    return { points, size: Math.max(width, y + rowHeight) };
  };
  let best = inColumns(Math.max(1, sizes.length));
  // Up to three stand side by side, where the cables between them are easiest to follow.
  for (let columns = sizes.length - 1; sizes.length > 3 && columns > 0; columns--) {
    const next = inColumns(columns);
    if (next.size < best.size) best = next;
  }
  return best.points;
}

/** A block for each switch with the VMs whose first card hangs on it, and one for those without a card. */
function inBlocks(host: HostDescription): Positions {
  const vmsAt = (name: string | undefined): string[] =>
    host.vms.filter((vm) => vm.spec.nics[0]?.switch === name).map((vm) => vmKey(host.name, vm.spec.name));
  const blocks = [...host.switches, undefined].flatMap((name) => {
    const vms = vmsAt(name);
    if (name === undefined) return vms.length === 0 ? [] : [blockOf(vms, undefined)];
    return [blockOf(vms, switchKey(host.name, name))];
  });
  const corners = packed(blocks, GAP.rank);
  return Object.fromEntries(
    blocks.flatMap(({ places }, index) =>
      Object.entries(places).map(([key, { x, y }]) => {
        const corner = corners[index] ?? { x: 0, y: 0 };
        return [key, { x: corner.x + x, y: corner.y + y }];
      }),
    ),
  );
}

/** A layout of everything. */
export function layOut(lab: LabDescription): Positions {
  const hosts = lab.hosts.map((host) => {
    const places = host.vms.length < BLOCKS_FROM ? layered(host) : inBlocks(host);
    const members = Object.values(places);
    const corner: Point =
      members.length === 0
        ? { x: 0, y: 0 }
        : {
            x: Math.min(...members.map(({ x }) => x)) - HOST_PADDING.side,
            y: Math.min(...members.map(({ y }) => y)) - HOST_PADDING.top,
          };
    const positions = { ...places, [host.name]: corner };
    return {
      host,
      positions,
      box: members.length === 0 ? { ...corner, ...EMPTY_HOST } : hostBox(host, positions),
    };
  });
  const corners = packed(
    hosts.map(({ box }) => box),
    HOST_GAP,
  );
  return Object.assign(
    {},
    ...hosts.map(({ host, positions, box }, index) => {
      const corner = corners[index] ?? { x: 0, y: 0 };
      return moveHost(host, positions, { x: corner.x - box.x, y: corner.y - box.y });
    }),
  ) as Positions;
}
