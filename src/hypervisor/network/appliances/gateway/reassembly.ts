/**
 * Pieces of packets until those are whole (RFC 791, §3.2; RFC 8200, §4.5). Who sends pieces without end fills his own part of a bounded
 * table: the oldest packet of the same sender goes first. Pieces that overlap end their packet (RFC 5722).
 */
import { declare } from '#base/state/declare';
import { bool, bytes, integer, list, type Type, u8, u32, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { IPV6_BYTES, isSame } from './wire/address.ts';
import { joined } from './wire/bytes.ts';
import { MOST_PACKET_BYTES, type Packet, type ReceivedPacket } from './wire/ip.ts';

/** Packets of which pieces wait; and those of one sender. */
export const MOST_INCOMPLETE = 32;
export const MOST_OF_SENDER = 4;
/** Pieces of one packet. */
export const MOST_PIECES = 128;
const LIFETIME_NS: VirtualNs = 30 * NS_PER_S;

interface Piece {
  readonly offset: number;
  readonly content: Uint8Array;
}
export interface IncompletePacket {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly protocol: number;
  readonly hops: number;
  readonly mayBeCut: boolean;
  readonly id: number;
  readonly until: VirtualNs;
  /** Of its content; -1 before the last piece is there. */
  readonly length: number;
  /** In the order of their offsets. */
  readonly pieces: readonly Piece[];
}
const ADDRESS = bytes(upTo(IPV6_BYTES));
export const INCOMPLETE: Type<readonly IncompletePacket[]> = list(
  declare<IncompletePacket>('incomplete packet', {
    ...{ from: ADDRESS, to: ADDRESS, protocol: u8, hops: u8, mayBeCut: bool, id: u32 },
    ...{ until: integer, length: integer },
    pieces: list(
      declare<Piece>('piece of a packet', { offset: u32, content: bytes(upTo(MOST_PACKET_BYTES)) }),
      upTo(MOST_PIECES),
    ),
  }),
  upTo(MOST_INCOMPLETE),
);

/** A packet that never became whole: its sender is told, if its beginning was there. */
type GivenUp = (packet: Packet) => void;

export class Reassembly {
  /** Oldest first. */
  #waiting: IncompletePacket[] = [];
  readonly #now: () => VirtualNs;
  readonly #givenUp: GivenUp;

  constructor(now: () => VirtualNs, givenUp: GivenUp) {
    this.#now = now;
    this.#givenUp = givenUp;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** The whole packet, where this was its last missing piece; a packet in one piece is whole. */
  take(received: ReceivedPacket): Packet | undefined {
    const { fragment, ...packet } = received;
    if (fragment === undefined) return packet;
    this.#expire();
    const known = this.#waiting.find(
      (each) =>
        each.id === fragment.id &&
        each.protocol === packet.protocol &&
        isSame(each.from, packet.from) &&
        isSame(each.to, packet.to),
    );
    if (known !== undefined) this.#remove(known);
    const { content, ...rest } = packet;
    const base = known ?? {
      ...{ ...rest, id: fragment.id, until: this.#now() + LIFETIME_NS, length: -1, pieces: [] },
    };
    const grown = withPiece(base, { offset: fragment.offset, content: content.slice() }, fragment.isLast);
    if (grown === undefined) {
      this.#giveUp(base);
      return undefined;
    }
    const whole = wholeOf(grown);
    if (whole === undefined) this.#keep(grown);
    return whole;
  }

  capture(): readonly IncompletePacket[] {
    return [...this.#waiting];
  }
  restore(waiting: readonly IncompletePacket[]): void {
    this.#waiting = [...waiting];
  }

  #keep(packet: IncompletePacket): void {
    const same = this.#waiting.filter(({ from }) => isSame(from, packet.from));
    const leaves =
      same.length >= MOST_OF_SENDER
        ? same[0]
        : this.#waiting.length >= MOST_INCOMPLETE
          ? this.#waiting[0]
          : undefined;
    if (leaves !== undefined) this.#giveUp(leaves);
    this.#waiting.push(packet);
  }
  #giveUp(packet: IncompletePacket): void {
    this.#remove(packet);
    const first = packet.pieces.find(({ offset }) => offset === 0);
    if (first !== undefined) this.#givenUp({ ...packet, content: first.content });
  }
  #remove(packet: IncompletePacket): void {
    this.#waiting = this.#waiting.filter((each) => each !== packet);
  }
  #expire(): void {
    const now = this.#now();
    for (const packet of this.#waiting) if (packet.until <= now) this.#giveUp(packet);
  }
}

/** The packet with one piece more; nothing where that cannot be one of it. */
function withPiece(packet: IncompletePacket, piece: Piece, isLast: boolean): IncompletePacket | undefined {
  const end = piece.offset + piece.content.length;
  if (piece.content.length === 0 || end > MOST_PACKET_BYTES - 60) return undefined;
  if (!isLast && piece.content.length % 8 !== 0) return undefined;
  if (packet.pieces.length >= MOST_PIECES) return undefined;
  // The same piece once more is no harm.
  if (
    packet.pieces.some((each) => each.offset === piece.offset && each.content.length === piece.content.length)
  )
    return packet;
  if (packet.pieces.some((each) => each.offset < end && piece.offset < each.offset + each.content.length))
    return undefined;
  const length = isLast ? end : packet.length;
  const pieces = [...packet.pieces, piece].sort((a, b) => a.offset - b.offset);
  const last = pieces.at(-1);
  if (isLast && packet.length >= 0) return undefined;
  if (length >= 0 && last !== undefined && last.offset + last.content.length > length) return undefined;
  return { ...packet, length, pieces };
}

function wholeOf({
  pieces,
  length,
  from,
  to,
  protocol,
  hops,
  mayBeCut,
}: IncompletePacket): Packet | undefined {
  const there = pieces.reduce((sum, { content }) => sum + content.length, 0);
  if (length < 0 || there !== length) return undefined;
  return { from, to, protocol, hops, mayBeCut, content: joined(...pieces.map(({ content }) => content)) };
}
