/**
 * What a card does for a driver that takes large packets (virtio 1.2, §5.1.6.4): frames of one TCP stream that follow each other are put
 * together, as long as nothing but their place in the stream tells them apart. A check sum is looked at before it is replaced. One packet
 * grows at a time.
 */

import { putU16, u16, u32 } from '#base/big-endian';
import { onesSum } from '#base/ones-sum';
import { SnapshotFormatError } from '#base/state/bytes';
import { LARGEST_PACKET } from '../registers.ts';
import { CHECKED, GSO_TCPV4, GSO_TCPV6, NEEDS_CSUM, type NetHeader } from './header.ts';
import {
  checksumAt,
  endWithBytes,
  isChecked,
  PSH,
  pseudoSum,
  TCP,
  TCP_FLAGS,
  TCP_SEQUENCE,
  type Transport,
  transportOf,
} from './transport.ts';

const WINDOW = 14;
const URGENT = 18;
const ACK = 0x10;
/** Less is not worth waiting for more. */
const LEAST_PAYLOAD = 256;
/** What the length of an IPv4 packet can say. */
const MOST_PACKET = 0xffff;

/** What a packet was put together of, and when it was begun: what a state holds of it besides its bytes. */
export interface Merged {
  readonly packet: Uint8Array;
  readonly pieces: number;
  readonly pieceSize: number;
}

export class Merger {
  readonly #bytes = new Uint8Array(LARGEST_PACKET);
  #parts: Transport | undefined;
  #length = 0;
  #pieceSize = 0;
  /** Frames that the packet is made of; 0: there is none. */
  pieces = 0;
  /** It takes no more: its end was marked, or a shorter piece came. */
  isComplete = false;

  get packet(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Begins a packet with a frame; false where that is none that others would be added to. */
  begin(frame: Uint8Array, parts: Transport): boolean {
    const { protocol, payload, transport, end } = parts;
    if (protocol !== TCP) return false;
    if (frame[transport + TCP_FLAGS] !== ACK || end - payload < LEAST_PAYLOAD || !isSimple(frame, parts))
      return false;
    if (!isChecked(frame, parts)) return false;
    this.#bytes.set(frame.subarray(0, end));
    this.#parts = parts;
    this.#length = end;
    this.#pieceSize = end - payload;
    this.pieces = 1;
    this.isComplete = false;
    return true;
  }

  /** Adds a frame to the packet; false where it is not what comes next. */
  add(frame: Uint8Array, parts: Transport): boolean {
    const mine = this.#parts;
    if (this.pieces === 0 || mine === undefined || this.isComplete) return false;
    if (!this.#continues(frame, parts, mine) || !isChecked(frame, parts)) return false;
    const { payload, transport, end } = parts;
    this.#bytes.set(frame.subarray(payload, end), this.#length);
    this.#length += end - payload;
    this.pieces += 1;
    this.isComplete = end - payload < this.#pieceSize || (frame[transport + TCP_FLAGS]! & PSH) !== 0;
    // What the peer has room for may have changed, and the end of what it wrote is marked.
    this.#bytes[mine.transport + TCP_FLAGS]! |= frame[transport + TCP_FLAGS]! & PSH;
    putU16(this.#bytes, mine.transport + WINDOW, u16(frame, transport + WINDOW));
    return true;
  }

  #continues(frame: Uint8Array, parts: Transport, mine: Transport): boolean {
    const { network, transport, payload, end } = parts;
    const bytes = this.#bytes;
    const size = end - payload;
    const isPlaced = network === mine.network && transport === mine.transport && payload === mine.payload;
    if (!isPlaced || parts.protocol !== TCP || size === 0 || size > this.#pieceSize) return false;
    if (this.#length + size - network > MOST_PACKET) return false;
    if (!parts.isV6 && !headerIsChecked(frame, network)) return false;
    const next = (u32(bytes, transport + TCP_SEQUENCE) + this.#length - payload) % 2 ** 32;
    if (u32(frame, transport + TCP_SEQUENCE) !== next || (frame[transport + TCP_FLAGS]! & ~PSH) !== ACK)
      return false;
    for (let at = 0; at < payload; at++) if (frame[at] !== bytes[at] && !differs(at, parts)) return false;
    return true;
  }

  /** Ends the packet: its header, with lengths and check sums as they are of one packet. */
  finish(): NetHeader {
    const parts = this.#parts;
    const { pieces } = this;
    this.pieces = 0;
    if (parts === undefined || pieces < 2) return CHECKED;
    const { isV6, transport, payload } = parts;
    const packet = this.packet;
    const sumAt = checksumAt(parts);
    endWithBytes(packet, parts);
    putU16(packet, sumAt, pseudoSum(packet, parts, packet.length - transport));
    return {
      ...{ flags: NEEDS_CSUM, gsoType: isV6 ? GSO_TCPV6 : GSO_TCPV4, headerLength: payload },
      ...{ gsoSize: this.#pieceSize, checksumStart: transport, checksumOffset: sumAt - transport },
    };
  }

  clear(): void {
    this.pieces = 0;
  }

  capture(): Merged | undefined {
    if (this.pieces === 0) return undefined;
    return { packet: this.packet, pieces: this.pieces, pieceSize: this.#pieceSize };
  }
  restore(saved: Merged | undefined): void {
    this.pieces = 0;
    if (saved === undefined) return;
    const { packet, pieces, pieceSize } = saved;
    // Its header says still how long the first piece was.
    const parts = transportOf(packet, false);
    if (parts === undefined || packet.length > LARGEST_PACKET || pieces < 1 || pieceSize < LEAST_PAYLOAD)
      throw new SnapshotFormatError('a packet that cannot be put together');
    this.#bytes.set(packet);
    this.#parts = parts;
    this.#length = packet.length;
    this.#pieceSize = pieceSize;
    this.pieces = pieces;
    this.isComplete = false;
  }
}

/** Nothing is there that a packet of several could not say. */
function isSimple(frame: Uint8Array, { isV6, network, transport }: Transport): boolean {
  const hasOptions = !isV6 && frame[network] !== 0x45;
  return !hasOptions && u16(frame, transport + URGENT) === 0 && (isV6 || headerIsChecked(frame, network));
}
function headerIsChecked(frame: Uint8Array, network: number): boolean {
  return onesSum(frame, network, network + 20) === 0xffff;
}

/** Bytes of a header that tell one piece from the next: length, number and check sum of IPv4; place, flags, window and check sum of TCP. */
function differs(at: number, { isV6, network, transport }: Transport): boolean {
  const inNetwork = at - network;
  const inTransport = at - transport;
  if (inTransport >= 0)
    return (
      (inTransport >= TCP_SEQUENCE && inTransport < 8) || (inTransport >= TCP_FLAGS && inTransport < URGENT)
    );
  if (isV6) return inNetwork === 4 || inNetwork === 5;
  return (inNetwork >= 2 && inNetwork < 6) || inNetwork === 10 || inNetwork === 11;
}
