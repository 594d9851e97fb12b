/**
 * A host that keeps together with others in threads of their own, by memory that they share: conservative simulation. It runs as long
 * as it is less than a lead ahead of the slowest, since nothing can reach it before that; then it waits, without a message to anybody.
 */
import { invariant } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../host.ts';
import { FrameRing } from './frame-ring.ts';
import { Clocks, type Wiring } from './wiring.ts';

/** Parts of a lead that a host runs before it tells the others, and hears from them. */
const PARTS_OF_A_LEAD = 8;
/** How often it looks at a clock before it sleeps: about as long as it takes to be woken. */
const LOOKS = 5000;

/** What a thread may do when one of its hosts has to wait for others. */
export interface Waiting {
  /** It may sleep so long: who is to wake it may have stopped, or be gone. */
  readonly sleepMs: number;
  /** Lets others of this thread have their turn; whoever has to go on with the host asks it once more. */
  readonly pause: () => Promise<void>;
}

interface Slowest {
  readonly host: number;
  readonly shown: number;
  /** Quanta. */
  readonly behind: number;
}

export class Peers {
  readonly #host: Host;
  readonly #number: number;
  readonly #waiting: Waiting;
  readonly #leadQuanta: number;
  readonly #clocks: Clocks;
  readonly #others: readonly number[];
  readonly #outgoing: ReadonlyMap<number, { readonly to: number; readonly ring: FrameRing }>;
  readonly #incoming: readonly FrameRing[];

  constructor(host: Host, { host: number, leadNs, clocks, frames }: Wiring, waiting: Waiting) {
    this.#waiting = waiting;
    this.#host = host;
    this.#number = number;
    this.#leadQuanta = Math.floor(leadNs / host.quantumNs);
    this.#clocks = new Clocks(clocks);
    this.#others = Array.from({ length: this.#clocks.count }, (_, other) => other).filter(
      (other) => other !== number,
    );
    const rings = frames.map(({ memory, ...rest }) => ({ ...rest, ring: new FrameRing(memory) }));
    this.#outgoing = new Map(rings.filter(({ from }) => from === number).map((each) => [each.link, each]));
    this.#incoming = rings.filter(({ to }) => to === number).map(({ ring }) => ring);
    this.tell();
  }

  /** Takes what others have sent until now; where a frame came too late, no run would be repeated by what is known of it. */
  hear(): void {
    const { network, now } = this.#host;
    for (const frames of this.#incoming.map((ring) => ring.read())) {
      invariant(
        frames.every(({ at }) => at >= now),
        'what comes over a link is not due yet',
      );
      network.put(frames);
    }
  }
  /** Gives others what they were sent, and says how far the host is. */
  tell(): void {
    const { network, now, quantumNs } = this.#host;
    for (const frame of network.takeSent()) {
      const out = this.#outgoing.get(frame.link);
      // Nobody will read what a host is sent that takes no part any more.
      if (out !== undefined && !this.#clocks.hasHalted(out.to)) out.ring.write(frame);
    }
    this.#clocks.set(this.#number, Math.floor(now / quantumNs));
  }

  /**
   * Lets virtual time pass as `Host.advance` does, as far as the others let it, or until no time is left.
   *
   * @param leftMs what is left for this
   */
  async advance(until: VirtualNs, leftMs: () => number): Promise<void> {
    const isOver = (): boolean => leftMs() <= 0;
    const { quantumNs, stops } = this.#host;
    while (this.#host.now < until && stops.stopped === undefined) {
      const slowest = this.#slowest();
      const rest = this.#leadQuanta - slowest.behind;
      if (rest <= 0) {
        if (this.#wait(slowest, leftMs())) continue;
        await this.#waiting.pause();
        return;
      }
      // The clocks were read before: what had been sent by then is here.
      this.hear();
      const part = Math.min(rest, Math.ceil(this.#leadQuanta / PARTS_OF_A_LEAD));
      const end = (Math.floor(this.#host.now / quantumNs) + part) * quantumNs;
      this.#host.advance(Math.min(until, end), { stop: isOver });
      this.tell();
      if (isOver()) return;
    }
  }

  /** The other host that is furthest behind this one, with what its clock shows. */
  #slowest(): Slowest {
    const own = this.#clocks.get(this.#number);
    let slowest: Slowest = { host: this.#number, shown: own, behind: 0 };
    for (const host of this.#others) {
      const shown = this.#clocks.get(host);
      const behind = (own - shown) | 0;
      if (behind > slowest.behind && !this.#clocks.hasHalted(host)) slowest = { host, shown, behind };
    }
    return slowest;
  }

  /** False when the clock of a host that is behind still shows the same. */
  #wait({ host, shown }: Slowest, leftMs: number): boolean {
    const sleepMs = Math.min(this.#waiting.sleepMs, leftMs);
    for (let look = 0; look < LOOKS; look++) if (this.#clocks.get(host) !== shown) return true;
    return sleepMs > 0 && this.#clocks.wait(host, shown, sleepMs);
  }
}
