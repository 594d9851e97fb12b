/**
 * How long a VM takes to answer: at its cards, from the last new byte of what somebody asks to the first byte that goes back to them. A
 * question is a stream that came to the VM (TCP, from its SYN on), or a datagram that came before any left (UDP; several at once are one). What the VM asks itself is none.
 */
import { u16, u32 } from '#base/big-endian';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, oneOf, u32 as u32Type, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { TCP, TCP_FLAGS, TCP_SEQUENCE, transportOf } from '#machine/devices/virtio/net/offload/transport';

/** Conversations that are known at once, a power of two; a later one takes the place of an earlier one that falls to the same row. */
const ROWS = 256;
/** Answers whose mean is told, and for how long. */
const REMEMBERED = 32;
const LATELY_NS: VirtualNs = NS_PER_S;
/** Where nothing is answered, questions that are open tell how long it takes; older ones are nobody's any more. */
const LONGEST_OPEN_NS: VirtualNs = 10 * NS_PER_S;
/** Of a row in which no question is open. */
const NONE = -1;
/** RFC 9293 §3.1. */
const SYN = 0x02;
const ACK = 0x10;

/** Where TCP begins behind headers of Ethernet and IPv4, and where it ends, all without options. */
const PLAIN_TCP = 34;
const PLAIN_BYTES = PLAIN_TCP + 20;

/** `own`: it is the VM that asks. */
const SORTS = ['own', 'stream', 'datagrams'] as const;
type Sort = (typeof SORTS)[number];

interface ConversationState {
  readonly key: number;
  readonly sort: Sort;
  /** Behind the last byte of a stream. */
  readonly end: number;
  /** For how long a question has been open; −1: none is. */
  readonly openNs: VirtualNs;
}
interface AnswerState {
  readonly agoNs: VirtualNs;
  readonly tookNs: VirtualNs;
}
export interface AnswersState {
  readonly count: number;
  readonly totalNs: VirtualNs;
  readonly lately: readonly AnswerState[];
  readonly conversations: readonly ConversationState[];
}
/** Instants are told from now: a state says nothing of the host's clock. */
export const ANSWERS: Declaration<AnswersState> = declare('answers', {
  ...{ count: integer, totalNs: integer },
  lately: list(declare<AnswerState>('answer', { agoNs: integer, tookNs: integer }), upTo(REMEMBERED)),
  conversations: list(
    declare<ConversationState>('conversation', {
      ...{ key: u32Type, sort: oneOf(...SORTS), end: u32Type, openNs: integer },
    }),
    upTo(ROWS),
  ),
});
export const NO_ANSWERS: AnswersState = { count: 0, totalNs: 0, lately: [], conversations: [] };

export class Answers {
  /** So many, and how long they took together. */
  count = 0;
  totalNs: VirtualNs = 0;
  readonly #now: () => VirtualNs;
  /** Oldest first. */
  #lately: { readonly at: VirtualNs; readonly tookNs: VirtualNs }[] = [];
  readonly #keys = new Uint32Array(ROWS);
  readonly #sorts: (Sort | undefined)[] = new Array(ROWS).fill(undefined);
  readonly #ends = new Uint32Array(ROWS);
  readonly #openedAt = new Float64Array(ROWS);
  /** Some row may have a stream with an open question: asked of every VM ten times in a second, and of most there is none. */
  #mayBeOpen = false;
  /** Some row may have a stream that somebody else began. */
  #hasStreams = false;

  constructor(now: () => VirtualNs) {
    this.#now = now;
  }

  /** A frame has come to the VM, or left it. */
  note(frame: Uint8Array, isSent: boolean): void {
    // To many, or to nobody in particular.
    if ((frame[0]! & 1) !== 0) return;
    // Most VMs are asked nothing by streams: what goes on there, the VM began.
    if (!this.#hasStreams && goesOn(frame)) return;
    const parts = transportOf(frame);
    if (parts === undefined) return;
    const { isV6, protocol, network, transport, payload, end } = parts;
    const peer = network + (isV6 ? 8 : 12) + (isSent ? (isV6 ? 16 : 4) : 0);
    const ports = isSent
      ? (u16(frame, transport) << 16) | u16(frame, transport + 2)
      : (u16(frame, transport + 2) << 16) | u16(frame, transport);
    let key = mixed(protocol, ports);
    for (let at = peer; at < peer + (isV6 ? 16 : 4); at += 4) key = mixed(key, u32(frame, at));
    key >>>= 0;
    const row = key & (ROWS - 1);
    const sort = this.#keys[row] === key ? this.#sorts[row] : undefined;
    if (protocol !== TCP) {
      if (sort === undefined) this.#begin(row, key, isSent ? 'own' : 'datagrams', 0);
      if (this.#sorts[row] === 'own') return;
      if (isSent) this.#answered(row);
      else if (this.#openedAt[row] === NONE) this.#openedAt[row] = this.#now();
      return;
    }
    const sequence = u32(frame, transport + TCP_SEQUENCE);
    if ((frame[transport + TCP_FLAGS]! & (SYN | ACK)) === SYN)
      this.#begin(row, key, isSent ? 'own' : 'stream', sequence + 1);
    else if (sort === 'stream' && payload < end) {
      if (isSent) this.#answered(row);
      else this.#heard(row, (sequence + end - payload) >>> 0);
    }
  }

  #begin(row: number, key: number, sort: Sort, end: number): void {
    if (sort === 'stream') this.#hasStreams = true;
    this.#keys[row] = key;
    this.#sorts[row] = sort;
    this.#ends[row] = end;
    this.#openedAt[row] = NONE;
  }
  /** A stream has gone on to here; what is sent once more is nothing new. */
  #heard(row: number, end: number): void {
    if (((end - this.#ends[row]!) | 0) <= 0) return;
    this.#ends[row] = end;
    this.#openedAt[row] = this.#now();
    this.#mayBeOpen = true;
  }
  #answered(row: number): void {
    const openedAt = this.#openedAt[row]!;
    if (openedAt === NONE) return;
    const at = this.#now();
    const tookNs = at - openedAt;
    this.#openedAt[row] = NONE;
    this.count += 1;
    this.totalNs += tookNs;
    this.#lately.push({ at, tookNs });
    if (this.#lately.length > REMEMBERED) this.#lately.shift();
  }

  /** How long those of the last second took, on average; without any, how long somebody has waited for one; 0 where nobody does. */
  get meanNs(): VirtualNs {
    if (this.#lately.length === 0 && !this.#mayBeOpen) return 0;
    const from = this.#now() - LATELY_NS;
    let [count, sum] = [0, 0];
    for (const { at, tookNs } of this.#lately)
      if (at > from) {
        count += 1;
        sum += tookNs;
      }
    return count === 0 ? this.#longestOpenNs() : Math.round(sum / count);
  }
  /** Of streams: many datagrams want no answer. */
  #longestOpenNs(): VirtualNs {
    if (!this.#mayBeOpen) return 0;
    const now = this.#now();
    let longest = 0;
    this.#mayBeOpen = false;
    for (let row = 0; row < ROWS; row++) {
      const openedAt = this.#openedAt[row]!;
      if (this.#sorts[row] !== 'stream' || openedAt === NONE) continue;
      this.#mayBeOpen = true;
      if (now - openedAt <= LONGEST_OPEN_NS) longest = Math.max(longest, now - openedAt);
    }
    return longest;
  }

  capture(): AnswersState {
    const now = this.#now();
    const conversations: ConversationState[] = [];
    for (let row = 0; row < ROWS; row++) {
      const sort = this.#sorts[row];
      if (sort === undefined) continue;
      const openedAt = this.#openedAt[row]!;
      conversations.push({
        ...{ key: this.#keys[row]!, sort, end: this.#ends[row]! },
        openNs: openedAt === NONE ? NONE : now - openedAt,
      });
    }
    const lately = this.#lately.map(({ at, tookNs }) => ({ agoNs: now - at, tookNs }));
    return { count: this.count, totalNs: this.totalNs, lately, conversations };
  }
  restore({ count, totalNs, lately, conversations }: AnswersState): void {
    const isSound = ({ openNs }: ConversationState) => openNs >= NONE;
    if (!conversations.every(isSound) || lately.some(({ agoNs, tookNs }) => agoNs < 0 || tookNs < 0))
      throw new SnapshotFormatError('a question that is still to come');
    const now = this.#now();
    [this.count, this.totalNs] = [count, totalNs];
    this.#lately = lately.map(({ agoNs, tookNs }) => ({ at: now - agoNs, tookNs }));
    this.#sorts.fill(undefined);
    this.#mayBeOpen = true;
    this.#hasStreams = false;
    for (const { key, sort, end, openNs } of conversations) {
      const row = key & (ROWS - 1);
      this.#begin(row, key, sort, end);
      this.#openedAt[row] = openNs === NONE ? NONE : now - openNs;
    }
  }
}

/** A segment that opens no stream, where that is seen at once: in IPv4 without a tag and without options. */
function goesOn(frame: Uint8Array): boolean {
  if (frame.length < PLAIN_BYTES || frame[12] !== 0x08 || frame[13] !== 0 || frame[14] !== 0x45) return false;
  return frame[23] === TCP && (frame[PLAIN_TCP + TCP_FLAGS]! & SYN) === 0;
}

/** A step of a hash whose bits all move (the finisher of MurmurHash3, by Austin Appleby, in the public domain). */
function mixed(hash: number, word: number): number {
  let mix = Math.imul(hash ^ word, 0x85eb_ca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2_ae35);
  return mix ^ (mix >>> 16);
}
