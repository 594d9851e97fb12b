/**
 * The end of a link to a switch of another host: a port of this one. What goes out waits until whoever runs the hosts hands it
 * over; what was handed over arrives at its instant, once time goes on. So a host alone is all that is on its wires.
 *
 *   switch → port → wire (as long as its bits take) → sent … other host: inbox → arrivals (the link's delay) → port → switch
 */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '#machine/event-queue';
import type { PortEndpoint } from './switch-port.ts';
import type { VirtualSwitch } from './virtual-switch.ts';

/** The end of a link as its host is told of it. */
export interface UplinkSettings {
  /** Index of the link in the scenario: both ends have the same. */
  readonly link: number;
  readonly switch: string;
  /** From the end of a frame at one end to its arrival at the other. */
  readonly delayNs: VirtualNs;
  readonly bitsPerSecond: number;
}

interface FrameOnLink {
  readonly at: VirtualNs;
  /** It does not exist for the other end before: so it makes no difference when it is handed over. */
  readonly notBefore: VirtualNs;
  readonly bytes: Uint8Array;
}

/** An ether frame between hosts, and the instant at which it arrives. */
export interface LinkFrame extends FrameOnLink {
  readonly link: number;
}

/** Frames of one direction that may be on their way; further ones are lost. */
const MOST_ON_THE_WIRE = 65_536;
/** All uplinks share it; an event's data says which one. */
export const UPLINK_CHANNEL = 'uplink';

export interface UplinkState {
  readonly port: number;
  /** Not yet handed over. */
  readonly sent: readonly FrameOnLink[];
  /** Handed over; time has not gone on since. */
  readonly inbox: readonly FrameOnLink[];
  /** Frames with an event each. */
  readonly arrivals: readonly FrameOnLink[];
  readonly lost: number;
}
const FRAMES = list(
  declare<FrameOnLink>('frame on a link', {
    ...{ at: integer, notBefore: integer, bytes: bytes(upTo(LIMITS.etherFrameBytes.most)) },
  }),
  upTo(MOST_ON_THE_WIRE),
);
export const UPLINK: Declaration<UplinkState> = declare('uplink', {
  ...{ port: u32, sent: FRAMES, inbox: FRAMES, arrivals: FRAMES, lost: integer },
});

export class Uplink implements PortEndpoint {
  readonly settings: UplinkSettings;
  /** Of its switch. */
  readonly port: number;
  readonly #index: number;
  readonly #switch: VirtualSwitch;
  readonly #events: EventQueue;
  readonly #now: () => VirtualNs;
  #sent: FrameOnLink[] = [];
  #inbox: FrameOnLink[] = [];
  #arrivals: FrameOnLink[] = [];
  /** Frames for which there was no room on the wire. */
  lost = 0;

  /** @param index among the uplinks of the host */
  constructor(
    settings: UplinkSettings,
    index: number,
    to: { readonly switch: VirtualSwitch; readonly events: EventQueue; readonly now: () => VirtualNs },
  ) {
    this.settings = settings;
    this.#index = index;
    this.#switch = to.switch;
    this.#events = to.events;
    this.#now = to.now;
    const { link, bitsPerSecond } = settings;
    // The port's wire takes as long as the bits; the way to the other end is the link's own.
    this.port = to.switch.connect(`link ${link}`, this, { wire: { bitsPerSecond, delayNs: 0 } });
  }

  /** A frame leaves the switch for the other end. */
  receive(frame: Uint8Array): void {
    if (this.#sent.length >= MOST_ON_THE_WIRE) this.lost += 1;
    else this.#sent.push({ at: this.#now() + this.settings.delayNs, notBefore: 0, bytes: frame.slice() });
  }

  /** What is to be handed over to the other end, by the end of a window; it is the caller's from here on. */
  take(): readonly LinkFrame[] {
    const { link } = this.settings;
    const notBefore = this.#now();
    const frames = this.#sent.map(({ at, bytes: sent }) => ({ link, at, notBefore, bytes: sent }));
    this.#sent = [];
    return frames;
  }
  /** What the other end has sent, in order of time. */
  put({ at, notBefore, bytes: sent }: FrameOnLink): void {
    if (this.#inbox.length + this.#arrivals.length >= MOST_ON_THE_WIRE) this.lost += 1;
    else this.#inbox.push({ at, notBefore, bytes: sent });
  }
  /** Time goes on from here: what was handed over is on its way. */
  admit(now: VirtualNs): void {
    while ((this.#inbox[0]?.notBefore ?? Number.POSITIVE_INFINITY) <= now) {
      const frame = this.#inbox.shift()!;
      this.#arrivals.push(frame);
      this.#events.schedule(frame.at, UPLINK_CHANNEL, this.#index);
    }
  }
  /** The frame whose turn it is arrives. */
  arrive(): void {
    const frame = this.#arrivals.shift();
    if (frame !== undefined) this.#switch.send(this.port, frame.bytes);
  }

  capture(): UplinkState {
    const { port, lost } = this;
    return { port, lost, sent: this.#sent, inbox: this.#inbox, arrivals: this.#arrivals };
  }
  restore({ lost, sent, inbox, arrivals }: UplinkState): void {
    this.lost = lost;
    this.#sent = [...sent];
    this.#inbox = [...inbox];
    this.#arrivals = [...arrivals];
    this.#events.cancel(UPLINK_CHANNEL, this.#index);
    for (const { at } of arrivals) this.#events.schedule(at, UPLINK_CHANNEL, this.#index);
  }
}
