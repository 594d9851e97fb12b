/**
 * What a server's end of a connection sends, and when again: as much as the other end takes (its window) and as the way carries
 * (congestion control, RFC 5681 with the repair of RFC 6582), again after a timeout that follows the measured round trips (RFC 6298).
 */
import { NS_PER_MS, NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Packet } from '../wire/ip.ts';
import { FLAG, type Segment, tcpPacket } from '../wire/tcp.ts';
import { type Connection, MOST_INBOX, sequenceOf } from './connection.ts';

const LEAST_TIMEOUT_NS: VirtualNs = 200 * NS_PER_MS;
export const FIRST_TIMEOUT_NS: VirtualNs = NS_PER_S;
const MOST_TIMEOUT_NS: VirtualNs = 60 * NS_PER_S;
/** Times that the same is sent without an answer. */
const MOST_TRIES = 8;
/** Who says nothing for so long has gone. */
const IDLE_NS: VirtualNs = 300 * NS_PER_S;
/** How long an end that closed first answers a repeated FIN: a fraction of RFC 9293's, since connections are few. */
const TIME_WAIT_NS: VirtualNs = 2 * NS_PER_S;
/** Acknowledgements of the same that say that a segment is lost. */
const REPEATED_OF_LOSS = 3;
/** Segments that go out at once at most. */
const MOST_BURST = 64;
const NONE = new Uint8Array(0);

export interface TransmissionWays {
  readonly now: () => VirtualNs;
  readonly send: (packet: Packet) => void;
  readonly resent: () => void;
}

/** Position behind the last byte of what is to be sent: that of the FIN. */
function dataEnd({ outgoing }: Connection): number {
  return 1 + outgoing.end;
}
function isUnderway(connection: Connection): boolean {
  return connection.next > connection.acknowledged;
}
function halfUnderway({ next, acknowledged, mss }: Connection): number {
  return Math.max(Math.floor((next - acknowledged) / 2), 2 * mss);
}
/** The other end has everything, the FIN too. */
export function isFinAcknowledged(connection: Connection): boolean {
  return connection.isClosed && connection.acknowledged > dataEnd(connection);
}

export class Transmission {
  readonly #ways: TransmissionWays;
  /** Segments sent so far: who owes an acknowledgement sees whether one went out with data. */
  sent = 0;

  constructor(ways: TransmissionWays) {
    this.#ways = ways;
  }

  /** The answer to a SYN; `mss` is what we take ourselves. */
  hello(connection: Connection, mss: number): void {
    connection.next = 0;
    const offered = { mss, ...(connection.scales ? { windowShift: 0 } : {}) };
    this.#segment(connection, FLAG.syn | FLAG.ack, 0, NONE, offered);
    this.#advance(connection, 1);
    this.arm(connection);
  }
  acknowledge(connection: Connection): void {
    this.#segment(connection, FLAG.ack, connection.next, NONE);
  }
  reset(connection: Connection): void {
    this.#segment(connection, FLAG.rst | FLAG.ack, connection.next, NONE);
  }

  /** Sends what may be sent now. `probes`: one byte at least, to hear whether the other end takes more. */
  pump(connection: Connection, probes = false): void {
    const { mss, outgoing } = connection;
    const allowed = Math.min(connection.congestionWindow, connection.window);
    const limit = connection.acknowledged + Math.max(allowed, probes ? 1 : 0);
    const end = dataEnd(connection);
    for (let burst = 0; burst < MOST_BURST && connection.next < end && connection.next < limit; burst++) {
      const { next } = connection;
      const size = Math.min(mss, limit - next, end - next);
      // Small pieces of much are not worth their headers (RFC 9293, §3.8.6.2.1).
      if (size < mss && next + size < end && isUnderway(connection)) break;
      const isLast = next + size === end;
      const finishes = isLast && connection.isClosed;
      const flags = FLAG.ack | (isLast ? FLAG.psh : 0) | (finishes ? FLAG.fin : 0);
      this.#segment(connection, flags, next, outgoing.read(next - 1, size));
      this.#advance(connection, next + size + (finishes ? 1 : 0));
    }
    if (connection.isClosed && connection.next === end && (!isUnderway(connection) || end < limit)) {
      this.#segment(connection, FLAG.ack | FLAG.fin, end, NONE);
      this.#advance(connection, end + 1);
    }
    // Nothing may be sent: after a while one byte asks again.
    if (!isUnderway(connection) && connection.next < end) this.arm(connection);
  }

  /** The other end has everything before a position, which is further than before or the same once more. */
  acknowledged(connection: Connection, position: number, isRepeated: boolean): void {
    if (position > connection.acknowledged) this.#progress(connection, position);
    else if (isRepeated && isUnderway(connection)) this.#repeated(connection);
  }

  /** The deadline has passed: something goes out again. False: the connection is given up. */
  timeout(connection: Connection): boolean {
    if (connection.state === 'time-wait') return false;
    const isWaiting = isUnderway(connection) || connection.next < dataEnd(connection);
    connection.tries += 1;
    if (!isWaiting || connection.tries > MOST_TRIES) return false;
    const { mss } = connection;
    connection.threshold = halfUnderway(connection);
    connection.congestionWindow = mss;
    connection.repeated = 0;
    connection.recovery = 0;
    connection.timed = 0;
    connection.timeoutNs = Math.min(2 * connection.timeoutNs, MOST_TIMEOUT_NS);
    connection.next = connection.acknowledged;
    this.#ways.resent();
    if (connection.state !== 'syn-received') this.pump(connection, true);
    this.arm(connection);
    return true;
  }

  /** Sets the deadline anew. */
  arm(connection: Connection): void {
    const now = this.#ways.now();
    if (connection.state === 'time-wait') connection.deadline = now + TIME_WAIT_NS;
    else if (isUnderway(connection) || connection.next < dataEnd(connection))
      connection.deadline = now + connection.timeoutNs;
    else connection.deadline = now + IDLE_NS;
  }

  #progress(connection: Connection, position: number): void {
    const { mss, timed } = connection;
    const fresh = position - connection.acknowledged;
    if (timed > 0 && position >= timed) this.#measured(connection);
    connection.acknowledged = position;
    connection.next = Math.max(connection.next, position);
    connection.outgoing.forget(position - 1);
    connection.tries = 0;
    connection.repeated = 0;
    if (position < connection.recovery) {
      // One hole is filled, and the next begins here.
      connection.congestionWindow = Math.max(connection.congestionWindow - fresh + mss, mss);
      this.#again(connection);
    } else if (connection.recovery > 0) {
      connection.recovery = 0;
      connection.congestionWindow = connection.threshold;
    } else if (connection.congestionWindow < connection.threshold)
      connection.congestionWindow += Math.min(fresh, mss);
    else connection.congestionWindow += Math.max(1, Math.floor((mss * mss) / connection.congestionWindow));
    this.arm(connection);
  }

  #repeated(connection: Connection): void {
    const { mss } = connection;
    connection.repeated += 1;
    if (connection.recovery > 0) {
      connection.congestionWindow += mss;
      return;
    }
    if (connection.repeated !== REPEATED_OF_LOSS) return;
    connection.threshold = halfUnderway(connection);
    connection.congestionWindow = connection.threshold + REPEATED_OF_LOSS * mss;
    connection.recovery = connection.furthest;
    this.#again(connection);
  }

  /** Sends the first segment that is not acknowledged once more. */
  #again(connection: Connection): void {
    const { acknowledged: from, mss, outgoing } = connection;
    connection.timed = 0;
    this.#ways.resent();
    const data = outgoing.read(from - 1, mss);
    const finishes = connection.isClosed && from + data.length === dataEnd(connection);
    this.#segment(connection, FLAG.ack | (finishes ? FLAG.fin : 0), from, data);
  }

  /** RFC 6298, §2; what was sent twice is not timed. */
  #measured(connection: Connection): void {
    const sample = this.#ways.now() - connection.timedAt;
    connection.timed = 0;
    if (connection.roundTripNs === 0) {
      connection.roundTripNs = Math.max(1, sample);
      connection.variationNs = Math.floor(sample / 2);
    } else {
      const error = Math.abs(connection.roundTripNs - sample);
      connection.variationNs = Math.floor((3 * connection.variationNs + error) / 4);
      connection.roundTripNs = Math.max(1, Math.floor((7 * connection.roundTripNs + sample) / 8));
    }
    const timeout = connection.roundTripNs + Math.max(NS_PER_MS, 4 * connection.variationNs);
    connection.timeoutNs = Math.min(Math.max(timeout, LEAST_TIMEOUT_NS), MOST_TIMEOUT_NS);
  }

  #advance(connection: Connection, next: number): void {
    const wasIdle = !isUnderway(connection);
    if (connection.timed === 0 && next > connection.furthest) {
      connection.timed = next;
      connection.timedAt = this.#ways.now();
    }
    connection.next = next;
    connection.furthest = Math.max(connection.furthest, next);
    if (wasIdle) this.arm(connection);
  }

  #segment(
    connection: Connection,
    flags: number,
    position: number,
    data: Uint8Array,
    offered: Pick<Segment, 'mss' | 'windowShift'> = {},
  ): void {
    const { local, localPort, remote, remotePort, expected, inbox } = connection;
    this.sent += 1;
    this.#ways.send(
      tcpPacket(
        { from: local, to: remote },
        {
          ...{ fromPort: localPort, toPort: remotePort, sequence: sequenceOf(connection, position) },
          ...{ acknowledgement: expected, flags, window: MOST_INBOX - inbox.length, data, ...offered },
        },
      ),
    );
  }
}
