/**
 * A stream of TCP, put together from the packets of a capture: each byte once, in its order, whatever was sent twice, overtook or is
 * missing. Bounded in bytes and in what waits for a gap to close.
 */
import { distance, endsOf, type Segment, segmentOf } from './conversations/segment.ts';
import type { Packet } from './dissect.ts';
import { headerBytes, TCP_FLAGS } from './protocols/tcp.ts';

/** Both ends; the first is who began, as far as the capture knows. */
export interface StreamEnds {
  readonly first: string;
  readonly second: string;
}
export interface StreamPiece {
  readonly from: 'first' | 'second';
  readonly bytes: Uint8Array;
  /** Bytes before it that the capture has not seen. */
  readonly missing: number;
  /** Index of the packet that brought it. */
  readonly packet: number;
}
export interface Stream extends StreamEnds {
  readonly pieces: readonly StreamPiece[];
  /** There was more than is shown. */
  readonly isCut: boolean;
}

export const STREAM_LIMITS: { readonly bytes: number; readonly waiting: number } = {
  bytes: 1 << 20,
  waiting: 512,
};

interface Part {
  readonly from: string;
  readonly to: string;
  readonly seq: number;
  readonly opens: boolean;
  readonly isAnswer: boolean;
  readonly bytes: Uint8Array;
  readonly packet: number;
}

/**
 * The stream that a packet belongs to, as one text for either direction; nothing where it is of no stream. Where the conversations of its
 * capture were noted, each stream between two ends is one of its own.
 */
export function streamOf(packet: Packet): string | undefined {
  const segment = segmentOf(packet);
  return segment && nameOf(segment);
}
function nameOf(segment: Segment): string {
  const number = segment.layer.value('tcp.stream');
  return number === undefined ? endsOf(segment) : `${endsOf(segment)} ${String(number)}`;
}

function partOf({ layer, from, to, seq, flags }: Segment, packet: number): Part {
  const header = headerBytes(layer);
  return {
    ...{ from, to, seq, opens: (flags & TCP_FLAGS.syn) !== 0, packet },
    isAnswer: (flags & TCP_FLAGS.syn) !== 0 && (flags & TCP_FLAGS.ack) !== 0,
    bytes: layer.slice(header, Math.max(0, layer.length - header)),
  };
}

/** One direction of a stream. */
class Direction {
  #next: number | undefined;
  #waiting: Part[] = [];

  /** What can be read now that a segment has come. */
  take(segment: Part): { readonly bytes: Uint8Array; readonly packet: number; readonly missing: number }[] {
    const first = segment.opens ? (segment.seq + 1) >>> 0 : segment.seq;
    this.#next ??= first;
    if (segment.opens) return [];
    if (segment.bytes.length === 0) return [];
    this.#waiting.push(segment);
    const read = this.#ready();
    // So much waits that what is missing will not come any more.
    return this.#waiting.length > STREAM_LIMITS.waiting ? [...read, ...this.rest()] : read;
  }

  #ready(missing = 0): { readonly bytes: Uint8Array; readonly packet: number; readonly missing: number }[] {
    const read = [];
    let gap = missing;
    for (let found = true; found; ) {
      found = false;
      for (const [index, segment] of this.#waiting.entries()) {
        const ahead = distance(this.#next ?? segment.seq, segment.seq);
        if (ahead > 0) continue;
        this.#waiting.splice(index, 1);
        const bytes = segment.bytes.subarray(-ahead);
        if (-ahead < segment.bytes.length) {
          read.push({ bytes, packet: segment.packet, missing: gap });
          gap = 0;
          this.#next = (segment.seq + segment.bytes.length) >>> 0;
        }
        found = true;
        break;
      }
    }
    return read;
  }

  /** What waits for bytes that have not come, with the gaps before. */
  rest(): { readonly bytes: Uint8Array; readonly packet: number; readonly missing: number }[] {
    const read = [];
    for (let count = this.#waiting.length; count > 0 && this.#waiting.length > 0; count--) {
      const next = this.#next ?? 0;
      const nearest = this.#waiting.reduce((least, each) =>
        distance(next, each.seq) < distance(next, least.seq) ? each : least,
      );
      const missing = Math.max(0, distance(next, nearest.seq));
      this.#next = nearest.seq;
      read.push(...this.#ready(missing));
    }
    return read;
  }
}

/** The stream that a packet is of, from packets in the order in which they were seen; one that was seen at several ports counts once. */
export function followStream(packets: readonly Packet[], stream: string): Stream {
  const pieces: StreamPiece[] = [];
  const directions = new Map<string, Direction>();
  let [first, second] = ['', ''];
  let [bytes, isCut] = [0, false];
  const add = (from: string, read: ReturnType<Direction['take']>): void => {
    for (const piece of read) {
      if (bytes + piece.bytes.length > STREAM_LIMITS.bytes) {
        isCut = true;
        return;
      }
      bytes += piece.bytes.length;
      pieces.push({ ...piece, from: from === first ? 'first' : 'second' });
    }
  };
  for (const [index, packet] of packets.entries()) {
    const segment = segmentOf(packet);
    if (segment === undefined || nameOf(segment) !== stream) continue;
    const part = partOf(segment, index);
    if (first === '') [first, second] = part.isAnswer ? [part.to, part.from] : [part.from, part.to];
    const direction = directions.get(part.from) ?? new Direction();
    directions.set(part.from, direction);
    add(part.from, direction.take(part));
  }
  for (const [from, direction] of directions) add(from, direction.rest());
  return { first, second, pieces, isCut };
}
