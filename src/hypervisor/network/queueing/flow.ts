/** Frames that wait one behind the other, and what a discipline notes of them: their part of a round, and how long they wait. */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { bool, bytes, integer, list, type Type, u32, upTo, written } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { MOST_WAITING } from '../ether-frame.ts';
import type { Transit } from '../stages/stage.ts';

/** A frame that waits: the transit as it came. */
export type WaitingFrame = Readonly<Transit>;

/** Queues that one discipline can have. */
const MOST_FLOWS = MOST_WAITING;

/** What the control law of CoDel remembers of a queue (RFC 8289, section 5.3). */
export interface DelayState {
  /** From when on waiting was too long, and an interval more; 0: it is not. */
  readonly firstAboveAt: VirtualNs;
  readonly dropNextAt: VirtualNs;
  readonly count: number;
  readonly lastCount: number;
  readonly isDropping: boolean;
}
export const DELAY_STATE: Declaration<DelayState> = declare<DelayState>('control of delay', {
  ...{ firstAboveAt: integer, dropNextAt: integer, count: integer, lastCount: integer, isDropping: bool },
});
export const NO_DELAY: DelayState = {
  ...{ firstAboveAt: 0, dropNextAt: 0, count: 0, lastCount: 0, isDropping: false },
};

/** What a state holds of a frame that waits. */
interface WaitingState {
  readonly since: VirtualNs;
  readonly domain: number;
  readonly priority: number;
  readonly from: number;
  readonly bytes: Uint8Array;
}
export const WAITING_FRAME: Type<WaitingFrame> = written(
  declare<WaitingState>('waiting frame', {
    ...{ since: integer, domain: u32, priority: u32, from: integer },
    bytes: bytes(upTo(LIMITS.etherFrameBytes.most)),
  }),
  ({ since, domain, priority, from, bytes: kept }) => ({ since, domain, priority, from, bytes: kept }),
  (saved) => ({ ...saved, group: 0, at: saved.since, number: 0 }),
);

export interface FlowState {
  /** What its frames have in common: a class, a port, a conversation. */
  readonly key: number;
  /** Bytes that it may still send in this round. */
  readonly credit: number;
  /** It has not had its first round yet. */
  readonly isNew: boolean;
  readonly delay: DelayState;
  readonly frames: readonly WaitingFrame[];
}
export const FLOW: Declaration<FlowState> = declare<FlowState>('flow', {
  ...{ key: u32, credit: integer, isNew: bool, delay: DELAY_STATE },
  frames: list(WAITING_FRAME, upTo(MOST_WAITING)),
});
export const FLOWS: Type<readonly FlowState[]> = list(FLOW, upTo(MOST_FLOWS));

export class Flow {
  readonly key: number;
  credit = 0;
  isNew = false;
  delay: DelayState = NO_DELAY;
  #frames: WaitingFrame[] = [];
  #bytes = 0;

  constructor(key: number) {
    this.key = key;
  }

  /** Frames in it, the first to go first; read-only to callers. */
  get frames(): readonly WaitingFrame[] {
    return this.#frames;
  }
  get length(): number {
    return this.#frames.length;
  }
  /** Of all its frames. */
  get bytes(): number {
    return this.#bytes;
  }
  /** Of the frame whose turn it is; 0 when there is none. */
  get nextBytes(): number {
    return this.#frames[0]?.bytes.length ?? 0;
  }

  put(frame: WaitingFrame): void {
    this.#frames.push(frame);
    this.#bytes += frame.bytes.length;
  }
  /** The one that waits longest. */
  first(): WaitingFrame | undefined {
    return this.#gone(this.#frames.shift());
  }
  /** The one that came last. */
  last(): WaitingFrame | undefined {
    return this.#gone(this.#frames.pop());
  }
  #gone(frame: WaitingFrame | undefined): WaitingFrame | undefined {
    this.#bytes -= frame?.bytes.length ?? 0;
    return frame;
  }

  capture(): FlowState {
    const { key, credit, isNew, delay } = this;
    return { key, credit, isNew, delay, frames: this.#frames };
  }
  static restored({ key, credit, isNew, delay, frames }: FlowState): Flow {
    const flow = new Flow(key);
    Object.assign(flow, { credit, isNew, delay });
    for (const frame of frames) flow.put(frame);
    return flow;
  }
}
