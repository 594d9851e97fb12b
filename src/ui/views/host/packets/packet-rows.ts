/** Packets as rows of a list: what a capture or a file has, taken apart once, and which of them are shown. */
import { Conversations, seenThere } from '#base/packets/conversations/conversations';
import { putFacts } from '#base/packets/conversations/put-facts';
import { dissect, type Packet } from '#base/packets/dissect';
import type { Filter } from '#base/packets/filter';
import { matches } from '#base/packets/filter-match';
import type { CaptureFile } from '#base/packets/pcapng';
import { weightOf } from '#base/packets/protocols/stream-fields';
import { seenOfFile } from '#base/packets/seen-file';
import { type Summary, summaryOf } from '#base/packets/summary';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { SeenFrame } from '#bridge/protocol/answers';

/** A frame as it was seen, as far as whoever saw it says. */
export type Seen = Pick<SeenFrame, 'serial' | 'frame' | 'at' | 'portName' | 'bytes' | 'length'> &
  Partial<Pick<SeenFrame, 'point' | 'direction' | 'stage' | 'reason' | 'switch' | 'domain'>> & {
    readonly comment?: string;
  };

export interface PacketRow {
  readonly seen: Seen;
  readonly packet: Packet;
  readonly summary: Summary;
  /** Whether its place in its stream is worth a look, and whether that is a bad sign. */
  readonly weight: 'bad' | 'mild' | undefined;
}

/** Rows that the page keeps; older ones go. */
export const MOST_ROWS = 20_000;

/** `once`: of one frame the first point that was seen, and where it ended. */
export type Shown = 'once' | 'ports';

/** @param conversations what came before it in the same capture */
export function rowOf(seen: Seen, conversations: Conversations): PacketRow {
  const packet = dissect(seen.bytes);
  putFacts(packet, conversations.note(packet, seenThere(seen)));
  const tcp = packet.layers.find(({ protocol }) => protocol.id === 'tcp');
  return { seen, packet, summary: summaryOf(packet), weight: tcp === undefined ? undefined : weightOf(tcp) };
}

export function fileRows({ ports, frames }: CaptureFile): PacketRow[] {
  const conversations = new Conversations();
  return seenOfFile({ ports, frames: frames.slice(0, MOST_ROWS) }).map((seen, index) =>
    rowOf({ ...seen, serial: index + 1, frame: 0 }, conversations),
  );
}

/** @param since when the first was seen, which may be gone */
export function shownRows(
  rows: readonly PacketRow[],
  shown: Shown,
  filter: Filter | undefined,
  since: VirtualNs = rows[0]?.seen.at ?? 0,
): readonly PacketRow[] {
  const known = new Set<number>();
  return rows.filter(({ seen, packet }) => {
    if (shown === 'once' && seen.point !== 'dropped' && seen.frame !== 0) {
      if (known.has(seen.frame)) return false;
      known.add(seen.frame);
    }
    if (filter === undefined) return true;
    const seconds = (seen.at - since) / NS_PER_S;
    const { serial, length, portName: port, domain = 0 } = seen;
    return matches(filter, { packet, number: serial, length, seconds, port, domain });
  });
}

/** An arrow of the sequence diagram: a frame from one lane to others. */
export interface Arrow {
  readonly row: PacketRow;
  readonly from: string;
  /** None: it came to nobody that is known. */
  readonly to: readonly string[];
  readonly isDropped: boolean;
}

/** Arrows that are drawn, the last ones. */
export const MOST_ARROWS = 120;

/** Frames as arrows between ports where both ends were seen, else between addresses. */
export function arrowsOf(
  all: readonly PacketRow[],
  shown: readonly PacketRow[],
): { readonly lanes: readonly string[]; readonly arrows: readonly Arrow[] } {
  const points = new Map<number, PacketRow[]>();
  for (const row of all) {
    const { frame } = row.seen;
    if (frame !== 0) points.set(frame, [...(points.get(frame) ?? []), row]);
  }
  const drawn = new Set<number>();
  const arrows: Arrow[] = [];
  for (const row of shown) {
    const { frame, portName } = row.seen;
    const own = points.get(frame) ?? [];
    const came = own.find(({ seen }) => seen.point === 'accepted');
    const to = own.filter(({ seen }) => seen.point === 'delivered').map(({ seen }) => seen.portName);
    const isDropped = own.some(({ seen }) => seen.point === 'dropped');
    if (frame !== 0 && drawn.has(frame)) continue;
    drawn.add(frame);
    const isKnown = came !== undefined && (to.length > 0 || isDropped);
    const { source, destination } = row.summary;
    if (isKnown) arrows.push({ row, from: came.seen.portName, to, isDropped });
    else if (row.seen.point === 'dropped') arrows.push({ row, from: portName, to: [], isDropped: true });
    else arrows.push({ row, from: source, to: [destination], isDropped: false });
  }
  const last = arrows.slice(-MOST_ARROWS);
  return { lanes: [...new Set(last.flatMap(({ from, to }) => [from, ...to]))], arrows: last };
}
