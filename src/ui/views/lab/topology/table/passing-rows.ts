/** Packets that pass, as rows: each once, with where it was seen last. Plain data, no React. */
import { dissect } from '#base/packets/dissect';
import { summaryOf } from '#base/packets/summary';
import type { VirtualNs } from '#base/virtual-time';
import type { SeenFrame } from '#bridge/protocol/answers';

export interface PassingRow {
  readonly key: string;
  readonly host: number;
  /** Of its first point in what was heard. */
  readonly serial: number;
  /** When it was seen first. */
  readonly at: VirtualNs;
  readonly protocol: string;
  readonly info: string;
  readonly switch: string;
  /** The ports that it came by and goes to, by their names. */
  readonly from: string | undefined;
  readonly to: readonly string[];
  /** In the switch, on its way over a wire, there, or lost. */
  readonly where: 'switch' | 'wire' | 'there' | 'lost';
}

/** Rows that are shown: the last ones. */
export const MOST_PASSING = 24;

/** @param points of one host, in order */
export function passingRowsOf(
  host: number,
  points: readonly SeenFrame[],
  now: VirtualNs,
): readonly PassingRow[] {
  const frames = new Map<number, SeenFrame[]>();
  // What parts of the switch say to each other is each by itself.
  for (const seen of points) {
    const key = seen.frame > 0 ? seen.frame : -seen.serial;
    const own = frames.get(key);
    if (own === undefined) frames.set(key, [seen]);
    else own.push(seen);
  }
  return [...frames.values()].slice(-MOST_PASSING).map((own): PassingRow => {
    const [first] = own as [SeenFrame];
    const { protocol, info } = summaryOf(dissect(first.bytes));
    const came = own.find(({ point }) => point === 'accepted');
    const leaves = own.filter(({ point }) => point === 'queued' || point === 'delivered');
    return {
      ...{ key: `${host} ${first.serial}`, host, serial: first.serial, at: first.at, protocol, info },
      ...{
        switch: first.switch,
        from: came?.portName,
        to: [...new Set(leaves.map(({ portName }) => portName))],
      },
      where: whereOf(own, now),
    };
  });
}

function whereOf(own: readonly SeenFrame[], now: VirtualNs): PassingRow['where'] {
  const arrived = new Set(own.filter(({ point }) => point === 'delivered').map(({ port }) => port));
  if (own.some(({ point, port, due = 0 }) => point === 'queued' && !arrived.has(port) && due > now))
    return 'wire';
  if (arrived.size > 0) return 'there';
  if (own.some(({ point }) => point === 'dropped')) return 'lost';
  return own.some(({ point }) => point === 'queued') ? 'wire' : 'switch';
}
