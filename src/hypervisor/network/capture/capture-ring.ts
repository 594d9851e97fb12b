/**
 * What one capture has seen: frames at points of their way, in a ring of so many bytes. A frame that passes several points unchanged is
 * kept once. What is in here is a view: no state, and no guest is the other for it.
 */
import { forgetOldest } from '#base/forget-oldest';
import type { VirtualNs } from '#base/virtual-time';
import type { Decision, TapPoint, TappedFrame } from '../frame-tap.ts';

/** What a capture listens to: all switches of its host unless said. */
export interface CaptureSettings {
  readonly name: string;
  readonly switch?: string;
  /** The cards of a VM. */
  readonly vm?: string;
  /** A port by its name: `vm/0` is a card. */
  readonly port?: string;
  /** Of the ring. */
  readonly bytes: number;
  /** Kept of each frame. */
  readonly snap: number;
}

/** A frame at one point. */
export interface SeenFrame {
  /** Counts what this capture has seen, from 1. */
  readonly serial: number;
  /** The same for all points of one frame in one switch; 0 where its beginning was not seen. */
  readonly frame: number;
  readonly at: VirtualNs;
  readonly point: TapPoint;
  readonly switch: string;
  readonly port: number;
  /** Its name. */
  readonly portName: string;
  /** As much as is kept; not to be changed. */
  readonly bytes: Uint8Array;
  /** As long as it was. */
  readonly length: number;
  readonly domain: number;
  readonly due?: VirtualNs;
  readonly to?: readonly { readonly port: number; readonly name: string }[];
  readonly why?: Decision;
  readonly direction?: 'in' | 'switch' | 'out';
  readonly stage?: string;
  readonly reason?: string;
}

/** How many frames were seen at each sort of point, and their bytes on the wire. */
export type SeenCounts = Readonly<Record<TapPoint, { readonly frames: number; readonly bytes: number }>>;

/** What an entry takes beside the bytes of its frame. */
const ENTRY_BYTES = 96;
/** Frames that can be on their way at once and are still known to be the same. */
const MOST_UNDERWAY = 1024;

export class CaptureRing {
  readonly settings: CaptureSettings;
  readonly #counts: Record<TapPoint, { frames: number; bytes: number }> = {
    accepted: { frames: 0, bytes: 0 },
    decided: { frames: 0, bytes: 0 },
    queued: { frames: 0, bytes: 0 },
    delivered: { frames: 0, bytes: 0 },
    dropped: { frames: 0, bytes: 0 },
  };
  #entries: { readonly seen: SeenFrame; readonly cost: number }[] = [];
  /** Of the entries, those before it are gone. */
  #first = 0;
  #bytes = 0;
  #serial = 0;
  /** By number of the frame, what is kept of it. */
  readonly #underway = new Map<number, Uint8Array>();
  /** Entries that had to make room. */
  lost = 0;
  /** When the first frame was seen, kept or not: times of a capture count from there. */
  since: VirtualNs | undefined;

  constructor(settings: CaptureSettings) {
    this.settings = settings;
  }

  get counts(): SeenCounts {
    return this.#counts;
  }
  get kept(): number {
    return this.#entries.length - this.#first;
  }
  /** The serial of the next. */
  get next(): number {
    return this.#serial + 1;
  }

  /** @param nameOf the name of a port of the frame's switch */
  add(tapped: TappedFrame, nameOf: (port: number) => string): void {
    const { settings } = this;
    if (settings.switch !== undefined && settings.switch !== tapped.switch) return;
    const portName = nameOf(tapped.port);
    if (settings.port !== undefined && settings.port !== portName) return;
    if (settings.vm !== undefined && !portName.startsWith(`${settings.vm}/`)) return;
    const { point, bytes, number, to, ...rest } = tapped;
    this.count(tapped);
    const [kept, cost] = this.#keep(number, bytes);
    this.#serial += 1;
    this.since ??= tapped.at;
    const { switch: name, port, at, domain } = rest;
    const seen: SeenFrame = {
      ...{ serial: this.#serial, frame: number, at, point, switch: name, port, portName },
      ...{ bytes: kept, length: bytes.length, domain },
      ...(to === undefined ? {} : { to: to.map((each) => ({ port: each, name: nameOf(each) })) }),
      ...(rest.due === undefined ? {} : { due: rest.due }),
      ...(rest.why === undefined ? {} : { why: rest.why }),
      ...(rest.direction === undefined ? {} : { direction: rest.direction }),
      ...(rest.stage === undefined ? {} : { stage: rest.stage }),
      ...(rest.reason === undefined ? {} : { reason: rest.reason }),
    };
    this.#entries.push({ seen, cost: cost + ENTRY_BYTES });
    this.#bytes += cost + ENTRY_BYTES;
    this.#makeRoom();
  }

  /** Counts a frame, and keeps nothing of it. */
  count({ point, bytes }: TappedFrame): void {
    this.#counts[point].frames += 1;
    this.#counts[point].bytes += bytes.length;
  }

  /** The bytes that are kept, and what they take: nothing where they were kept before. */
  #keep(number: number, bytes: Uint8Array): readonly [Uint8Array, number] {
    const length = Math.min(bytes.length, this.settings.snap);
    const known = number === 0 ? undefined : this.#underway.get(number);
    if (known?.length === length && isBeginning(known, bytes)) return [known, 0];
    const kept = bytes.slice(0, length);
    if (number !== 0) {
      this.#underway.set(number, kept);
      forgetOldest(this.#underway, MOST_UNDERWAY);
    }
    return [kept, length];
  }

  #makeRoom(): void {
    while (this.#bytes > this.settings.bytes && this.kept > 1) {
      this.#bytes -= this.#entries[this.#first]!.cost;
      this.#first += 1;
      this.lost += 1;
    }
    if (this.#first > 1024 && this.#first > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** What is kept, from a serial on, the oldest first; so many at most, where it is said. */
  *from(serial: number, most: number = Number.POSITIVE_INFINITY): Generator<SeenFrame> {
    const oldest = this.#entries[this.#first]?.seen.serial ?? this.next;
    const start = this.#first + Math.max(0, serial - oldest);
    for (let index = start; index < Math.min(start + most, this.#entries.length); index++)
      yield this.#entries[index]!.seen;
  }
}

/** For each point of each frame, so without a call for each byte. */
export function isBeginning(kept: Uint8Array, bytes: Uint8Array): boolean {
  for (let index = 0; index < kept.length; index++) if (kept[index] !== bytes[index]) return false;
  return true;
}
