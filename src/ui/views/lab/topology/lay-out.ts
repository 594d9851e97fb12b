/**
 * The layout of a lab that nobody has arranged: on each host VMs and appliances around the switches that join them, hosts side by side. Few VMs
 * stand in layers, as their links ask for; many in blocks of about the shape of a screen, so that they stay readable.
 */
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';
import {
  EMPTY_HOST,
  HOST_PADDING,
  hostBox,
  moveHost,
  NODE_SIZE,
  type Point,
  type Positions,
  type Station,
  stationsOf,
  switchKey,
} from './layout.ts';

const HOST_GAP = 80;
/** Between two VMs, between two rows of them, and between a switch and the row next to it. */
export const GAP = { side: 28, row: 40, rank: 84 } as const;

/** From this many VMs on a host they stand above and below their switches: one long row would be too small to read. */
const TWO_ROWS_FROM = 4;
/** From this many on in blocks. */
const BLOCKS_FROM = 9;

/** Things of one width from left to right: each where it wants its middle to be, or as near as those before it allow; on the whole not shifted. */
function inARow(wanted: readonly number[], width: number): number[] {
  const placed: number[] = [];
  for (const at of wanted)
    placed.push(Math.max(at, (placed.at(-1) ?? Number.NEGATIVE_INFINITY) + width + GAP.side));
  const shift = placed.reduce((sum, at, index) => sum + at - (wanted[index] ?? at), 0) / (placed.length || 1);
  return placed.map((at) => at - shift);
}

/** Layers: VMs, the switches that join them, further VMs and appliances. In each from left to right in the order in which they were created. */
function layered(host: HostDescription): Positions {
  const above = host.vms.length < TWO_ROWS_FROM ? host.vms.length : Math.ceil(host.vms.length / 2);
  const stations = stationsOf(host);
  const rowOf = (members: readonly Station[]) => ({
    ...{ members, at: inARow(Array<number>(members.length).fill(0), NODE_SIZE.vm.width) },
    height: Math.max(0, ...members.map(({ height }) => height)),
  });
  const upper = rowOf(stations.slice(0, above));
  const lower = rowOf(stations.slice(above));
  /** A switch stands in the middle of the cables that end at it. */
  const middleOf = (name: string): number => {
    const ends = [upper, lower].flatMap(({ members, at }) =>
      members.flatMap(({ switches }, index) =>
        switches.flatMap((to) => (to === name ? [at[index] ?? 0] : [])),
      ),
    );
    return ends.reduce((sum, at) => sum + at, 0) / (ends.length || 1);
  };
  const switches = {
    members: host.switches.map((name) => ({ key: switchKey(host.name, name), ...NODE_SIZE.switch })),
    at: inARow(host.switches.map(middleOf), NODE_SIZE.switch.width),
    height: NODE_SIZE.switch.height,
  };
  const places: Record<string, Point> = {};
  let y = 0;
  for (const { members, at, height } of [upper, switches, lower]) {
    members.forEach(({ key, width }, index) => {
      places[key] = { x: (at[index] ?? 0) - width / 2, y };
    });
    if (members.length > 0) y += height + (host.switches.length > 0 ? GAP.rank : GAP.row);
  }
  return places;
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

/** A block for each switch with the VMs and appliances whose first cable ends at it, and one for those without a cable. */
function inBlocks(host: HostDescription): Positions {
  const stations = stationsOf(host);
  const vmsAt = (name: string | undefined): string[] =>
    stations.filter(({ switches }) => switches[0] === name).map(({ key }) => key);
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
