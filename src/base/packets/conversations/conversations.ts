/**
 * Which conversation each packet of a capture belongs to, and what it is in it, in one pass over packets as they come. What was seen at one
 * port is judged by what was seen at that port, as somebody would who listens there: a frame that passes two ports is no frame sent
 * twice. Packets are hostile: so many conversations are known at a time, and the one that was silent for longest is forgotten first.
 */
import { forgetOldest } from '../../forget-oldest.ts';
import type { VirtualNs } from '../../virtual-time.ts';
import type { Packet } from '../dissect.ts';
import { TCP_FLAGS } from '../protocols/tcp.ts';
import type { SeenAt } from '../seen-file.ts';
import { HttpView, type MessageFacts, OpenMessages } from './http-messages.ts';
import { endsOf, type Segment, segmentOf, transportOf } from './segment.ts';
import { type TcpFacts, TcpView } from './tcp-analysis.ts';

/** Of each transport. */
const MOST_CONVERSATIONS = 4096;
/** Ports that one of them is judged at. */
const MOST_PLACES = 16;
/** Frames of which it is known what they were where they came in. */
const MOST_UNDERWAY = 1024;

/** Where and when a packet was seen. */
export interface SeenThere {
  /** Its number in the capture. */
  readonly number: number;
  readonly at: VirtualNs;
  /** The port that it passed; none: it never came to one, since it was dropped before. */
  readonly port: string | undefined;
  /** The same for all points of one frame; 0: that is not known. */
  readonly frame: number;
}

/** A frame at one point of its way, as captures and files have it. */
type SeenPoint = Pick<SeenAt, 'portName' | 'at' | 'point'> & {
  readonly serial: number;
  readonly frame?: number;
  readonly switch?: string;
  readonly direction?: 'in' | 'switch' | 'out';
};
/** Where that is: what was dropped on its way from a port has passed it, what was dropped on its way to one has not. */
export function seenThere({
  portName,
  at,
  point,
  serial,
  frame = 0,
  switch: name,
  direction,
}: SeenPoint): SeenThere {
  const isPassed =
    point === undefined ||
    point === 'accepted' ||
    point === 'delivered' ||
    (point === 'dropped' && direction === 'in');
  // Both ends of a cable between switches have one name.
  const port = isPassed ? `${name ?? ''} ${portName}` : undefined;
  return { number: serial, at, port, frame };
}

export interface ConversationFacts {
  readonly transport: 'tcp' | 'udp';
  /** Counts conversations of its transport from 0. */
  readonly stream: number;
  /** Since the first and the last of the conversation at this port. */
  readonly sinceFirstNs?: VirtualNs;
  readonly sinceLastNs?: VirtualNs;
  readonly tcp?: TcpFacts;
  /** It opens another stream between ports that had one. */
  readonly reusesPorts?: boolean;
  /** What it is to messages that stand in several segments. */
  readonly messages?: MessageFacts;
}

/** One conversation at one port. */
interface Place {
  readonly stream: number;
  readonly view: TcpView | undefined;
  readonly http: HttpView | undefined;
  readonly firstAt: VirtualNs;
  lastAt: VirtualNs;
}
/** All streams between two ends, of which the last one is going on. */
interface Conversation {
  stream: number;
  /** With which number the one that began it opened it; nothing where that was not seen. */
  opening: number | undefined;
  readonly places: Map<string, Place>;
}

/** By ends, the one that was silent for longest first. */
class Known {
  readonly #conversations = new Map<string, Conversation>();
  #streams = 0;

  at(ends: string): Conversation | undefined {
    const known = this.#conversations.get(ends);
    if (known === undefined) return undefined;
    this.#conversations.delete(ends);
    this.#conversations.set(ends, known);
    return known;
  }
  begin(ends: string, opening: number | undefined): Conversation {
    const begun = { stream: this.next(), opening, places: new Map() };
    this.#conversations.set(ends, begun);
    forgetOldest(this.#conversations, MOST_CONVERSATIONS);
    return begun;
  }
  get size(): number {
    return this.#conversations.size;
  }
  next(): number {
    this.#streams += 1;
    return this.#streams - 1;
  }
}

export class Conversations {
  readonly #tcp = new Known();
  readonly #udp = new Known();
  readonly #open = new OpenMessages();
  /** By number of the frame, what it was where it came in. */
  readonly #entered = new Map<number, ConversationFacts>();

  /** How many are known at the moment. */
  get size(): number {
    return this.#tcp.size + this.#udp.size;
  }
  /** Bytes of messages that are not whole yet. */
  get openBytes(): number {
    return this.#open.size;
  }

  /** The next packet; nothing where it is of no conversation. */
  note(packet: Packet, there: SeenThere): ConversationFacts | undefined {
    const facts = this.#tcpFacts(packet, there) ?? this.#udpFacts(packet, there);
    if (facts === undefined || there.frame <= 0) return facts;
    if (there.port === undefined) return this.#entered.get(there.frame) ?? facts;
    if (!this.#entered.has(there.frame)) this.#entered.set(there.frame, facts);
    forgetOldest(this.#entered, MOST_UNDERWAY);
    return facts;
  }

  #udpFacts(packet: Packet, { at, port }: SeenThere): ConversationFacts | undefined {
    const datagram = transportOf(packet, 'udp');
    if (datagram === undefined) return undefined;
    const ends = endsOf(datagram);
    const known = this.#udp.at(ends) ?? this.#udp.begin(ends, undefined);
    const { stream } = known;
    const place =
      port === undefined ? undefined : placeOf(known, port, () => ({ view: undefined, http: undefined }), at);
    return { transport: 'udp', stream, ...timesOf(place, at) };
  }

  #tcpFacts(packet: Packet, { number, at, port }: SeenThere): ConversationFacts | undefined {
    const segment = segmentOf(packet);
    if (segment === undefined) return undefined;
    const ends = endsOf(segment);
    const opening = openingOf(segment);
    const known = this.#tcp.at(ends) ?? this.#tcp.begin(ends, opening);
    const reusesPorts = port !== undefined && this.#isAnother(known, segment, port);
    if (port === undefined) return { transport: 'tcp', stream: known.stream };
    const make = (): Pick<Place, 'view' | 'http'> => ({
      view: new TcpView(segment.from),
      http: HttpView.speaks(segment) ? new HttpView(segment.from, this.#open) : undefined,
    });
    const place = placeOf(known, port, make, at);
    const messages = place?.http?.take(segment, number);
    return {
      ...{ transport: 'tcp', stream: place?.stream ?? known.stream, reusesPorts, ...timesOf(place, at) },
      ...(messages === undefined ? {} : { messages }),
      ...(place?.view === undefined ? {} : { tcp: place.view.judge(segment, number, at) }),
    };
  }

  /** Whether it opens another stream than the one that was seen at this port. */
  #isAnother(known: Conversation, segment: Segment, port: string): boolean {
    const opening = openingOf(segment);
    if (opening === undefined) return false;
    const place = known.places.get(port);
    const base = place?.view?.baseOf(segment.from);
    const isOther = base !== undefined && base !== opening;
    // At another port it may have been seen already.
    if (isOther || (known.opening !== undefined && known.opening !== opening && place === undefined)) {
      if (known.opening !== opening) {
        known.stream = this.#tcp.next();
        known.opening = opening;
      }
      known.places.delete(port);
    }
    return isOther;
  }
}

function openingOf({ flags, seq }: Segment): number | undefined {
  return (flags & (TCP_FLAGS.syn | TCP_FLAGS.ack)) === TCP_FLAGS.syn ? seq : undefined;
}
function placeOf(
  { places, stream }: Conversation,
  port: string,
  make: () => Pick<Place, 'view' | 'http'>,
  at: VirtualNs,
): Place | undefined {
  const known = places.get(port);
  if (known !== undefined || places.size >= MOST_PLACES) return known;
  const place = { ...make(), stream, firstAt: at, lastAt: at };
  places.set(port, place);
  return place;
}
function timesOf(
  place: Place | undefined,
  at: VirtualNs,
): Pick<ConversationFacts, 'sinceFirstNs' | 'sinceLastNs'> {
  if (place === undefined) return {};
  const times = { sinceFirstNs: at - place.firstAt, sinceLastNs: at - place.lastAt };
  place.lastAt = at;
  return times;
}
