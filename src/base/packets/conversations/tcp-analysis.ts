/**
 * What a segment is in its stream: sent again, overtaken, an acknowledgement for the third time, by what was seen of both ends before it at
 * the same place. The rules are those that Wireshark's guide documents (User's Guide, §7.5), and all are guesses of somebody who
 * looks on: neither end was asked.
 */
import { NS_PER_MS, type VirtualNs } from '../../virtual-time.ts';
import { TCP_FLAGS } from '../protocols/tcp.ts';
import { distance, type Segment } from './segment.ts';
import { Direction } from './tcp-direction.ts';

export type TcpFlag =
  | 'retransmission'
  | 'fast_retransmission'
  | 'spurious_retransmission'
  | 'out_of_order'
  | 'lost_segment'
  | 'ack_lost_segment'
  | 'duplicate_ack'
  | 'zero_window'
  | 'zero_window_probe'
  | 'zero_window_probe_ack'
  | 'window_update'
  | 'window_full'
  | 'keep_alive'
  | 'keep_alive_ack';

export interface TcpFacts {
  readonly seq: number;
  readonly ack: number;
  readonly next: number;
  readonly window: number;
  /** How many bytes a window counts; -1: unknown, since the opening was not seen; -2: they are not scaled. */
  readonly scale: number | undefined;
  readonly flags: readonly TcpFlag[];
  readonly duplicate: { readonly count: number; readonly frame: number } | undefined;
  readonly acknowledges: { readonly frame: number; readonly afterNs: VirtualNs } | undefined;
  readonly inFlight: number | undefined;
  readonly openedInNs: VirtualNs | undefined;
}

/** An answer that comes later than this after the acknowledgements that ask for it was not asked for by them. */
const FAST_NS: VirtualNs = 20 * NS_PER_MS;
/** What overtook something is so much before it at most, where nothing is known of how long the way takes. */
const USUAL_TRIP_NS: VirtualNs = 3 * NS_PER_MS;

/** One stream at one place. */
export class TcpView {
  readonly #first: string;
  readonly #ofFirst = new Direction();
  readonly #ofSecond = new Direction();
  #openedAt: VirtualNs | undefined;
  #openedInNs: VirtualNs | undefined;

  /** @param first one of its ends */
  constructor(first: string) {
    this.#first = first;
  }

  /** The number that those of one end count from. */
  baseOf(from: string): number | undefined {
    return (from === this.#first ? this.#ofFirst : this.#ofSecond).base;
  }

  /** @param frame the number of the packet */
  judge(segment: Segment, frame: number, at: VirtualNs): TcpFacts {
    const isFirst = segment.from === this.#first;
    const own = isFirst ? this.#ofFirst : this.#ofSecond;
    const back = isFirst ? this.#ofSecond : this.#ofFirst;
    const { seq, ack, window, length } = segment;
    const is = (flag: keyof typeof TCP_FLAGS): boolean => (segment.flags & TCP_FLAGS[flag]) !== 0;
    own.base ??= is('syn') ? seq : (seq - 1) >>> 0;
    if (is('ack')) back.base ??= (ack - 1) >>> 0;
    this.#open(segment, own, back, at);

    const flags = new Set<TcpFlag>();
    const isPlain = !is('syn') && !is('fin') && !is('rst');
    const ahead = own.next === undefined ? undefined : distance(own.next, seq);
    const isNext = ahead === 0;
    if (length === 1 && isNext && back.window === 0) flags.add('zero_window_probe');
    if (window === 0 && isPlain && !flags.has('zero_window_probe')) flags.add('zero_window');
    if (ahead !== undefined && ahead > 0 && !is('rst')) {
      flags.add('lost_segment');
      own.hasGap = true;
    }
    if (length <= 1 && ahead === -1 && isPlain) flags.add('keep_alive');
    const isSameAck = own.ack === ack;
    const isEmpty = length === 0 && isNext && isPlain;
    if (isEmpty && isSameAck && window !== 0 && window !== own.window) flags.add('window_update');
    if (length > 0 && isPlain && this.#fills(segment, back)) flags.add('window_full');

    let duplicate: TcpFacts['duplicate'];
    if (isEmpty && isSameAck && window === own.window) {
      if (window !== 0 && back.last === 'keep-alive') flags.add('keep_alive_ack');
      else if (window === 0 && back.last === 'probe') flags.add('zero_window_probe_ack');
      else if (window !== 0) {
        own.duplicates += 1;
        own.isUnheard = false;
        duplicate = { count: own.duplicates, frame: own.ackFrame };
        flags.add('duplicate_ack');
      }
    }
    if (!isSameAck) {
      own.duplicates = 0;
      own.isUnheard = false;
      own.ackFrame = frame;
    }
    const isBeyond = is('ack') && back.whole !== undefined && distance(back.whole, ack) > 0;
    if (isBeyond && isNews(back)) flags.add('ack_lost_segment');
    const again = this.#sentAgain(segment, own, back, at);
    if (again !== undefined && !flags.has('keep_alive')) {
      flags.add(again);
      if (again !== 'out_of_order') flags.add('retransmission');
    }

    const next = (seq + length + (is('syn') || is('fin') ? 1 : 0)) >>> 0;
    const isProbe = flags.has('zero_window_probe');
    this.#remember(segment, own, { next, isProbe, frame, at });
    own.last = isProbe ? 'probe' : flags.has('keep_alive') ? 'keep-alive' : undefined;
    const found = is('ack') ? back.acknowledged(ack) : undefined;
    if (is('ack')) back.hasGap = false;
    const flying = length > 0 ? inFlight(own, back, is('syn') || is('fin')) : undefined;
    const isCounted = length > 0 && !own.hasGap && own.unacknowledged.length > 0;
    const isSaid = flags.size > 0 || found !== undefined || isCounted || isBeyond;
    return {
      ...{ seq: (seq - own.base) >>> 0, next: (next - own.base) >>> 0, flags: [...flags], duplicate },
      ack: is('ack') ? (ack - (back.base ?? 0)) >>> 0 : 0,
      ...this.#windowOf(segment, own, back),
      acknowledges: found === undefined ? undefined : { frame: found.frame, afterNs: at - found.at },
      inFlight: flying,
      openedInNs: isSaid ? this.#openedInNs : undefined,
    };
  }

  /** The three segments that open a stream (RFC 9293, §3.5). */
  #open(segment: Segment, own: Direction, back: Direction, at: VirtualNs): void {
    const isSyn = (segment.flags & TCP_FLAGS.syn) !== 0;
    const isAck = (segment.flags & TCP_FLAGS.ack) !== 0;
    if (isSyn) {
      own.shift = segment.shift ?? 'none';
      if (!isAck) this.#openedAt ??= at;
      return;
    }
    if (this.#openedInNs !== undefined || this.#openedAt === undefined || !isAck) return;
    if (own.shift !== undefined || back.shift !== undefined) this.#openedInNs = at - this.#openedAt;
  }

  #windowOf({ window, flags }: Segment, own: Direction, back: Direction): Pick<TcpFacts, 'window' | 'scale'> {
    if ((flags & TCP_FLAGS.syn) !== 0) return { window, scale: undefined };
    // Both must offer it, or neither does it (RFC 7323, §2.2).
    if (own.shift === 'none' || back.shift === 'none') return { window, scale: -2 };
    if (own.shift === undefined) return { window, scale: -1 };
    return { window: window * 2 ** own.shift, scale: 2 ** own.shift };
  }

  #fills({ seq, length }: Segment, back: Direction): boolean {
    if (back.ack === undefined || back.window === undefined || back.shift === undefined) return false;
    const bytes = back.windowBytes ?? 0;
    return (seq + length) >>> 0 === (back.ack + bytes) >>> 0;
  }

  #sentAgain(segment: Segment, own: Direction, back: Direction, at: VirtualNs): TcpFlag | undefined {
    const { seq, length, flags } = segment;
    if (length === 0 && (flags & (TCP_FLAGS.syn | TCP_FLAGS.fin)) === 0) return undefined;
    const end = (seq + length) >>> 0;
    if (length > 0 && back.ack !== undefined && distance(back.ack, end) <= 0)
      return 'spurious_retransmission';
    const ahead = own.next === undefined ? 0 : distance(own.next, seq);
    // One byte of it was seen, as who asks whether anybody is there sends one again.
    if (ahead >= 0 || (ahead === -1 && length > 1)) return undefined;
    if (back.duplicates >= 2 && back.ack === seq && at - back.ackAt < FAST_NS) return 'fast_retransmission';
    const trip = this.#openedInNs ?? USUAL_TRIP_NS;
    const next = (end + ((flags & (TCP_FLAGS.syn | TCP_FLAGS.fin)) === 0 ? 0 : 1)) >>> 0;
    if (own.next !== next && at - own.nextAt < trip) return 'out_of_order';
    return 'retransmission';
  }

  #remember(
    { seq, ack, window, length, flags, selective }: Segment,
    own: Direction,
    {
      next,
      isProbe,
      frame,
      at,
    }: { readonly next: number; readonly isProbe: boolean; readonly frame: number; readonly at: VirtualNs },
  ): void {
    if (length > 0 || (flags & (TCP_FLAGS.syn | TCP_FLAGS.fin)) !== 0) own.sent({ seq, next, frame, at });
    if (!isProbe) {
      if (own.next === undefined || distance(own.next, next) > 0) {
        own.next = next;
        own.nextAt = at;
      }
      // What comes later may have been seen before: then it was a gap that is filled now.
      if (own.whole === undefined || own.whole === seq) own.whole = own.next;
    }
    own.window = window;
    own.selective = selective;
    own.ack = (flags & TCP_FLAGS.ack) === 0 ? undefined : ack;
    own.ackAt = at;
  }
}

/**
 * More is acknowledged than was seen to be sent: whether that is to be said. It is said once: not again before the one that sends has
 * acknowledged something itself, since of one who is not heard at all it would be said at each packet.
 */
function isNews(back: Direction): boolean {
  if (back.whole !== undefined && back.next !== undefined && distance(back.whole, back.next) > 0) {
    back.whole = back.next;
    return true;
  }
  const isFirst = back.duplicates === 0 && !back.isUnheard;
  back.duplicates = 0;
  back.isUnheard = true;
  return isFirst;
}

/** Bytes from the first to the last that is not acknowledged, less what has come beyond a gap; nothing where some of them were not seen. */
function inFlight(own: Direction, back: Direction, counts: boolean): number | undefined {
  const { unacknowledged, hasGap, base = 0 } = own;
  if (unacknowledged.length === 0 || hasGap) return undefined;
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { seq, next } of unacknowledged) {
    from = Math.min(from, (seq - base) >>> 0);
    to = Math.max(to, (next - base) >>> 0);
  }
  // Who begins or ends has a number that is no byte.
  const bytes = to - from - back.selective - (counts ? 1 : 0);
  return bytes > 0 ? bytes : undefined;
}
