/** What a capture has kept, page by page, of what a display filter lets through. */
import * as v from 'valibot';
import { putFacts } from '#base/packets/conversations/put-facts';
import { dissect } from '#base/packets/dissect';
import { asksForStreams, FILTER_LENGTH, type Filter, parseFilter } from '#base/packets/filter';
import { matches } from '#base/packets/filter-match';
import { ok, type Result } from '#base/result';
import { NS_PER_S } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../../questions/question.ts';
import type { Shape } from '../../../shapes/parse.ts';
import { NAME, whole } from '../../../shapes/values.ts';
import type { CaptureRing, SeenFrame } from '../capture-ring.ts';
import { LOOKING_ON } from '../captures.ts';
import { factsOf } from '../stream-facts.ts';
import { type CaptureStatus, statusOf } from './captures.ts';

interface Args {
  readonly name: string;
  /** The serial of the first; what was kept longest unless said. */
  readonly from?: number;
  readonly count?: number;
  readonly filter?: string;
  /** Every point of a frame's way, instead of its coming in, its delivery, or its end. */
  readonly points?: boolean;
}

export interface CapturePage extends CaptureStatus {
  readonly frames: readonly SeenFrame[];
  /** Where to go on. */
  readonly next: number;
}

/** Of one answer. */
const MOST_FRAMES = 1000;
const MOST_BYTES = 1 << 20;
/** Looked at for one answer, where a filter lets few through. */
const MOST_LOOKED_AT = 20_000;

/** Of a capture, or what was heard for whoever looks on. */
export const CAPTURE_NAME: Shape<string> = v.union([v.literal(LOOKING_ON), NAME]) as Shape<string>;
export const FILTER_TEXT: Shape<string> = v.pipe(v.string(), v.maxLength(FILTER_LENGTH));

export const capture: Question<'capture', Args, CapturePage> = defineQuestion({
  id: 'capture',
  text: {
    en: 'frames that a capture has kept, from a number on, of what a display filter lets through',
    zh: '一个捕获保留的帧：从某个序号起，经显示过滤式筛选',
  },
  arguments: {
    name: CAPTURE_NAME,
    from: v.exactOptional(whole({ least: 1, most: Number.MAX_SAFE_INTEGER })),
    count: v.exactOptional(whole({ least: 1, most: MOST_FRAMES })),
    filter: v.exactOptional(FILTER_TEXT),
    points: v.exactOptional(v.boolean()),
  },
  ask({ name, from = 1, count = MOST_FRAMES, filter = '', points = false }, host): Result<CapturePage> {
    const ring = host.network.captures.find(name);
    if (!ring.ok) return ring;
    const parsed = parseFilter(filter);
    if (!parsed.ok) return parsed;
    return ok({
      ...statusOf(ring.value),
      ...pageOf(ring.value, from, count, { filter: parsed.value, points }),
    });
  },
});

function pageOf(
  ring: CaptureRing,
  from: number,
  count: number,
  { filter, points }: { readonly filter: Filter | undefined; readonly points: boolean },
): Pick<CapturePage, 'frames' | 'next'> {
  const frames: SeenFrame[] = [];
  const means = meantBy(filter, ring);
  let [bytes, looked, next] = [0, 0, from];
  for (const seen of ring.from(from, MOST_LOOKED_AT)) {
    if (frames.length >= count || bytes >= MOST_BYTES) break;
    looked += 1;
    next = seen.serial + 1;
    if (!points && (seen.point === 'decided' || seen.point === 'queued')) continue;
    if (!means(seen)) continue;
    frames.push(seen);
    bytes += seen.bytes.length;
  }
  return { frames, next: looked === 0 ? Math.min(from, ring.next) : next };
}

/** Whether a filter means a frame of a capture; without a filter it means all. */
export function meantBy(filter: Filter | undefined, ring: CaptureRing): (seen: SeenFrame) => boolean {
  if (filter === undefined) return () => true;
  const { since = 0 } = ring;
  const facts = asksForStreams(filter) ? factsOf(ring) : undefined;
  return ({ bytes, serial, length, at, portName, domain }) => {
    const packet = dissect(bytes);
    putFacts(packet, facts?.get(serial));
    return matches(filter, {
      ...{ packet, number: serial, length, seconds: (at - since) / NS_PER_S },
      ...{ port: portName, domain },
    });
  };
}
