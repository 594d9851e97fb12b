/**
 * The way of frames through a host: from the card that sent one through the stages of its port, the decision of the switch, the ports
 * that it left by and the cards that have it, or where its way ended and why. From what a capture of the whole host has kept.
 */
import * as v from 'valibot';
import { parseFilter } from '#base/packets/filter';
import { ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../../host.ts';
import { defineQuestion, type Question } from '../../../questions/question.ts';
import { NAME, whole } from '../../../shapes/values.ts';
import type { SeenFrame } from '../capture-ring.ts';
import { FILTER_TEXT, isMeant } from './capture.ts';

interface Args {
  /** Of the capture. */
  readonly name: string;
  readonly filter?: string;
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
/** Switches that one frame is followed through. */
const MOST_SWITCHES = 16;

export const trace: Question<'trace', Args, TraceAnswer> = defineQuestion({
  id: 'trace',
  text: {
    en: 'the way of frames that a display filter means: cards, stages of ports, decisions of switches, and where it ended',
    zh: '显示过滤式所指的帧走过的路：网卡、端口各级、交换机的决定，以及在何处结束',
  },
  arguments: {
    name: NAME,
    filter: v.exactOptional(FILTER_TEXT),
    from: v.exactOptional(whole({ least: 1, most: Number.MAX_SAFE_INTEGER })),
    count: v.exactOptional(whole({ least: 1, most: MOST_TRACES })),
  },
  ask({ name, filter = '', from = 1, count = 1 }, host): Result<TraceAnswer> {
    const ring = host.network.captures.find(name);
    if (!ring.ok) return ring;
    const parsed = parseFilter(filter);
    if (!parsed.ok) return parsed;
    const seen = [...ring.value.from(from)].slice(0, MOST_LOOKED_AT);
    const traces: Trace[] = [];
    const taken = new Set<number>();
    for (const [index, first] of seen.entries()) {
      if (traces.length >= count) break;
      if (first.frame === 0 || taken.has(first.frame)) continue;
      if (first.point !== 'accepted' && first.point !== 'dropped') continue;
      if (parsed.value !== undefined && !isMeant(parsed.value, first)) continue;
      traces.push(traceOf(seen, index, taken, host));
    }
    return ok({ traces, next: ring.value.next });
  },
});

/** All points of a frame, in further switches too: what a switch delivers to the end of a cable comes in at the other. */
function traceOf(seen: readonly SeenFrame[], index: number, taken: Set<number>, host: Host): Trace {
  const first = seen[index]!;
  const steps: TraceStep[] = [];
  const frames = new Set([first.frame]);
  const leaving: SeenFrame[] = [];
  for (const point of seen.slice(index)) {
    if (steps.length >= MOST_STEPS) break;
    if (!frames.has(point.frame)) {
      const isNext = point.point === 'accepted' || (point.point === 'dropped' && point.direction === 'in');
      if (!isNext || frames.size >= MOST_SWITCHES || !leaving.some((left) => goesOn(left, point))) continue;
      frames.add(point.frame);
    }
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
    left.bytes.every((byte, index) => byte === came.bytes[index])
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
  const inwards = point === 'accepted' || (point === 'dropped' && seen.direction === 'in');
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
