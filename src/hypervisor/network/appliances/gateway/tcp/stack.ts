/**
 * The servers' end of TCP (RFC 9293, §3.10.7): who speaks to whom, and what a segment does to a connection in each state. Time is
 * virtual; all tables are bounded, and a full one makes room by whoever has said no more than hello.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { isIpv6 } from '../wire/address.ts';
import { joined } from '../wire/bytes.ts';
import type { Packet } from '../wire/ip.ts';
import { FLAG, MOST_WINDOW_SHIFT, type Segment, tcpPacket } from '../wire/tcp.ts';
import {
  type Connection,
  type ConnectionState,
  connectionKey,
  distance,
  MOST_AHEAD,
  MOST_INBOX,
  sequenceOf,
} from './connection.ts';
import { Outgoing } from './outgoing.ts';
import { Talk, type TcpServer } from './server.ts';
import { FIRST_TIMEOUT_NS, isFinAcknowledged, Transmission } from './transmission.ts';

export const MOST_CONNECTIONS = 512;
/** Connections that have got no further than hello. */
export const MOST_HALF_OPEN = 64;
/** What an end takes that does not say (RFC 9293, §3.7.1), and less than that is not worth while. */
const USUAL_MSS = { four: 536, six: 1220 } as const;
const LEAST_MSS = 88;
/** Segments that go out before the first acknowledgement (RFC 6928). */
const FIRST_SEGMENTS = 10;
const NONE = new Uint8Array(0);

export type TcpEvent = 'opened' | 'refused' | 'resent';

export interface StackWays {
  readonly seed: number;
  /** Largest packet of the inner network. */
  readonly mtu: number;
  readonly now: () => VirtualNs;
  readonly send: (packet: Packet) => void;
  readonly serverAt: (address: Uint8Array, port: number) => TcpServer | undefined;
  readonly count: (event: TcpEvent) => void;
  /** Calls {@link TcpStack.due} with the slot at an instant; and takes that back. */
  readonly wake: (slot: number, at: VirtualNs) => void;
  readonly cancel: (slot: number) => void;
}

export class TcpStack {
  readonly #ways: StackWays;
  readonly #out: Transmission;
  readonly #slots: (Connection | undefined)[] = Array(MOST_CONNECTIONS).fill(undefined);
  /** Oldest first. */
  readonly #byEnds = new Map<string, { readonly slot: number; readonly connection: Connection }>();

  constructor(ways: StackWays) {
    this.#ways = ways;
    this.#out = new Transmission({ now: ways.now, send: ways.send, resent: () => ways.count('resent') });
  }

  connections(): readonly Connection[] {
    return [...this.#byEnds.values()].map(({ connection }) => connection);
  }

  /** A segment for one of the servers. */
  receive({ from, to }: Packet, segment: Segment): void {
    const ends = { local: to, localPort: segment.toPort, remote: from, remotePort: segment.fromPort };
    const found = this.#byEnds.get(connectionKey(ends));
    const isHello = (segment.flags & (FLAG.syn | FLAG.ack | FLAG.rst)) === FLAG.syn;
    if (found?.connection.state === 'time-wait' && isHello) this.#remove(found.connection);
    else if (found !== undefined) {
      this.#arrived(found.connection, segment);
      this.#schedule(found.slot);
      return;
    }
    const server = this.#ways.serverAt(to, segment.toPort);
    if (isHello && server !== undefined) this.#open(ends, segment);
    else this.#refuse({ from, to }, segment);
  }

  /** What tells who speaks to nobody that he does (§3.10.7.1); nothing tells who says so himself. */
  refusal({ from, to }: Pick<Packet, 'from' | 'to'>, segment: Segment): Packet | undefined {
    const { flags, sequence, acknowledgement, fromPort, toPort } = segment;
    if ((flags & FLAG.rst) !== 0) return undefined;
    this.#ways.count('refused');
    const isAnswer = (flags & FLAG.ack) !== 0;
    const length = lengthOf(segment);
    return tcpPacket(
      { from: to, to: from },
      {
        ...{ fromPort: toPort, toPort: fromPort, window: 0, data: NONE },
        sequence: isAnswer ? acknowledgement : 0,
        acknowledgement: isAnswer ? 0 : (sequence + length) % 0x1_0000_0000,
        flags: isAnswer ? FLAG.rst : FLAG.rst | FLAG.ack,
      },
    );
  }

  /** The instant has come for which a slot was woken. */
  due(slot: number): void {
    const connection = this.#slots[slot];
    if (connection === undefined) return;
    connection.wakeAt = Number.POSITIVE_INFINITY;
    if (connection.deadline <= this.#ways.now() && !this.#timedOut(connection)) return;
    this.#schedule(slot);
  }

  capture(): readonly ConnectionState[] {
    return [...this.#byEnds.values()].map(({ slot, connection }) => ({
      ...{ slot, ...connection, outgoing: connection.outgoing.capture() },
      wakeAt: Number.isFinite(connection.wakeAt) ? connection.wakeAt : -1,
    }));
  }
  restore(states: readonly ConnectionState[]): void {
    for (let slot = 0; slot < MOST_CONNECTIONS; slot++) this.#ways.cancel(slot);
    this.#slots.fill(undefined);
    this.#byEnds.clear();
    for (const { slot, outgoing, wakeAt, ...rest } of states) {
      const isSound = slot < MOST_CONNECTIONS && this.#slots[slot] === undefined;
      if (!isSound || rest.mss < LEAST_MSS || rest.windowShift > MOST_WINDOW_SHIFT)
        throw new SnapshotFormatError('a connection that cannot be');
      const stream = new Outgoing();
      stream.restore(outgoing);
      const connection: Connection = { ...rest, outgoing: stream, wakeAt: Number.POSITIVE_INFINITY };
      this.#put(slot, connection);
      if (wakeAt < 0) continue;
      connection.wakeAt = wakeAt;
      this.#ways.wake(slot, wakeAt);
    }
  }

  #open(ends: Pick<Connection, 'local' | 'localPort' | 'remote' | 'remotePort'>, segment: Segment): void {
    const slot = this.#freeSlot();
    if (slot < 0) {
      this.#refuse({ from: ends.remote, to: ends.local }, segment);
      return;
    }
    const isSix = isIpv6(ends.local);
    const ours = this.#ownMss(ends.local);
    const mss = Math.max(LEAST_MSS, Math.min(segment.mss ?? (isSix ? USUAL_MSS.six : USUAL_MSS.four), ours));
    const connection: Connection = {
      ...{ ...ends, state: 'syn-received', isClosed: false, first: this.#firstNumber(ends), mss },
      ...{ acknowledged: 0, next: 0, furthest: 0, window: segment.window },
      ...{ scales: segment.windowShift !== undefined, windowShift: segment.windowShift ?? 0 },
      ...{ expected: (segment.sequence + 1) % 0x1_0000_0000 },
      ...{ congestionWindow: FIRST_SEGMENTS * mss, threshold: 1 << 20, repeated: 0, recovery: 0 },
      ...{ roundTripNs: 0, variationNs: 0, timeoutNs: FIRST_TIMEOUT_NS, timed: 0, timedAt: 0 },
      ...{ deadline: Number.MAX_SAFE_INTEGER, tries: 0, outgoing: new Outgoing(), inbox: NONE, ahead: [] },
      wakeAt: Number.POSITIVE_INFINITY,
    };
    this.#put(slot, connection);
    this.#out.hello(connection, ours);
    this.#schedule(slot);
  }

  #refuse(way: Pick<Packet, 'from' | 'to'>, segment: Segment): void {
    const refusal = this.refusal(way, segment);
    if (refusal !== undefined) this.#ways.send(refusal);
  }

  /** §3.10.7.4, in its order. */
  #arrived(connection: Connection, segment: Segment): void {
    const { flags } = segment;
    const offset = distance(connection.expected, segment.sequence);
    const length = lengthOf(segment);
    if (connection.state === 'syn-received' && (flags & FLAG.syn) !== 0 && offset === -1) {
      this.#out.hello(connection, this.#ownMss(connection.local));
      return;
    }
    const window = MOST_INBOX - connection.inbox.length;
    const isInWindow =
      length === 0 ? offset >= 0 && offset <= window : offset < window && offset + length > 0;
    if ((flags & FLAG.rst) !== 0) {
      // Only the exact number ends a connection (RFC 5961, §3).
      if (offset === 0) this.#remove(connection);
      else if (isInWindow) this.#out.acknowledge(connection);
      return;
    }
    if (!isInWindow || (flags & FLAG.syn) !== 0) {
      // Probes of a full window say nothing new but acknowledge.
      if (offset === 0 && (flags & FLAG.ack) !== 0) this.#acknowledged(connection, segment, offset);
      if (this.#byEnds.has(connectionKey(connection))) this.#out.acknowledge(connection);
      return;
    }
    if ((flags & FLAG.ack) === 0 || !this.#acknowledged(connection, segment, offset)) return;
    const sentBefore = this.#out.sent;
    this.#take(connection, segment, offset);
    this.#converse(connection);
    this.#out.pump(connection);
    if (length > 0 && this.#out.sent === sentBefore) this.#out.acknowledge(connection);
  }

  /** What the acknowledgement does; false where that ends it. */
  #acknowledged(connection: Connection, segment: Segment, offset: number): boolean {
    const { acknowledgement, flags, data } = segment;
    const position =
      connection.acknowledged + distance(sequenceOf(connection, connection.acknowledged), acknowledgement);
    if (connection.state === 'syn-received') {
      if (position !== 1) {
        this.#refuse({ from: connection.remote, to: connection.local }, segment);
        return false;
      }
      connection.state = 'established';
      this.#ways.count('opened');
      this.#out.acknowledged(connection, position, false);
      connection.window = segment.window * 2 ** connection.windowShift;
      const server = this.#serverOf(connection);
      server?.opened?.(new Talk(connection, this.#ways.now()));
      return true;
    }
    if (position > connection.furthest) {
      this.#out.acknowledge(connection);
      return false;
    }
    if (position < connection.acknowledged) return true;
    const window = segment.window * 2 ** connection.windowShift;
    const isRepeated =
      position === connection.acknowledged &&
      data.length === 0 &&
      (flags & FLAG.fin) === 0 &&
      window === connection.window;
    if (offset >= 0) connection.window = window;
    this.#out.acknowledged(connection, position, isRepeated);
    if (!isFinAcknowledged(connection)) return true;
    if (connection.state === 'fin-wait-1') connection.state = 'fin-wait-2';
    else if (connection.state === 'closing') this.#rest(connection);
    else if (connection.state === 'last-ack') {
      this.#remove(connection);
      return false;
    }
    return true;
  }

  /** Takes what a segment brings, in order; what is ahead waits. */
  #take(connection: Connection, { flags, data, sequence }: Segment, offset: number): void {
    const { state } = connection;
    if (state !== 'established' && state !== 'fin-wait-1' && state !== 'fin-wait-2') return;
    if (offset > 0) {
      const isKnown = connection.ahead.some((each) => each.sequence === sequence);
      const fits = connection.ahead.length < MOST_AHEAD && data.length > 0 && data.length <= MOST_INBOX;
      if (fits && !isKnown) connection.ahead = [...connection.ahead, { sequence, data: data.slice() }];
      return;
    }
    const isWhole = this.#append(connection, data.subarray(-offset));
    for (let found = this.#nextAhead(connection); found !== undefined; found = this.#nextAhead(connection))
      if (!this.#append(connection, found)) break;
    const finAt = (sequence + data.length) % 0x1_0000_0000;
    if ((flags & FLAG.fin) === 0 || !isWhole || connection.expected !== finAt) return;
    connection.expected = (connection.expected + 1) % 0x1_0000_0000;
    connection.ahead = [];
    if (state === 'established') connection.state = 'close-wait';
    else if (state === 'fin-wait-1' && !isFinAcknowledged(connection)) connection.state = 'closing';
    else this.#rest(connection);
  }

  /** False where the inbox has no room for all. */
  #append(connection: Connection, data: Uint8Array): boolean {
    const part = data.subarray(0, MOST_INBOX - connection.inbox.length);
    if (part.length > 0) connection.inbox = joined(connection.inbox, part);
    connection.expected = (connection.expected + part.length) % 0x1_0000_0000;
    return part.length === data.length;
  }

  /** What waited and is next now, out of the list; what has come otherwise is forgotten. */
  #nextAhead(connection: Connection): Uint8Array | undefined {
    const { expected } = connection;
    connection.ahead = connection.ahead.filter(
      ({ sequence, data }) => distance(expected, sequence) + data.length > 0,
    );
    const found = connection.ahead.find(({ sequence }) => distance(expected, sequence) <= 0);
    if (found === undefined) return undefined;
    connection.ahead = connection.ahead.filter((each) => each !== found);
    return found.data.subarray(-distance(expected, found.sequence));
  }

  /** Lets the server speak; where the other end has closed, ours closes behind it. */
  #converse(connection: Connection): void {
    const full = MOST_INBOX - connection.inbox.length < connection.mss;
    const talk = new Talk(connection, this.#ways.now());
    if (connection.inbox.length > 0) this.#serverOf(connection)?.heard?.(talk);
    if (connection.state === 'close-wait') talk.close();
    if (connection.isClosed && connection.state === 'established') connection.state = 'fin-wait-1';
    else if (connection.isClosed && connection.state === 'close-wait') connection.state = 'last-ack';
    // Who waited for room is told of it.
    if (full && MOST_INBOX - connection.inbox.length >= connection.mss) this.#out.acknowledge(connection);
  }

  #rest(connection: Connection): void {
    connection.state = 'time-wait';
    this.#out.arm(connection);
  }

  /** False where the connection is gone. */
  #timedOut(connection: Connection): boolean {
    if (this.#out.timeout(connection)) {
      if (connection.state === 'syn-received') this.#out.hello(connection, this.#ownMss(connection.local));
      return true;
    }
    if (connection.state !== 'time-wait') this.#out.reset(connection);
    this.#remove(connection);
    return false;
  }

  #serverOf({ local, localPort }: Connection): TcpServer | undefined {
    return this.#ways.serverAt(local, localPort);
  }

  /** One event waits for a connection; it comes too early rather than that each segment moves it. */
  #schedule(slot: number): void {
    const connection = this.#slots[slot];
    if (connection === undefined || connection.wakeAt <= connection.deadline) return;
    if (Number.isFinite(connection.wakeAt)) this.#ways.cancel(slot);
    connection.wakeAt = connection.deadline;
    this.#ways.wake(slot, connection.deadline);
  }

  #put(slot: number, connection: Connection): void {
    this.#slots[slot] = connection;
    this.#byEnds.set(connectionKey(connection), { slot, connection });
  }
  #remove(connection: Connection): void {
    const key = connectionKey(connection);
    const found = this.#byEnds.get(key);
    if (found === undefined) return;
    this.#byEnds.delete(key);
    this.#slots[found.slot] = undefined;
    this.#ways.cancel(found.slot);
  }

  /** What we take at most of a segment that fits the inner network. */
  #ownMss(local: Uint8Array): number {
    return this.#ways.mtu - (isIpv6(local) ? 60 : 40);
  }

  /** -1: all are taken. */
  #freeSlot(): number {
    const halfOpen = this.connections().filter(({ state }) => state === 'syn-received');
    const [oldest] = halfOpen;
    if (oldest !== undefined && (halfOpen.length >= MOST_HALF_OPEN || this.#byEnds.size >= MOST_CONNECTIONS))
      this.#remove(oldest);
    return this.#slots.indexOf(undefined);
  }

  /** Nobody guesses it who does not know the seed, and it is not the same twice (RFC 6528). */
  #firstNumber(ends: Pick<Connection, 'local' | 'localPort' | 'remote' | 'remotePort'>): number {
    let mixed = (this.#ways.seed ^ Math.floor(this.#ways.now() / NS_PER_MS)) | 0;
    for (const sign of connectionKey(ends)) {
      mixed = Math.imul(mixed ^ sign.charCodeAt(0), 0x0100_0193);
      mixed ^= mixed >>> 15;
    }
    return mixed >>> 0;
  }
}

/** What a segment takes of the sequence numbers. */
function lengthOf({ flags, data }: Segment): number {
  return data.length + ((flags & FLAG.syn) === 0 ? 0 : 1) + ((flags & FLAG.fin) === 0 ? 0 : 1);
}
