/**
 * Where frames of a host's switches can be heard on their way: capture, trace and animation listen here. A tap sees and changes
 * nothing: what hears is no part of the host's state. While nobody listens, it costs the comparison of a number.
 */
import type { VirtualNs } from '#base/virtual-time';

/**
 * Points of a frame's way through one switch: it came through the stages of the port that it came from; the switch found the
 * ports that it leaves by (none: the switch keeps it, or a part of it does); it waits for the wire to an endpoint; it is there. Or
 * its way ended.
 */
export type TapPoint = 'accepted' | 'decided' | 'queued' | 'delivered' | 'dropped';

/** One frame at one point. */
export interface TappedFrame {
  readonly point: TapPoint;
  readonly switch: string;
  /** The port's number: where it came from (`accepted`, `decided`, `dropped` inwards), or where it goes. */
  readonly port: number;
  readonly at: VirtualNs;
  /** Valid during the call only. */
  readonly bytes: Uint8Array;
  readonly domain: number;
  /**
   * Frames that came in one after the other have numbers one after the other: what becomes of one bears its number. 0: it came in
   * before anybody listened; less: a part of the switch sends it.
   */
  readonly number: number;
  /** `queued`: when it will be there. */
  readonly due?: VirtualNs;
  /** `decided`: the ports that it leaves by, and why by these. */
  readonly to?: readonly number[];
  readonly why?: Decision;
  /** `dropped`: on its way from the endpoint (`in`), in the switch, or on its way to an endpoint (`out`). */
  readonly direction?: 'in' | 'switch' | 'out';
  /** `dropped`: the stage, or the part of the switch, and which of its counters says why; `queue` alone when the cable was pulled. */
  readonly stage?: string;
  readonly reason?: string;
}

/** Why a frame leaves by the ports that it leaves by. */
export type Decision =
  /** The forwarding table names the port. */
  | 'known'
  /** To a group, or to an address that the table does not know: by all ports. */
  | 'group'
  | 'unknown'
  /** The destination lies behind the port that it came from; or is that of the next bridge alone. */
  | 'same-port'
  | 'link-local'
  /** A part of the switch said so, whose name is `stage`. */
  | 'part';

/** Hears frames, in order. May change nothing of the host. */
export type FrameListener = (frame: TappedFrame) => void;

/** The listeners of a host's switches. */
export class FrameTap {
  readonly #listeners: FrameListener[] = [];
  #last = 0;

  /** True while somebody listens: nobody else makes a `TappedFrame`. */
  get isOn(): boolean {
    return this.#listeners.length > 0;
  }

  /** Listens from now on; the result ends that. */
  listen(listener: FrameListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const at = this.#listeners.indexOf(listener);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  /** The number of a frame that comes in. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  tell(frame: TappedFrame): void {
    for (const listener of this.#listeners) listener(frame);
  }
}
