/**
 * The time that the picture of packets shows. It follows the lab's: what the lab has told is played while the next is asked for. Where the
 * lab stands, it stands; where the lab is slow, it is as slow.
 */
import type { VirtualNs } from '#base/virtual-time';

/** What was told is played within this, or within the time between two answers where that is shorter. */
const PLAYED_MS = 500;
/** Of the screen: two answers are never nearer. */
const LEAST_MS = 50;

export class Player {
  /** What is shown now. */
  now: VirtualNs = 0;
  /** Virtual nanoseconds in a millisecond of the screen. */
  speed = 0;
  #until: VirtualNs = 0;
  #toldMs = 0;
  #drawnMs = 0;

  /** The lab is known up to a time. */
  told(at: VirtualNs, nowMs: number): void {
    const isFirst = this.#toldMs === 0;
    // It went back, or was opened anew.
    if (isFirst || at < this.#until) this.now = at;
    else this.now = Math.max(this.now, this.#until);
    const ms = Math.max(LEAST_MS, Math.min(PLAYED_MS, nowMs - this.#toldMs));
    if (at > this.now) this.speed = (at - this.now) / ms;
    this.#until = at;
    this.#toldMs = nowMs;
    this.#drawnMs = nowMs;
  }

  /** A frame of the screen is drawn; @returns the time that it shows */
  drawn(nowMs: number): VirtualNs {
    const ms = Math.max(0, Math.min(PLAYED_MS, nowMs - this.#drawnMs));
    this.#drawnMs = nowMs;
    this.now = Math.min(this.#until, this.now + this.speed * ms);
    return this.now;
  }
}
