/**
 * One port of a switch: the link to an endpoint, and the queue of frames that are on their way to it.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bool, bytes, integer, list, text, upTo } from '#base/state/types';
import { NS_PER_S, NS_PER_US, type VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, zeroCounters } from '#machine/devices/counters';
import { MAX_FRAME_BYTES, WIRE_OVERHEAD_BYTES } from './ether-frame.ts';
import { PORT_COUNTERS, type PortCounter } from './metrics.ts';

/** What is plugged into a port; a frame is valid only during the call. */
export interface PortEndpoint {
  receive(frame: Uint8Array): void;
}

/** The modelled link. */
const LINK_BITS_PER_SECOND = 1_000_000_000;
export const LINK_DELAY_NS: VirtualNs = 10 * NS_PER_US;
/** Frames that may be on their way to one endpoint. */
export const PORT_QUEUE_LIMIT = 256;

/** How long a frame occupies the wire. */
export function wireTimeNs(frameBytes: number): VirtualNs {
  return ((frameBytes + WIRE_OVERHEAD_BYTES) * 8 * NS_PER_S) / LINK_BITS_PER_SECOND;
}

export interface PortState {
  readonly name: string;
  readonly up: boolean;
  readonly busyUntil: VirtualNs;
  /** Frames on their way to the endpoint. */
  readonly queue: readonly Uint8Array[];
  readonly counters: Counters<PortCounter>;
}
export const PORT: Declaration<PortState> = declare('switch port', {
  name: text(256),
  up: bool,
  busyUntil: integer,
  queue: list(bytes(upTo(MAX_FRAME_BYTES)), upTo(PORT_QUEUE_LIMIT)),
  counters: countersState('switch port', PORT_COUNTERS),
});

export class SwitchPort {
  readonly index: number;
  readonly name: string;
  readonly endpoint: PortEndpoint;
  readonly counters: Counters<PortCounter> = zeroCounters(PORT_COUNTERS);
  up = true;
  /** Until when frames already queued occupy the wire. */
  #busyUntil: VirtualNs = 0;
  #queue: Uint8Array[] = [];

  constructor(index: number, name: string, endpoint: PortEndpoint) {
    this.index = index;
    this.name = name;
    this.endpoint = endpoint;
  }

  /** Frames on their way to the endpoint. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Accepts a frame for the endpoint: the instant at which it arrives, or -1 when it was dropped. Keeps `frame`. */
  enqueue(frame: Uint8Array, now: VirtualNs): VirtualNs {
    if (!this.up) {
      this.counters.droppedLinkDown += 1;
      return -1;
    }
    if (this.#queue.length >= PORT_QUEUE_LIMIT) {
      this.counters.droppedQueueFull += 1;
      return -1;
    }
    this.#queue.push(frame);
    this.#busyUntil = Math.max(this.#busyUntil, now) + wireTimeNs(frame.length);
    return this.#busyUntil + LINK_DELAY_NS;
  }

  /** The oldest frame arrives. */
  deliver(): void {
    const frame = this.#queue.shift();
    if (frame === undefined) return;
    this.counters.framesOut += 1;
    this.counters.bytesOut += frame.length;
    this.endpoint.receive(frame);
  }

  /** What is on its way is lost. */
  clearQueue(): void {
    this.#queue = [];
    this.#busyUntil = 0;
  }

  capture(): PortState {
    const { name, up, counters } = this;
    return { name, up, counters, busyUntil: this.#busyUntil, queue: this.#queue };
  }

  restore({ name, up, busyUntil, queue, counters }: PortState): void {
    if (name !== this.name) throw new SnapshotFormatError(`port ${this.index} was ${JSON.stringify(name)}`);
    this.up = up;
    this.#busyUntil = busyUntil;
    this.#queue = [...queue];
    Object.assign(this.counters, counters);
  }
}
