/**
 * When and where a packet that passed a switch is drawn: in over the link of its sender, out over that of its receiver. On the screen the
 * way takes a while even where it took microseconds; what a packet waited, and what the wire took, is drawn as long as it was where that is longer.
 * Who answers what has come is drawn when that is drawn as having come. Plain data, no React.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { HostDescription, PassingFrame } from '#bridge/protocol/answers';
import { linkOfPort, type PortLink } from './legs.ts';

/** A packet on its way over the graph. */
export interface Dot {
  readonly key: string;
  readonly host: number;
  readonly frame: PassingFrame;
  /** The link that it comes by, where that is its sender's own; a cable between switches was drawn by the one before. */
  readonly by: string | undefined;
  readonly to: PortLink;
  /** Key of the switch's host, and its name. */
  readonly switch: string;
  /** It is at the sender, at the switch, leaves the switch, is there. */
  readonly times: readonly [VirtualNs, VirtualNs, VirtualNs, VirtualNs];
  /** Another copy is drawn on the way in. */
  readonly isCopy: boolean;
}

/** Where a dot is: on a link, from 0 at the station or the sending switch; or nowhere. */
export interface DotPlace {
  readonly edge: string;
  readonly isOut: boolean;
  readonly part: number;
}

interface Arrival {
  readonly at: VirtualNs;
  readonly drawnAt: VirtualNs;
  /** The switch. */
  readonly sentBy: string;
}
/** Arrivals over one link that are remembered. */
const MOST_ARRIVALS = 16;
/** Who would be drawn so many ways later than it was is drawn at once. */
const MOST_LATE = 3;
/** Frames of which it is known that their way in is drawn. */
const MOST_KNOWN = 512;

export class Schedule {
  readonly #arrivals = new Map<string, Arrival[]>();
  readonly #drawnIn = new Set<string>();

  /**
   * @param now what is shown now
   * @param leastNs what a way takes on the screen at least
   * @returns undefined where a port hangs at nothing that is known
   */
  add(
    host: number,
    description: HostDescription,
    frame: PassingFrame,
    now: VirtualNs,
    leastNs: VirtualNs,
  ): Dot | undefined {
    const to = linkOfPort(description, frame.to);
    if (to === undefined) return undefined;
    const from = frame.from === undefined ? undefined : linkOfPort(description, frame.from);
    const by = from?.isStation === true ? from.edge : undefined;
    const way = by === undefined ? leastNs : leastNs / 2;
    const place = `${host} ${frame.switch}`;
    // Over a cable between switches it comes in where it was drawn to; from a station, when what that has got is drawn.
    const begin = Math.max(frame.cameAt, now);
    const came = from === undefined ? begin : this.#drawn(from, place, frame.cameAt);
    const start = came - begin > MOST_LATE * leastNs ? begin : Math.max(begin, came);
    const atSwitch = by === undefined ? start : start + way;
    const leaves = Math.max(atSwitch, start + (frame.leftAt - frame.cameAt));
    const there = leaves + Math.max(way, frame.at - frame.leftAt);
    this.#note(to.edge, { at: frame.at, drawnAt: there, sentBy: place });
    const group = `${place} ${frame.frame}`;
    const isCopy = frame.frame > 0 && this.#drawnIn.has(group);
    this.#drawnIn.add(group);
    if (this.#drawnIn.size > MOST_KNOWN) this.#drawnIn.delete(this.#drawnIn.values().next().value ?? '');
    return {
      key: `${host} ${frame.serial}`,
      ...{ host, frame, by, to, isCopy, switch: frame.switch, times: [start, atSwitch, leaves, there] },
    };
  }

  /** When what came over a link before a frame left from its end is drawn as having come. */
  #drawn({ edge, isStation }: PortLink, place: string, cameAt: VirtualNs): VirtualNs {
    let latest = 0;
    for (const { at, drawnAt, sentBy } of this.#arrivals.get(edge) ?? [])
      if (at <= cameAt && (isStation || sentBy !== place)) latest = Math.max(latest, drawnAt);
    return latest;
  }

  #note(edge: string, arrival: Arrival): void {
    const all = this.#arrivals.get(edge) ?? [];
    all.push(arrival);
    if (all.length > MOST_ARRIVALS) all.shift();
    this.#arrivals.set(edge, all);
  }
}

/** Where a packet is at a time; nowhere before and after, and while another copy stands for it. */
export function placeOf({ by, to, times, isCopy }: Dot, now: VirtualNs): DotPlace | undefined {
  const [start, atSwitch, leaves, there] = times;
  if (now < start || now >= there) return undefined;
  if (now >= leaves) return { edge: to.edge, isOut: true, part: (now - leaves) / (there - leaves) };
  if (isCopy) return undefined;
  if (by === undefined) return { edge: to.edge, isOut: true, part: 0 };
  return { edge: by, isOut: false, part: now >= atSwitch ? 1 : (now - start) / (atSwitch - start) };
}

/** So many of a list, evenly. */
export function some<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]!);
}
