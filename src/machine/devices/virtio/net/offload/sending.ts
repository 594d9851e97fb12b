/**
 * What a driver leaves to the card when it sends (virtio 1.2, §5.1.6.2): check sums that it did not complete, and large TCP packets that are
 * cut into frames as a wire carries them. Header and packet are a guest's: what does not fit together is no frame.
 */

import { putU16, putU32, u16, u32 } from '#base/big-endian';
import { LIMITS } from '#base/catalogue/limits';
import { checksumOf, onesSum } from '#base/ones-sum';
import { GSO_ECN, GSO_NONE, GSO_TCPV4, GSO_TCPV6, NEEDS_CSUM, type NetHeader } from './header.ts';
import {
  checksumAt,
  endWithBytes,
  PSH,
  pseudoSum,
  TCP,
  TCP_FLAGS,
  TCP_SEQUENCE,
  type Transport,
  transportOf,
} from './transport.ts';

/** Flags of TCP that are of one piece only (RFC 9293 §3.1, RFC 3168). */
const FIN = 0x01;
const CWR = 0x80;
/** Frames of a packet: of the largest one, with the smallest segments that there are in earnest (RFC 879). */
export const MOST_PIECES = 128;

export type Emit = (frame: Uint8Array) => void;

/** Completes the check sum of a frame in place; false where it would lie outside. */
export function completeChecksum(frame: Uint8Array, { checksumStart, checksumOffset }: NetHeader): boolean {
  const at = checksumStart + checksumOffset;
  if (checksumStart >= frame.length || at + 2 > frame.length) return false;
  // What stands there is the sum of what else counts: it is part of what is summed up.
  const sum = checksumOf(onesSum(frame, checksumStart, frame.length));
  // Of UDP, 0 means that there is none.
  putU16(frame, at, sum === 0 ? 0xffff : sum);
  return true;
}

/** Cuts large packets; one at a time, in a buffer of its own. */
export class Cutter {
  readonly #piece = new Uint8Array(LIMITS.etherFrameBytes.most);

  /** Gives each frame of a packet in turn; false, and none, where header and packet do not fit together. */
  cut(packet: Uint8Array, header: NetHeader, emit: Emit): boolean {
    const parts = transportOf(packet, false);
    if (parts === undefined || parts.protocol !== TCP || !fits(header, parts)) return false;
    const { payload, transport } = parts;
    const { gsoSize } = header;
    const pieces = Math.ceil((packet.length - payload) / gsoSize);
    if (payload + gsoSize > this.#piece.length || pieces < 1 || pieces > MOST_PIECES) return false;
    const [flags, sequence] = [packet[transport + TCP_FLAGS]!, u32(packet, transport + TCP_SEQUENCE)];
    this.#piece.set(packet.subarray(0, payload));
    for (let at = 0; at < pieces; at++) {
      const from = payload + at * gsoSize;
      const bytes = packet.subarray(from, Math.min(from + gsoSize, packet.length));
      const piece = this.#piece.subarray(0, payload + bytes.length);
      piece.set(bytes, payload);
      const isLast = at === pieces - 1;
      piece[transport + TCP_FLAGS] = flags & ~((isLast ? 0 : FIN | PSH) | (at === 0 ? 0 : CWR));
      putU32(piece, transport + TCP_SEQUENCE, (sequence + at * gsoSize) % 2 ** 32);
      finish(piece, parts, packet, at);
      emit(piece);
    }
    return true;
  }
}

/** The header means this packet. */
function fits(header: NetHeader, { isV6, transport }: Transport): boolean {
  const type = header.gsoType & ~GSO_ECN;
  const isMeant = type === (isV6 ? GSO_TCPV6 : GSO_TCPV4);
  const isSummed = (header.flags & NEEDS_CSUM) !== 0 && header.checksumStart === transport;
  return isMeant && isSummed && header.gsoSize > 0;
}

/** Lengths, number and check sums of a piece. */
function finish(piece: Uint8Array, parts: Transport, whole: Uint8Array, at: number): void {
  const { isV6, network, transport } = parts;
  const { length } = piece;
  if (!isV6) putU16(piece, network + 4, (u16(whole, network + 4) + at) & 0xffff);
  endWithBytes(piece, parts);
  const sumAt = checksumAt(parts);
  putU16(piece, sumAt, 0);
  const pseudo = pseudoSum(piece, parts, length - transport);
  putU16(piece, sumAt, checksumOf(onesSum(piece, transport, length, pseudo)));
}

/** True for a packet that is to be cut. */
export function isLarge({ gsoType }: NetHeader): boolean {
  return (gsoType & ~GSO_ECN) !== GSO_NONE;
}
export function isOfV6({ gsoType }: NetHeader): boolean {
  return (gsoType & ~GSO_ECN) === GSO_TCPV6;
}
