/**
 * The end of a link to a switch of another host: a port of this one. What goes out waits until whoever runs the hosts hands it
 * over; what was handed over arrives at its instant. So a host alone is all that is on its wires, and it makes no difference when
 * something was handed over, as long as that was before it is due.
 *
 *   switch → port → wire (as long as its bits take) → sent … other host: arrivals (the link's delay) → port → switch
 */
import { LIMITS } from '#base/catalogue/limits';
import type { PortSettings } from '#base/scenario';
import { type Declaration, declare, since, until } from '#base/state/declare';
import { bytes, integer, list, u32, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '#machine/event-queue';
import { Plug, type Switches } from './plug.ts';
import type { PortEndpoint } from './switch-port.ts';

/** What a link is to frames. */
export interface LinkSpeed {
  /** From the end of a frame at one end to its arrival at the other. */
  readonly delayNs: VirtualNs;
  readonly bitsPerSecond: number;
}

/** The end of a link as its host is told of it. */
export interface UplinkSettings extends LinkSpeed {
  /** Index of the link in the scenario: both ends have the same. */
  readonly link: number;
  readonly switch: string;
  /** Settings of its port. */
  readonly port?: PortSettings;
}

interface FrameOnLink {
  readonly at: VirtualNs;
  readonly bytes: Uint8Array;
}

/** An ether frame between hosts, and the instant at which it arrives. */
export interface LinkFrame extends FrameOnLink {
  readonly link: number;
}

/** Bytes of one direction that are sent while one frame is on its way; further ones are lost. */
const MOST_BYTES = 16 << 20;
/** What a frame counts beyond its bytes: it takes room wherever it waits. */
export const FRAME_OVERHEAD = 24;
/** Frames of one direction that a state may hold: they were sent in two spans as long as the link's delay. */
const MOST_FRAMES = Math.ceil((2 * MOST_BYTES) / (FRAME_OVERHEAD + LIMITS.etherFrameBytes.least));
/** All uplinks share it; an event's data says which one. */
export const UPLINK_CHANNEL = 'uplink';

export interface UplinkState {
  readonly port: number;
  /** Not yet handed over. */
  readonly sent: readonly FrameOnLink[];
  /** Frames with an event each. */
  readonly arrivals: readonly FrameOnLink[];
  readonly lost: number;
  /** The span, as long as the link's delay, in which something was sent last. */
  readonly span: number;
  /** Sent in that span. */
  readonly spanBytes: number;
  /** Older states: handed over, and without an event. */
  readonly inbox?: readonly FrameOnLink[];
}
interface SavedFrame extends FrameOnLink {
  /** Older states: when it was handed over. */
  readonly notBefore?: VirtualNs;
}
const FRAMES = list(
  declare<SavedFrame>('frame on a link', {
    ...{ at: integer, notBefore: until(4, integer), bytes: bytes(upTo(LIMITS.etherFrameBytes.most)) },
  }),
  upTo(MOST_FRAMES),
);
export const UPLINK: Declaration<UplinkState> = declare<UplinkState>('uplink', {
  ...{ port: u32, sent: FRAMES, inbox: until(4, FRAMES), arrivals: FRAMES, lost: integer },
  ...{ span: since(4, integer, 0), spanBytes: since(4, integer, 0) },
});

/**
 * Bytes that one direction of a link carries at most while one frame is on its way, each frame with its overhead: three times its
 * speed, since the smallest frames are not much more than that, and a queue or two.
 */
export function mostUnderway({ delayNs, bitsPerSecond }: LinkSpeed): number {
  const bytesPerDelay = Math.ceil(((bitsPerSecond / 8) * delayNs) / NS_PER_S);
  return Math.min(MOST_BYTES, 3 * bytesPerDelay + 65_536);
}

export class Uplink implements PortEndpoint {
  readonly settings: UplinkSettings;
  readonly isBridged = true;
  readonly plug: Plug;
  readonly #index: number;
  readonly #events: EventQueue;
  readonly #now: () => VirtualNs;
  readonly #mostBytes: number;
  #sent: FrameOnLink[] = [];
  #arrivals: FrameOnLink[] = [];
  #span = 0;
  #spanBytes = 0;
  /** Frames for which there was no room on the wire. */
  lost = 0;

  /** @param index among the uplinks of the host */
  constructor(
    settings: UplinkSettings,
    index: number,
    to: { readonly switches: Switches; readonly events: EventQueue; readonly now: () => VirtualNs },
  ) {
    this.settings = settings;
    this.#index = index;
    this.#events = to.events;
    this.#now = to.now;
    this.#mostBytes = mostUnderway(settings);
    const { link, bitsPerSecond } = settings;
    this.plug = new Plug(to.switches, {
      ...{ name: `link/${link}`, switch: settings.switch, settings: settings.port ?? {} },
      // The port's wire takes as long as the bits; the way to the other end is the link's own.
      usual: { wire: { bitsPerSecond, delayNs: 0 } },
      endpoint: this,
    });
    this.plug.insert();
  }

  /** As it stands. */
  get spec(): UplinkSettings {
    const { port: _, ...others } = this.settings;
    const { settings: port } = this.plug;
    return { ...others, ...(Object.keys(port).length === 0 ? {} : { port }) };
  }
  /** Of its switch. */
  get port(): number {
    return this.plug.port;
  }

  /** A frame leaves the switch for the other end. */
  receive(frame: Uint8Array): void {
    const { delayNs } = this.settings;
    const now = this.#now();
    const span = Math.floor(now / delayNs);
    if (span !== this.#span) {
      this.#span = span;
      this.#spanBytes = 0;
    }
    const counted = this.#spanBytes + frame.length + FRAME_OVERHEAD;
    if (counted > this.#mostBytes) {
      this.lost += 1;
      return;
    }
    this.#spanBytes = counted;
    this.#sent.push({ at: now + delayNs, bytes: frame.slice() });
  }

  /** What is to be handed over to the other end; it is the caller's from here on. */
  take(): readonly LinkFrame[] {
    const { link } = this.settings;
    const frames = this.#sent.map((frame) => ({ link, ...frame }));
    this.#sent = [];
    return frames;
  }
  /** What the other end has sent, in order of time: it is on its way from here on, and not due yet. */
  put({ at, bytes: sent }: FrameOnLink): void {
    this.#arrivals.push({ at, bytes: sent });
    this.#events.schedule(at, UPLINK_CHANNEL, this.#index);
  }
  /** The frame whose turn it is arrives. */
  arrive(): void {
    const frame = this.#arrivals.shift();
    if (frame !== undefined) this.plug.send(frame.bytes);
  }

  capture(): UplinkState {
    const { port, lost } = this;
    const [sent, arrivals, span, spanBytes] = [this.#sent, this.#arrivals, this.#span, this.#spanBytes];
    return { port, lost, sent, arrivals, span, spanBytes };
  }
  restore({ lost, sent, inbox = [], arrivals, span, spanBytes }: UplinkState): void {
    this.lost = lost;
    this.#sent = [...sent];
    this.#span = span;
    this.#spanBytes = spanBytes;
    this.#arrivals = [];
    this.#events.cancel(UPLINK_CHANNEL, this.#index);
    for (const frame of [...arrivals, ...inbox]) this.put(frame);
  }
}
