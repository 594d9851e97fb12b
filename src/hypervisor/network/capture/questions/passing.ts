/**
 * Frames that switches have handed to what hangs at their ports, for a picture of what passes: where each came in and where it went, when,
 * and what it is. Who asks looks on, which changes no state (`captures.ts`). All are counted, and up to a bound all are told.
 */
import * as v from 'valibot';
import { dissect } from '#base/packets/dissect';
import { summaryOf } from '#base/packets/summary';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../../questions/question.ts';
import { whole } from '../../../shapes/values.ts';
import type { CaptureRing, SeenFrame } from '../capture-ring.ts';

interface Args {
  /** The serial of the first point that is new to whoever asks: `next` of the answer before. */
  readonly from?: number;
  /** At most so many. */
  readonly count?: number;
}

/** One frame that one port has delivered. */
export interface PassingFrame {
  /** Of its delivery, in what was heard. */
  readonly serial: number;
  /** The same for all deliveries of a frame by its switch; 0 or less: a part of the switch sent it, or its beginning was not heard. */
  readonly frame: number;
  readonly switch: string;
  /** The port that it came in by, where that was heard. */
  readonly from?: string;
  readonly to: string;
  /** When it came into the switch, when it was put before the wire, and when it was there. */
  readonly cameAt: VirtualNs;
  readonly leftAt: VirtualNs;
  readonly at: VirtualNs;
  readonly length: number;
  /** As packets are listed. */
  readonly protocol: string;
  readonly info: string;
}

export interface Passing {
  /** By instant of their delivery. Where there are more than were asked for, from all of the time evenly. */
  readonly frames: readonly PassingFrame[];
  /** All deliveries since somebody looks on. */
  readonly delivered: number;
  readonly next: number;
}

const MOST_FRAMES = 500;

export const passing: Question<'passing', Args, Passing> = defineQuestion({
  id: 'passing',
  text: {
    en: 'frames that switches have delivered since somebody looks on: from which port to which, when, and what they are',
    zh: '自有人观看起交换机交付的帧：从哪个端口到哪个端口、何时、是什么',
  },
  arguments: {
    from: v.exactOptional(whole({ least: 1, most: Number.MAX_SAFE_INTEGER })),
    count: v.exactOptional(whole({ least: 1, most: MOST_FRAMES })),
  },
  ask: ({ from = 1, count = MOST_FRAMES }, host) =>
    ok(passingOf(host.network.captures.lookOn(), from, count)),
});

/** What a ring tells of deliveries from a serial on. */
export function passingOf(ring: CaptureRing, from: number, count: number): Passing {
  const came = new Map<number, SeenFrame>();
  const left = new Map<string, VirtualNs>();
  const all: SeenFrame[] = [];
  for (const seen of ring.from(1)) {
    if (seen.point === 'accepted') came.set(seen.frame, seen);
    // A copy goes after it, by the same port.
    else if (seen.point === 'queued' && !left.has(legOf(seen))) left.set(legOf(seen), seen.at);
    else if (seen.point === 'delivered' && seen.serial >= from) all.push(seen);
  }
  const told = Math.min(count, all.length);
  const frames = Array.from({ length: told }, (_, index): PassingFrame => {
    const seen = all[Math.floor((index * all.length) / told)]!;
    const { serial, frame, at, switch: name, portName: to, length, bytes } = seen;
    const entry = frame > 0 ? came.get(frame) : undefined;
    const leftAt = (frame === 0 ? undefined : left.get(legOf(seen))) ?? at;
    const { protocol, info } = summaryOf(dissect(bytes));
    return {
      ...{ serial, frame, switch: name, to, leftAt, at, length, protocol, info },
      ...(entry === undefined ? {} : { from: entry.portName }),
      cameAt: entry?.at ?? leftAt,
    };
  });
  return { frames, delivered: ring.counts.delivered.frames, next: ring.next };
}

/** A frame on its way to one port. */
function legOf({ frame, port }: SeenFrame): string {
  return `${frame} ${port}`;
}
