/**
 * Memory that hosts in threads of their own share, so that they keep together without whoever drives them: a clock for each, and a ring
 * of frames for each direction of a link. Clocks count quanta, modulo 2^32.
 */
import type { VirtualNs } from '#base/virtual-time';
import { type LinkSpeed, mostUnderway } from '../network/uplink.ts';
import type { PlaceOfHost } from '../port.ts';
import { FrameRing, ringMemory } from './frame-ring.ts';

/**
 * Spans of a link's delay whose frames a ring holds. Who writes is at most a lead ahead of who reads, who was at most a lead ahead when
 * it last looked; together with what is run in one go that is less than three spans, which are parts of four.
 */
const SPANS_IN_A_RING = 4;

/** A link between two hosts, by their numbers. */
interface WiredLink extends LinkSpeed {
  readonly a: number;
  readonly b: number;
}

/** One direction of a link. */
interface WiredFrames {
  readonly link: number;
  readonly from: number;
  readonly to: number;
  readonly memory: SharedArrayBuffer;
}

/** What one host is given of the memory that it shares with others: plain data, which goes through messages. */
export interface Wiring {
  /** Its number among the hosts. */
  readonly host: number;
  /** Hosts are never further apart: no more than the least delay of a link between them. */
  readonly leadNs: VirtualNs;
  readonly clocks: SharedArrayBuffer;
  readonly frames: readonly WiredFrames[];
}

/** The place of a host that was given its wiring already, as data. */
export function placeBy(wiring: Wiring | undefined): PlaceOfHost | undefined {
  return wiring === undefined ? undefined : { number: wiring.host, wiring: () => wiring };
}

/** The memory that the hosts of a lab share; nothing of it exists unless one of them asks. */
export class SharedWires {
  readonly #make: () => readonly Wiring[];
  #wirings: readonly Wiring[] | undefined;
  /** Each direction of each link. */
  #rings: readonly { readonly to: number; readonly ring: FrameRing }[] = [];
  readonly #halted = new Set<number>();

  constructor(hosts: number, links: readonly WiredLink[], leadNs: VirtualNs) {
    this.#make = () => wire(hosts, links, leadNs);
  }

  /** What one host is given of it. */
  of(host: number): Wiring {
    if (this.#wirings === undefined) {
      this.#wirings = this.#make();
      const frames = new Set(this.#wirings.flatMap((wiring) => wiring.frames));
      this.#rings = [...frames].map(({ to, memory }) => ({ to, ring: new FrameRing(memory) }));
    }
    return this.#wirings[host]!;
  }
  /** Nothing that a host has sent waits for one that will read it; for who knows that no host runs. */
  get areEmpty(): boolean {
    return this.#rings.every(({ to, ring }) => ring.isEmpty || this.#halted.has(to));
  }
  /** Tells the others that a host takes no part any more. */
  halt(host: number): void {
    this.#halted.add(host);
    const clocks = this.#wirings?.[host]?.clocks;
    if (clocks !== undefined) new Clocks(clocks).halt(host);
  }
}

function wire(hosts: number, links: readonly WiredLink[], leadNs: VirtualNs): readonly Wiring[] {
  const clocks = new SharedArrayBuffer(2 * hosts * Int32Array.BYTES_PER_ELEMENT);
  const frames = links.flatMap(({ a, b, ...settings }, link) => {
    const bytes = SPANS_IN_A_RING * mostUnderway(settings);
    return [
      { link, from: a, to: b, memory: ringMemory(bytes) },
      { link, from: b, to: a, memory: ringMemory(bytes) },
    ];
  });
  return Array.from({ length: hosts }, (_, host) => ({
    ...{ host, leadNs, clocks },
    frames: frames.filter(({ from, to }) => from === host || to === host),
  }));
}

/** The clocks of all hosts, and which of them take no part any more. */
export class Clocks {
  readonly #words: Int32Array;
  /** Hosts. */
  readonly count: number;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.count = this.#words.length / 2;
  }

  /** What a host's clock shows. */
  get(host: number): number {
    return Atomics.load(this.#words, host);
  }
  /** A host has passed so many quanta, and what it has sent until then is where the others find it. */
  set(host: number, quanta: number): void {
    // Where nothing has changed, nobody waits for it.
    if (Atomics.exchange(this.#words, host, quanta | 0) !== (quanta | 0)) Atomics.notify(this.#words, host);
  }
  /** Takes a host out: nobody waits for it any more. */
  halt(host: number): void {
    Atomics.store(this.#words, this.count + host, 1);
    Atomics.notify(this.#words, host);
  }
  hasHalted(host: number): boolean {
    return Atomics.load(this.#words, this.count + host) !== 0;
  }
  /** Waits until a host's clock shows something else; false after so many milliseconds. */
  wait(host: number, shown: number, ms: number): boolean {
    return Atomics.wait(this.#words, host, shown, ms) !== 'timed-out';
  }
}
