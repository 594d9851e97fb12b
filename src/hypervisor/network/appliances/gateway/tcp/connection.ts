/** A connection of TCP as its state holds it (RFC 9293, §3.3): what has been sent, acknowledged and received, and by when what is to happen. */
import { type Declaration, declare } from '#base/state/declare';
import { bool, bytes, integer, list, oneOf, u8, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Address, IPV6_BYTES, keyOf } from '../wire/address.ts';
import { OUTGOING, type Outgoing, type OutgoingState } from './outgoing.ts';

/** States of a server's end; those of one that opens connections do not occur. */
export const TCP_STATES = [
  'syn-received',
  'established',
  'close-wait',
  'last-ack',
  'fin-wait-1',
  'fin-wait-2',
  'closing',
  'time-wait',
] as const;
export type TcpState = (typeof TCP_STATES)[number];

/** Bytes of a request that wait until it is whole, and so what a server takes at once. */
export const MOST_INBOX = 8192;
/** Segments that came before others, and wait for those. */
export const MOST_AHEAD = 16;

export interface SegmentAhead {
  readonly sequence: number;
  readonly data: Uint8Array;
}

/**
 * Positions count what is sent: 0 is the SYN, 1 the first byte, and behind the last byte comes the FIN. So they never wrap; the
 * sequence number of a position is that of the SYN plus it.
 */
interface Numbers {
  localPort: number;
  remotePort: number;
  /** Sequence number of our SYN. */
  first: number;
  /** Position up to which all is acknowledged, and the next to be sent; and the furthest that was ever sent. */
  acknowledged: number;
  next: number;
  furthest: number;
  /** What the other end takes, behind what it has acknowledged. */
  window: number;
  windowShift: number;
  /** Largest segment, in bytes of content. */
  mss: number;
  /** Sequence number that is expected next. */
  expected: number;
  /** Congestion control (RFC 5681). */
  congestionWindow: number;
  threshold: number;
  repeated: number;
  /** Position at which a loss that is being repaired was seen; 0 while none is. */
  recovery: number;
  /** Time to the other end and back (RFC 6298); 0 before the first is known. */
  roundTripNs: number;
  variationNs: number;
  timeoutNs: number;
  /** The position whose acknowledgement is timed, and since when; 0 while none is. */
  timed: number;
  timedAt: VirtualNs;
  /** When something is to happen if nothing has come by then; and how often it has. */
  deadline: VirtualNs;
  tries: number;
}

export interface Connection extends Numbers {
  readonly local: Address;
  readonly remote: Address;
  /** Both ends shift their windows. */
  readonly scales: boolean;
  state: TcpState;
  /** Our side has nothing to say behind what is to be sent. */
  isClosed: boolean;
  readonly outgoing: Outgoing;
  /** Bytes for the server that it has not dealt with. */
  inbox: Uint8Array;
  ahead: readonly SegmentAhead[];
  /** Event that wakes it; Infinity while none is scheduled. */
  wakeAt: VirtualNs;
}

export interface ConnectionState extends Readonly<Numbers> {
  readonly slot: number;
  readonly local: Address;
  readonly remote: Address;
  readonly scales: boolean;
  readonly state: TcpState;
  readonly isClosed: boolean;
  readonly outgoing: OutgoingState;
  readonly inbox: Uint8Array;
  readonly ahead: readonly SegmentAhead[];
  /** -1: none. */
  readonly wakeAt: VirtualNs;
}
const ADDRESS = bytes(upTo(IPV6_BYTES));
export const CONNECTION: Declaration<ConnectionState> = declare<ConnectionState>('connection', {
  ...{ slot: u32, local: ADDRESS, localPort: u32, remote: ADDRESS, remotePort: u32 },
  ...{ state: oneOf(...TCP_STATES), scales: bool, isClosed: bool, first: u32 },
  ...{ acknowledged: integer, next: integer, furthest: integer },
  ...{ window: integer, windowShift: u8, mss: u32, expected: u32 },
  ...{ congestionWindow: integer, threshold: integer, repeated: u32, recovery: integer },
  ...{ roundTripNs: integer, variationNs: integer, timeoutNs: integer, timed: integer, timedAt: integer },
  ...{ deadline: integer, tries: u32, outgoing: OUTGOING, inbox: bytes(upTo(MOST_INBOX)) },
  ahead: list(
    declare<SegmentAhead>('segment ahead', { sequence: u32, data: bytes(upTo(MOST_INBOX)) }),
    upTo(MOST_AHEAD),
  ),
  wakeAt: integer,
});

/** Both ends in one word: a connection is found by it. */
export function connectionKey(
  ends: Pick<Connection, 'local' | 'localPort' | 'remote' | 'remotePort'>,
): string {
  return `${keyOf(ends.local)}:${ends.localPort}:${keyOf(ends.remote)}:${ends.remotePort}`;
}

/** Sequence number of a position. */
export function sequenceOf(connection: Pick<Connection, 'first'>, position: number): number {
  return (connection.first + position) % 0x1_0000_0000;
}

/** How far one sequence number is behind another; negative where it is before it. */
export function distance(from: number, to: number): number {
  return (to - from) | 0;
}
