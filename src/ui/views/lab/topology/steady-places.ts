/**
 * Where every node stands now: where it was saved, else where it stood before, else where the layout puts it. What stands keeps
 * its place when a VM comes or goes; what comes looks for a free one.
 */
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';
import { GAP, layOut } from './lay-out.ts';
import {
  type Box,
  HOST_PADDING,
  hostBox,
  type Member,
  membersOf,
  NODE_SIZE,
  overlaps,
  type Point,
  type Positions,
} from './layout.ts';

/** Under this key a layout of old has the place of a switch, unless a VM has the name: then it is the VM's. */
function oldKey(key: string, laidOut: Positions): string {
  const old = key.replace('/switch:', '/');
  return old in laidOut ? key : old;
}

/** The first free place on a host: in the rows and columns that it has, row by row, then below them. */
function freePlace(member: Member, frame: Box, taken: readonly Box[]): Point {
  const pitch = { x: NODE_SIZE.vm.width + GAP.side, y: NODE_SIZE.vm.height + GAP.row };
  const columns = Math.max(1, Math.floor((frame.width - 2 * HOST_PADDING.side + GAP.side) / pitch.x));
  // Each of those that are there can be in the way of four places at most.
  for (let index = 0; index <= 4 * taken.length; index++) {
    const x = frame.x + HOST_PADDING.side + (index % columns) * pitch.x;
    const y = frame.y + HOST_PADDING.top + Math.floor(index / columns) * pitch.y;
    const place = { x, y, width: member.width, height: member.height };
    if (!taken.some((other) => overlaps(place, other, GAP.side / 2))) return { x, y };
  }
  return { x: frame.x + HOST_PADDING.side, y: frame.y + frame.height };
}

/** Places for those of a host that have none yet, beside those that have one. */
function withNew(host: HostDescription, known: Positions): Positions {
  const positions: Record<string, Point> = { ...known };
  const members = membersOf(host);
  const there = members.filter(({ key }) => key in positions);
  const frame = hostBox(host, positions, there);
  const taken: Box[] = there.map((member) => ({ ...member, ...(positions[member.key] as Point) }));
  for (const member of members) {
    if (member.key in positions) continue;
    const place = freePlace(member, frame, taken);
    positions[member.key] = place;
    taken.push({ ...member, ...place });
  }
  return positions;
}

/** The places of all nodes. `stood`: where they were before, if they were. */
export function positionsOf(lab: LabDescription, saved: Positions, stood: Positions = {}): Positions {
  const laidOut = layOut(lab);
  const known: Record<string, Point> = {};
  for (const host of lab.hosts) {
    // A host that stands nowhere yet is laid out whole.
    const isNew = !(host.name in saved || host.name in stood);
    for (const key of [host.name, ...membersOf(host).map((member) => member.key)]) {
      const at =
        saved[key] ?? saved[oldKey(key, laidOut)] ?? stood[key] ?? (isNew ? laidOut[key] : undefined);
      if (at !== undefined) known[key] = at;
    }
  }
  return Object.assign({}, ...lab.hosts.map((host) => withNew(host, known))) as Positions;
}
