/**
 * The way of frames through a host: from the card that sent one through the stages of its port, the decision of the switch, the ports
 * that it left by and the cards that have it, or where its way ended and why. From what a capture of the whole host has kept.
 */
import * as v from 'valibot';
import { parseFilter } from '#base/packets/filter';
import { ok, type Result } from '#base/result';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Host } from '../../../host.ts';
import { defineQuestion, type Question } from '../../../questions/question.ts';
import { whole } from '../../../shapes/values.ts';
import { type CaptureRing, isBeginning, type SeenFrame } from '../capture-ring.ts';
import { CAPTURE_NAME, FILTER_TEXT, meantBy } from './capture.ts';

interface Args {
  /** Of the capture. */
  readonly name: string;
  readonly filter?: string;
  /** The frame of this number, from the card that sent it on; without, frames that the filter means. */
  readonly frame?: number;
  /** The one that passed this port at this instant, into the switch or out of it: so the way goes on at the other end of a link. */
  readonly port?: string;
  readonly at?: VirtualNs;
  readonly direction?: 'in' | 'out';
  /** Not before this serial of the capture: the next frame that comes is the first at or after it. */
  readonly from?: number;
  readonly count?: number;
}

/** What happens at a step. `sent`: a card has put it into its queue of frames to send; `received`: a card has got it. */
export type StepKind = 'sent' | SeenFrame['point'] | 'received';

export interface TraceStep {
  readonly at: VirtualNs;
  readonly kind: StepKind;
  readonly switch: string;
  readonly portName: string;
  /** The card at the port. */
  readonly vm?: string;
  readonly card?: number;
  /** Stages of the port that a frame passes on this way, in order. */
  readonly stages?: readonly string[];
  readonly domain?: number;
  readonly why?: SeenFrame['why'];
  readonly to?: readonly string[];
  readonly due?: VirtualNs;
  readonly direction?: SeenFrame['direction'];
  readonly stage?: string;
  readonly reason?: string;
}

export interface Trace {
  /** Of the first point that was seen. */
  readonly serial: number;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly steps: readonly TraceStep[];
}

export interface TraceAnswer {
  readonly traces: readonly Trace[];
  /** The serial of the next frame that will be seen. */
  readonly next: number;
}

const MOST_TRACES = 16;
/** Points of one frame: a broadcast has two for each port that it leaves by. */
const MOST_STEPS = 512;
const MOST_LOOKED_AT = 20_000;
/** No stage holds a frame for longer than this: what comes later is not its way. */
const MOST_SILENCE_NS = 20 * NS_PER_S;
/** Switches that one frame is followed through. */
const MOST_SWITCHES = 16;

export const trace: Question<'trace', Args, TraceAnswer> = defineQuestion({
  id: 'trace',
  text: {
    en: 'the way of frames that a display filter means: cards, stages of ports, decisions of switches, and where it ended',
    zh: '显示过滤式所指的帧走过的路：网卡、端口各级、交换机的决定，以及在何处结束',
  },
  arguments: {
    name: CAPTURE_NAME,
    frame: v.exactOptional(whole({ least: 1, most: Number.MAX_SAFE_INTEGER })),
    port: v.exactOptional(v.pipe(v.string(), v.maxLength(256))),
    at: v.exactOptional(whole({ least: 0, most: Number.MAX_SAFE_INTEGER })),
    direction: v.exactOptional(v.picklist(['in', 'out'])),
    filter: v.exactOptional(FILTER_TEXT),
    from: v.exactOptional(whole({ least: 1, most: Number.MAX_SAFE_INTEGER })),
    count: v.exactOptional(whole({ least: 1, most: MOST_TRACES })),
  },
  ask(
    { name, frame, port, at, direction = 'in', filter = '', from = 1, count = 1 },
    host,
  ): Result<TraceAnswer> {
    const found = host.network.captures.find(name);
    if (!found.ok) return found;
    const ring = found.value;
    const parsed = parseFilter(filter);
    if (!parsed.ok) return parsed;
    const traces: Trace[] = [];
    const taken = new Set<number>();
    const number =
      port === undefined || at === undefined ? frame : passedAt(ring, port, at, direction)?.frame;
    if (port !== undefined && number === undefined) return ok({ traces, next: ring.next });
    if (number !== undefined) {
      const first = firstOf(ring, number);
      if (first !== undefined) traces.push(traceOf(ring, first, taken, host));
      return ok({ traces, next: ring.next });
    }
    const means = meantBy(parsed.value, ring);
    for (const first of ring.from(from, MOST_LOOKED_AT)) {
      if (traces.length >= count) break;
      if (first.frame === 0 || taken.has(first.frame)) continue;
      if (first.point !== 'accepted' && first.point !== 'dropped') continue;
      if (means(first)) traces.push(traceOf(ring, first, taken, host));
    }
    return ok({ traces, next: ring.next });
  },
});

/** It comes into a switch, or would have. */
function isEntry({ point, direction }: SeenFrame): boolean {
  return point === 'accepted' || (point === 'dropped' && direction === 'in');
}

/** What passed a port at an instant: a wire carries one frame at a time. */
function passedAt(
  ring: CaptureRing,
  port: string,
  at: VirtualNs,
  direction: 'in' | 'out',
): SeenFrame | undefined {
  for (const seen of ring.from(1))
    if (seen.portName === port && seen.at === at && seen.frame > 0)
      if (direction === 'in' ? isEntry(seen) : seen.point === 'delivered') return seen;
  return undefined;
}

/** Where a frame was first seen: in an earlier switch where a cable brought it from there. */
function firstOf(ring: CaptureRing, frame: number): SeenFrame | undefined {
  let first = seenFirst(ring, frame);
  for (let switches = 1; switches < MOST_SWITCHES && first !== undefined; switches++) {
    const before = broughtBy(ring, first);
    if (before === undefined || before.frame === 0) break;
    first = seenFirst(ring, before.frame) ?? first;
  }
  return first;
}
function seenFirst(ring: CaptureRing, frame: number): SeenFrame | undefined {
  for (const seen of ring.from(1)) if (seen.frame === frame) return seen;
  return undefined;
}
/** The last delivery before it that can have been the same frame. */
function broughtBy(ring: CaptureRing, first: SeenFrame): SeenFrame | undefined {
  let found: SeenFrame | undefined;
  for (const seen of ring.from(1)) {
    if (seen.serial >= first.serial) break;
    // Both ends of a cable between switches have its name.
    if (seen.point === 'delivered' && seen.portName === first.portName && goesOn(seen, first)) found = seen;
  }
  return found;
}

/** All points of a frame, in further switches too: what a switch delivers to the end of a cable comes in at the other. */
function traceOf(ring: CaptureRing, first: SeenFrame, taken: Set<number>, host: Host): Trace {
  const steps: TraceStep[] = [];
  const frames = new Set([first.frame]);
  const leaving: SeenFrame[] = [];
  let last = first.at;
  for (const point of ring.from(first.serial, MOST_LOOKED_AT)) {
    if (steps.length >= MOST_STEPS || point.at > last + MOST_SILENCE_NS) break;
    if (!frames.has(point.frame)) {
      if (!isEntry(point) || frames.size >= MOST_SWITCHES) continue;
      if (!leaving.some((left) => goesOn(left, point))) continue;
      frames.add(point.frame);
    }
    last = point.at;
    taken.add(point.frame);
    steps.push(...stepsOf(point, host));
    if (point.point === 'delivered' && cardOf(point, host) === undefined) leaving.push(point);
  }
  return { serial: first.serial, bytes: first.bytes, length: first.length, steps };
}

/** A frame that left one switch by a cable comes into another at the same instant or later, with the same bytes. */
function goesOn(left: SeenFrame, came: SeenFrame): boolean {
  return (
    left.switch !== came.switch &&
    came.at >= left.at &&
    left.bytes.length === came.bytes.length &&
    isBeginning(left.bytes, came.bytes)
  );
}

function cardOf(seen: SeenFrame, host: Host): { readonly vm: string; readonly card: number } | undefined {
  const card = host.network.cardAt(seen.switch, seen.port);
  const vm = host.vms().find(({ slot }) => slot === card?.slot);
  return card === undefined || vm === undefined ? undefined : { vm: vm.spec.name, card: card.card };
}

function stepsOf(seen: SeenFrame, host: Host): TraceStep[] {
  const { at, point, switch: name, portName, domain } = seen;
  const card = cardOf(seen, host);
  const place = { at, switch: name, portName, ...card };
  const port = host.network.switches.get(name)?.ports.find(({ index }) => index === seen.port);
  const inwards = isEntry(seen);
  const stages =
    point === 'decided' || point === 'delivered'
      ? undefined
      : port?.stages
          .filter(({ stage }) => (inwards ? stage.ingress : stage.egress) !== undefined)
          .map(({ id }) => id);
  const step: TraceStep = {
    ...place,
    kind: point,
    domain,
    ...(stages === undefined ? {} : { stages }),
    ...(seen.why === undefined ? {} : { why: seen.why }),
    ...(seen.to === undefined ? {} : { to: seen.to.map((each) => each.name) }),
    ...(seen.due === undefined ? {} : { due: seen.due }),
    ...(seen.direction === undefined ? {} : { direction: seen.direction }),
    ...(seen.stage === undefined ? {} : { stage: seen.stage }),
    ...(seen.reason === undefined ? {} : { reason: seen.reason }),
  };
  const sent: TraceStep[] = inwards && card !== undefined ? [{ ...place, kind: 'sent' }] : [];
  const received: TraceStep[] =
    point === 'delivered' && card !== undefined ? [{ ...place, kind: 'received' }] : [];
  return [...sent, step, ...received];
}
