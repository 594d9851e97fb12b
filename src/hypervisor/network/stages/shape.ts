/**
 * A limit to what goes to an endpoint: frames wait until the rate has room for them. Where a discipline stands before it, that one keeps them
 * until then, and says who is next; else they wait here, in order.
 */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { BUCKET, type BucketState, type TokenBucket } from '../../io/limits/token-bucket.ts';
import { MOST_WAITING, PORT_QUEUE_LIMIT } from '../ether-frame.ts';
import { FLOW, Flow, type FlowState, type WaitingFrame } from '../queueing/flow.ts';
import { BITS_PER_SECOND, BURST_BYTES, bucketOf } from './rate.ts';
import {
  defineStage,
  type Passage,
  type PortStage,
  type StageKind,
  type StagePort,
  type Transit,
} from './stage.ts';

interface ShapeState {
  readonly bucket: BucketState;
  readonly waiting: FlowState;
}
const SHAPE_STATE: Declaration<ShapeState> = declare('shape', { bucket: BUCKET, waiting: FLOW });

class Shape implements PortStage {
  readonly #bucket: TokenBucket;
  readonly #frames: number;
  readonly #port: StagePort;
  readonly #counters: Record<'noRoom' | 'shaped', number>;
  #waiting = new Flow(0);

  constructor(
    bucket: TokenBucket,
    frames: number,
    port: StagePort,
    counters: Record<'noRoom' | 'shaped', number>,
  ) {
    this.#bucket = bucket;
    this.#frames = frames;
    this.#port = port;
    this.#counters = counters;
  }

  get held(): number {
    return this.#waiting.length;
  }
  heldFrames(): readonly WaitingFrame[] {
    return this.#waiting.frames;
  }
  freeAt(now: VirtualNs): VirtualNs {
    return this.#bucket.readyAt(now);
  }

  egress(frame: Transit): Passage {
    const now = this.#port.now();
    const readyAt = this.#bucket.readyAt(now);
    if (this.held === 0 && readyAt <= now) {
      this.#bucket.take(now, 8 * frame.bytes.length);
      return true;
    }
    if (this.held >= this.#frames) {
      this.#counters.noRoom += 1;
      return false;
    }
    this.#counters.shaped += 1;
    this.#waiting.put({ ...frame });
    if (this.held === 1) this.#port.wakeAt(readyAt);
    return 'held';
  }
  timer(): void {
    const now = this.#port.now();
    if (this.#bucket.readyAt(now) <= now) {
      const frame = this.#waiting.first();
      if (frame !== undefined) {
        this.#bucket.take(now, 8 * frame.bytes.length);
        this.#port.goOn({ ...frame, at: now });
      }
    }
    this.#wish();
  }
  #wish(): void {
    const now = this.#port.now();
    this.#port.wakeAt(this.held === 0 ? Number.POSITIVE_INFINITY : this.#bucket.readyAt(now));
  }

  takeOver(former: PortStage): void {
    if (!(former instanceof Shape)) return;
    this.#waiting = former.#waiting;
    former.#waiting = new Flow(0);
    this.#wish();
  }
  cleared(): void {
    this.#waiting = new Flow(0);
    this.#port.wakeAt(Number.POSITIVE_INFINITY);
  }
  capture(): PartState {
    return partState(SHAPE_STATE, { bucket: this.#bucket.capture(), waiting: this.#waiting.capture() });
  }
  restore(state: PartState): void {
    const { bucket, waiting } = stateIn(SHAPE_STATE, state);
    this.#bucket.restore(bucket);
    this.#waiting = Flow.restored(waiting);
    this.#wish();
  }
}

export const SHAPE: StageKind = defineStage({
  id: 'shape',
  isUsual: false,
  settings: {
    bitsPerSecond: BITS_PER_SECOND,
    burstBytes: BURST_BYTES,
    /** That may wait here. */
    frames: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_WAITING)),
      PORT_QUEUE_LIMIT,
    ),
  },
  counters: [
    { id: 'shaped', unit: 'count', text: { en: 'waited for the rate', zh: '因限速而等待' } },
    { id: 'noRoom', unit: 'count', text: { en: 'too many waited for the rate', zh: '等待限速的帧过多' } },
  ],
  state: SHAPE_STATE,
  create: ({ bitsPerSecond, burstBytes, frames }, port, counters) =>
    new Shape(bucketOf(bitsPerSecond, burstBytes), frames, port, counters),
});
