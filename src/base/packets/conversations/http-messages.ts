/**
 * Messages of HTTP that stand in several segments, put together as they come at one place: whoever sees the last byte of one sees all of it,
 * as in Wireshark. Packets are hostile: a message has so many bytes at most, all that are being put together have so many, and who
 * began first is given up first.
 */

import { endOfChunks, type Head, headOf } from '../protocols/http-framing.ts';
import { byPorts } from '../protocols/names.ts';
import { carriedBytes, headerBytes, TCP_FLAGS } from '../protocols/tcp.ts';
import { distance, type Segment } from './segment.ts';

/** Bytes of one message, and of all that are not whole. */
const MOST_MESSAGE = 1 << 20;
export const MOST_OPEN: number = 1 << 24;
/** Segments that came before what they follow, of one direction. */
const MOST_AHEAD = 64;
/** Requests that wait for their answers; parts of the stream that are known to have been messages. */
const MOST_ASKED = 32;
const MOST_PASSED = 8;

export interface WholeMessage {
  /** Those of the packet where it stands in one segment. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Numbers of the packets that it came in. */
  readonly frames: readonly number[];
}
/** What a segment is to messages where it is not just one. */
export interface MessageFacts {
  /** Those that end here. */
  readonly whole: readonly WholeMessage[];
  /** There are bytes of one in it that others have bytes of, too. */
  readonly isPart: boolean;
}

interface Piece {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
}

/** All that is being put together, whoever does. */
export class OpenMessages {
  readonly #bytes = new Map<HttpDirection, number>();
  readonly #most: number;
  #sum = 0;

  constructor(most: number = MOST_OPEN) {
    this.#most = most;
  }
  /** Bytes of all of them. */
  get size(): number {
    return this.#sum;
  }

  /** So many bytes are one's now. */
  note(direction: HttpDirection, bytes: number): void {
    const known = this.#bytes.get(direction) ?? 0;
    this.#sum += bytes - known;
    if (bytes === 0) this.#bytes.delete(direction);
    else this.#bytes.set(direction, bytes);
    for (const oldest of this.#bytes.keys()) {
      if (this.#sum <= this.#most) return;
      oldest.giveUp();
    }
  }
}

/** Both directions of a stream at one place. */
export class HttpView {
  readonly #first: string;
  readonly #ofFirst: HttpDirection;
  readonly #ofSecond: HttpDirection;

  constructor(first: string, open: OpenMessages) {
    this.#first = first;
    this.#ofFirst = new HttpDirection(open);
    this.#ofSecond = new HttpDirection(open);
  }

  /** Whether such a stream has messages. */
  static speaks({ layer }: Segment): boolean {
    return byPorts('tcp', [layer.u16(0), layer.u16(2)]) === 'http';
  }

  /** @param frame the number of the packet */
  take(segment: Segment, frame: number): MessageFacts | undefined {
    const isFirst = segment.from === this.#first;
    const [own, other] = isFirst ? [this.#ofFirst, this.#ofSecond] : [this.#ofSecond, this.#ofFirst];
    return own.take(segment, frame, other.asked);
  }
}

export class HttpDirection {
  /** Methods of its requests whose answers have not come. */
  readonly asked: string[] = [];
  readonly #open: OpenMessages;
  #next: number | undefined;
  /** What has come of the message that is not whole, the first so many bytes of it. */
  #buffer = new Uint8Array(0);
  #length = 0;
  /** Which packet brought what of it, up to where. */
  #brought: { readonly frame: number; readonly end: number }[] = [];
  #head: Head | undefined;
  /** Where its next chunk begins. */
  #chunkAt = 0;
  #ahead: Piece[] = [];
  /** Numbers between which there were messages of several segments. */
  #passed: (readonly [number, number])[] = [];

  constructor(open: OpenMessages) {
    this.#open = open;
  }

  take(segment: Segment, frame: number, asked: string[]): MessageFacts | undefined {
    const { layer, seq, flags } = segment;
    if ((flags & TCP_FLAGS.syn) !== 0) {
      this.giveUp();
      this.#next = (seq + 1) >>> 0;
      return undefined;
    }
    const header = headerBytes(layer);
    const bytes = layer.slice(header, Math.max(0, layer.length - header));
    const isEnd = (flags & TCP_FLAGS.fin) !== 0;
    if (bytes.length < carriedBytes(layer)) {
      // What the capture has not kept is no part of anything.
      this.giveUp();
      this.#next = (seq + carriedBytes(layer)) >>> 0;
      return undefined;
    }
    if (bytes.length === 0 && !isEnd) return undefined;
    return this.#took({ seq, bytes, frame }, isEnd, asked, layer.start + header, layer.bytes);
  }

  #took(
    piece: Piece,
    isEnd: boolean,
    asked: string[],
    at: number,
    packet: Uint8Array,
  ): MessageFacts | undefined {
    const { seq, bytes, frame } = piece;
    this.#next ??= seq;
    const ahead = distance(this.#next, seq);
    if (ahead > 0 && this.#length > 0) {
      if (bytes.length > 0 && this.#ahead.length < MOST_AHEAD) this.#ahead.push(piece);
      this.#note();
      return { whole: [], isPart: true };
    }
    if (ahead < 0 && -ahead >= bytes.length && !isEnd)
      return this.#passed.some(([from, to]) => distance(from, seq) >= 0 && distance(seq, to) > 0)
        ? { whole: [], isPart: true }
        : undefined;
    // A gap between two messages: the second may be whole.
    if (ahead > 0) this.#next = seq;
    const old = Math.min(bytes.length, Math.max(0, -ahead));
    const before = this.#length;
    this.#append(bytes.subarray(old), frame);
    for (let found = this.#nextAhead(); found !== undefined; found = this.#nextAhead())
      this.#append(found.bytes, found.frame);
    const whole = this.#wholeOnes(isEnd, asked);
    this.#note();
    const isPart = before > 0 || this.#length > 0;
    const isJustOne = whole.length === 1 && old === 0 && whole[0]!.end === bytes.length;
    if (!isPart && (whole.length === 0 || isJustOne)) return undefined;
    return {
      isPart,
      whole: whole.map((each) => {
        const [only, ...more] = each.frames;
        // Its end ends the message, too.
        if (bytes.length === 0) return { ...each, frames: [...each.frames, frame] };
        if (only !== frame || more.length > 0) return each;
        // It stands in this packet alone.
        const start = at + old + each.offset - before;
        return { ...each, bytes: packet, start, end: start + each.end };
      }),
    };
  }

  #nextAhead(): Piece | undefined {
    const next = this.#next ?? 0;
    const index = this.#ahead.findIndex(({ seq }) => distance(next, seq) <= 0);
    const [piece] = index < 0 ? [] : this.#ahead.splice(index, 1);
    if (piece === undefined) return undefined;
    return {
      ...piece,
      bytes: piece.bytes.subarray(Math.min(piece.bytes.length, -distance(next, piece.seq))),
    };
  }

  #append(bytes: Uint8Array, frame: number): void {
    this.#next = ((this.#next ?? 0) + bytes.length) >>> 0;
    if (bytes.length === 0) return;
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
    this.#brought.push({ frame, end: length });
  }

  /** Takes those out that are whole, each with where it stood in all that had come. */
  #wholeOnes(isEnd: boolean, asked: string[]): (WholeMessage & { readonly offset: number })[] {
    const found = [];
    let offset = 0;
    while (this.#length > offset) {
      const bytes = this.#buffer.subarray(offset, this.#length);
      const end = this.#lengthOf(bytes, isEnd, asked);
      if (end === 'other' || (end === 'more' && bytes.length > MOST_MESSAGE)) {
        this.#drop(this.#length);
        return found;
      }
      if (end === 'more') break;
      const frames = this.#broughtBetween(offset, offset + end);
      found.push({ bytes: bytes.slice(0, end), start: 0, end, offset, frames });
      offset += end;
      if (frames.length > 1) {
        const next = ((this.#next ?? 0) - (this.#length - offset)) >>> 0;
        this.#passed = [...this.#passed, [(next - end) >>> 0, next] as const].slice(-MOST_PASSED);
      }
      this.#answered(asked);
      [this.#head, this.#chunkAt] = [undefined, 0];
    }
    if (offset > 0) this.#drop(offset);
    return found;
  }
  #broughtBetween(from: number, to: number): readonly number[] {
    let start = 0;
    const frames = new Set<number>();
    for (const { frame, end } of this.#brought) {
      if (start < to && end > from) frames.add(frame);
      start = end;
    }
    return [...frames];
  }
  /** Bytes of the message that some begin with. */
  #lengthOf(bytes: Uint8Array, isEnd: boolean, asked: readonly string[]): number | 'more' | 'other' {
    if (this.#head === undefined) {
      const head = headOf(bytes);
      if (typeof head === 'string') return isEnd ? 'other' : head;
      this.#head = head;
      this.#chunkAt = head.bytes;
    }
    const { bytes: header, code, isChunked, length, hasType } = this.#head;
    const isBare = code !== undefined && (code < 200 || code === 204 || code === 304 || asked[0] === 'HEAD');
    if (isBare) return header;
    if (isChunked) {
      const chunks = endOfChunks(bytes, this.#chunkAt);
      if (chunks === 'bad') return bytes.length;
      this.#chunkAt = chunks.at;
      return chunks.isEnd ? chunks.at : isEnd ? bytes.length : 'more';
    }
    const need = header + (length ?? 0);
    if (length !== undefined) return need <= bytes.length ? need : isEnd ? bytes.length : 'more';
    // An answer that does not say how long it is ends with its stream.
    if (code === undefined || !hasType) return code === undefined ? header : bytes.length;
    return isEnd ? bytes.length : 'more';
  }
  #answered(asked: string[]): void {
    const { method, code } = this.#head ?? {};
    if (method !== undefined) {
      this.asked.push(method);
      if (this.asked.length > MOST_ASKED) this.asked.shift();
    } else if ((code ?? 0) >= 200) asked.shift();
  }

  #drop(bytes: number): void {
    this.#buffer = this.#buffer.slice(bytes, this.#length);
    this.#length -= bytes;
    this.#brought = this.#brought.flatMap(({ frame, end }) =>
      end > bytes ? [{ frame, end: end - bytes }] : [],
    );
    if (this.#length === 0) [this.#head, this.#chunkAt] = [undefined, 0];
  }
  #note(): void {
    this.#open.note(this, this.#length + this.#ahead.reduce((sum, { bytes }) => sum + bytes.length, 0));
  }
  /** Begins anew with what comes next. */
  giveUp(): void {
    this.#ahead = [];
    this.#drop(this.#length);
    this.#next = undefined;
    this.#note();
  }
}
