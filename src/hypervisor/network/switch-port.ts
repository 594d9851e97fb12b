/**
 * One port of a switch: the stages between an endpoint and its switch, and the frames that are on their way to it.
 */
import { LIMITS } from '#base/catalogue/limits';
import type { PortSettings } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { bool, bytes, integer, list, optional, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, zeroCounters } from '#machine/devices/counters';
import { PORT_QUEUE_LIMIT } from './ether-frame.ts';
import { PORT_COUNTERS, type PortCounter } from './metrics.ts';
import type { PlacedStage, StageKind, StagePort, Transit } from './stages/stage.ts';

/** What is plugged into a port; a frame is valid only during the call. */
export interface PortEndpoint {
  receive(frame: Uint8Array): void;
}

/** A frame on its way to the endpoint, which arrives at an instant. */
export interface QueuedFrame {
  readonly at: VirtualNs;
  readonly bytes: Uint8Array;
}
interface CountState {
  readonly name: string;
  readonly value: number;
}
interface StageState {
  readonly id: string;
  readonly counters: readonly CountState[];
  readonly state: PartState | undefined;
}
export interface PortState {
  readonly name: string;
  readonly up: boolean;
  /** Who arrives first stands first. */
  readonly queue: readonly QueuedFrame[];
  readonly counters: Counters<PortCounter>;
  readonly stages: readonly StageState[];
}
export const PORT: Declaration<PortState> = declare('switch port', {
  name: text(256),
  up: bool,
  queue: list(
    declare<QueuedFrame>('queued frame', { at: integer, bytes: bytes(upTo(LIMITS.etherFrameBytes.most)) }),
    upTo(PORT_QUEUE_LIMIT),
  ),
  counters: countersState('switch port', PORT_COUNTERS),
  stages: list(
    declare<StageState>('stage', {
      id: text(64),
      counters: list(declare<CountState>('count', { name: text(64), value: integer }), upTo(64)),
      state: optional(part),
    }),
    upTo(64),
  ),
});

export class SwitchPort implements StagePort {
  readonly index: number;
  readonly name: string;
  readonly endpoint: PortEndpoint;
  readonly counters: Counters<PortCounter> = zeroCounters(PORT_COUNTERS);
  /** In the order in which frames pass them. */
  readonly stages: readonly (PlacedStage & { readonly id: string })[];
  up = true;
  /** Ascending by instant of arrival; those of one instant in the order in which they were sent. */
  #queue: QueuedFrame[] = [];

  constructor(
    index: number,
    name: string,
    endpoint: PortEndpoint,
    kinds: readonly StageKind[],
    settings: PortSettings,
  ) {
    this.index = index;
    this.name = name;
    this.endpoint = endpoint;
    this.stages = kinds
      .filter(({ id, isUsual }) => isUsual || settings[id] !== undefined)
      .map((kind) => ({ id: kind.id, ...kind.create(settings[kind.id] ?? {}, this) }));
  }

  /** Frames on their way to the endpoint. */
  get queued(): number {
    return this.#queue.length;
  }

  /** A frame comes from the endpoint: true when it reaches the switch, as the stages have changed it. */
  admit(frame: Transit): boolean {
    const { length } = frame.bytes;
    for (const { stage } of this.stages)
      if (stage.ingress?.(frame) === false) {
        this.counters.dropped += 1;
        return false;
      }
    this.counters.framesIn += 1;
    this.counters.bytesIn += length;
    return true;
  }

  /** Accepts a frame for the endpoint, which arrives `at` its transit's instant; false when it was dropped. Keeps its bytes. */
  enqueue(frame: Transit): boolean {
    for (const { stage } of this.stages)
      if (stage.egress?.(frame) === false) {
        this.counters.dropped += 1;
        return false;
      }
    // Whatever stages there are, the queue is bounded.
    if (this.#queue.length >= PORT_QUEUE_LIMIT) {
      this.counters.dropped += 1;
      return false;
    }
    const { at, bytes: kept } = frame;
    let place = this.#queue.length;
    while (place > 0 && this.#queue[place - 1]!.at > at) place -= 1;
    this.#queue.splice(place, 0, { at, bytes: kept });
    return true;
  }

  /** The frame whose turn it is arrives. */
  deliver(): void {
    const frame = this.#queue.shift();
    if (frame === undefined) return;
    this.counters.framesOut += 1;
    this.counters.bytesOut += frame.bytes.length;
    this.endpoint.receive(frame.bytes);
  }

  /** What is on its way to the endpoint, the next first. */
  get queue(): readonly QueuedFrame[] {
    return this.#queue;
  }

  /** What is on its way is lost, and other frames are on their way instead, ascending by instant. */
  replaceQueue(frames: readonly QueuedFrame[]): void {
    this.#queue = [...frames];
    for (const { stage } of this.stages) stage.cleared?.();
  }

  capture(): PortState {
    const { name, up, counters } = this;
    const stages = this.stages.map(
      ({ id, stage, counters: counts }): StageState => ({
        id,
        counters: Object.entries(counts).map(([counter, value]) => ({ name: counter, value })),
        state: stage.capture?.(),
      }),
    );
    return { name, up, counters, stages, queue: this.#queue };
  }

  restore({ name, up, queue, counters, stages }: PortState): void {
    if (name !== this.name) throw new SnapshotFormatError(`port ${this.index} was ${JSON.stringify(name)}`);
    if (stages.length !== this.stages.length)
      throw new SnapshotFormatError(`port ${this.index} has other stages`);
    this.up = up;
    this.#queue = [...queue];
    Object.assign(this.counters, counters);
    for (const [index, placed] of this.stages.entries()) this.#restoreStage(placed, stages[index]!);
  }

  #restoreStage({ id, stage, counters }: SwitchPort['stages'][number], saved: StageState): void {
    const hasState = stage.restore !== undefined;
    if (saved.id !== id || hasState !== (saved.state !== undefined))
      throw new SnapshotFormatError(`stage ${JSON.stringify(saved.id)} where ${id} belongs`);
    for (const { name, value } of saved.counters) {
      if (!Object.hasOwn(counters, name))
        throw new SnapshotFormatError(`stage ${id} counts no ${JSON.stringify(name)}`);
      counters[name] = value;
    }
    if (saved.state !== undefined) stage.restore?.(saved.state);
  }
}
