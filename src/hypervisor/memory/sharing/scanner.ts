/**
 * Finds pages with the same content, as the kernel same-page merging of Linux does: it goes through the frames of the host, some at a
 * time. Of each it reads a few words first: where they are others than one pass before, the page is being written, and to read all of it
 * would find nothing that lasts. Else it is compared with those that have its check sum: first with pages that are shared already
 * (stable), then with those of this pass (unstable). Sums are only hints; what decides is the content. Pages of zeros wait for no
 * second pass.
 */
import { PAGE_SIZE } from '#base/addresses';
import type { SharingSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { integer, list, u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { MAX_RAM_SIZE } from '#machine/layout';
import type { PhysicalMemory } from '#machine/memory';
import type { Duty } from '../../cpu/duties.ts';
import type { AddressSpace } from '../address-space.ts';
import { CHECKSUM_NS, MERGE_NS, SAMPLE_NS, ZERO_CHECK_NS } from '../costs.ts';
import {
  FIRST_FRAME,
  FRAME_DATA,
  FRAME_FREE,
  FRAME_SHARED,
  type FrameAllocator,
} from '../frame-allocator.ts';
import { share } from './share.ts';

/** A pass in which less than one page in so many had changed or was shared makes the next one so much slower. */
const CALM_SHARE = 32;
const CALM_FACTOR = 8;

/** How far the words of a page lie apart that are read first: eight, each at another place of its 64 bytes. */
const SAMPLE_STEP: number = PAGE_SIZE / 8 + 8;
/** An odd factor that spreads bits (FNV). */
const SAMPLE_FACTOR = 0x0100_0193;
const SAMPLE_SEED = 0x811c_9dc5;
const SAMPLE_OF_ZEROS: number = sampleOf(() => 0);

/** A frame whose content had a check sum when it was looked at. */
interface Known {
  readonly sum: number;
  readonly frame: number;
}
export interface ScannerState {
  /** 0: it rests. */
  readonly pages: number;
  readonly periodNs: VirtualNs;
  /** The frame that is looked at next, from the first of RAM. */
  readonly next: number;
  /** 1, or more after a pass in which little happened. */
  readonly slowness: number;
  /** Of the present pass: pages that had changed or gave up their frame, and all that were looked at. */
  readonly news: number;
  readonly looked: number;
  readonly counts: ScannerCounts;
  /** By frame: the check sum of its content when all of it was read last, and that of its first words when it was looked at last. */
  readonly sums: Uint32Array;
  readonly samples: Uint32Array;
  readonly stable: readonly Known[];
  readonly unstable: readonly Known[];
}
/** What it has done so far. */
export interface ScannerCounts {
  /** Times that it has been through all frames. */
  readonly passes: number;
  /** Pages that it has read. */
  readonly looked: number;
  /** Pages that gave up their frame for another's. */
  readonly merged: number;
  /** Of those, pages of zeros. */
  readonly zeros: number;
}

/** Before there was one. */
export const NO_SCANNER: ScannerState = {
  ...{ pages: 0, periodNs: 0, next: 0, slowness: 1, news: 0, looked: 0 },
  counts: { passes: 0, looked: 0, merged: 0, zeros: 0 },
  ...{ sums: new Uint32Array(0), samples: new Uint32Array(0), stable: [], unstable: [] },
};
const MOST_FRAMES: number = MAX_RAM_SIZE / PAGE_SIZE;
const KNOWN: Declaration<Known> = declare('known content', { sum: u32, frame: u32 });
export const SCANNER: Declaration<ScannerState> = declare('sharing scanner', {
  pages: u32,
  periodNs: integer,
  next: u32,
  slowness: u32,
  news: integer,
  looked: integer,
  counts: declare<ScannerCounts>('scanner counts', {
    ...{ passes: integer, looked: integer, merged: integer, zeros: integer },
  }),
  sums: words(upTo(MOST_FRAMES)),
  samples: since(8, words(upTo(MOST_FRAMES)), new Uint32Array(0)),
  stable: list(KNOWN, upTo(MOST_FRAMES)),
  unstable: list(KNOWN, upTo(MOST_FRAMES)),
});

export interface ScannerOptions {
  readonly ram: PhysicalMemory;
  readonly frames: FrameAllocator;
  /** Check sum of a frame's content, by spfn. */
  readonly checksum: (spfn: number) => number;
  /** The memory of an owner of frames. */
  readonly spaceOf: (owner: number) => AddressSpace | undefined;
}

export class SharingScanner implements Duty {
  readonly id = 'sharing';
  readonly #options: ScannerOptions;
  #settings: SharingSpec | undefined;
  #next = 0;
  #slowness = 1;
  #news = 0;
  #looked = 0;
  #counts = { passes: 0, looked: 0, merged: 0, zeros: 0 };
  #sums: Uint32Array = new Uint32Array(0);
  #samples: Uint32Array = new Uint32Array(0);
  /** By check sum, the frame of a shared page; and of one that may be the first of its kind. */
  readonly #stable = new Map<number, number>();
  readonly #unstable = new Map<number, number>();

  constructor(options: ScannerOptions, settings: SharingSpec | undefined) {
    this.#options = options;
    this.set(settings);
  }

  /** How fast it goes; `undefined`: it rests. */
  get settings(): SharingSpec | undefined {
    return this.#settings;
  }
  /** Begins, rests, or goes on at another pace. What is shared stays so. */
  set(settings: SharingSpec | undefined): void {
    this.#settings = settings;
    this.#slowness = 1;
    if (settings === undefined) {
      this.#sums = new Uint32Array(0);
      this.#samples = new Uint32Array(0);
      this.#unstable.clear();
    } else if (this.#sums.length === 0) {
      this.#sums = new Uint32Array(this.#options.frames.count);
      this.#samples = new Uint32Array(this.#options.frames.count);
    }
  }
  get counts(): ScannerCounts {
    return this.#counts;
  }
  get periodNs(): VirtualNs | undefined {
    return this.#settings && this.#settings.periodNs * this.#slowness;
  }

  run(): VirtualNs {
    const { frames } = this.#options;
    let left = this.#settings?.pages ?? 0;
    let ns = 0;
    for (let passed = 0; passed < frames.count && left > 0; passed++) {
      if (frames.states[this.#next] === FRAME_DATA) {
        const cost = this.#look(this.#next);
        ns += cost;
        if (cost > 0) left -= 1;
      }
      this.#next += 1;
      if (this.#next === frames.count) this.#endPass();
    }
    return ns;
  }

  #endPass(): void {
    this.#next = 0;
    this.#counts.passes += 1;
    this.#slowness = this.#news * CALM_SHARE < this.#looked ? CALM_FACTOR : 1;
    this.#news = 0;
    this.#looked = 0;
    this.#unstable.clear();
    // What was shared when it came in need not be any more.
    const { states } = this.#options.frames;
    for (const [sum, frame] of this.#stable) if (states[frame] !== FRAME_SHARED) this.#stable.delete(sum);
  }

  /** Looks at the page in a frame; the time that this takes, 0 where it is none that may be touched. */
  #look(frame: number): VirtualNs {
    const { frames, spaceOf, checksum } = this.#options;
    const gpa = frames.guestFrames[frame]! * PAGE_SIZE;
    const space = spaceOf(frames.owners[frame]!);
    if (space === undefined || !space.isReclaimable(gpa)) return 0;
    this.#counts.looked += 1;
    this.#looked += 1;
    const sample = this.#sampleOf(frame);
    const isZero = sample === SAMPLE_OF_ZEROS && this.#isZeros(frame);
    const isAsBefore = this.#samples[frame] === sample;
    this.#samples[frame] = sample;
    if (!isAsBefore && !isZero) {
      this.#news += 1;
      this.#sums[frame] = 0;
      return SAMPLE_NS;
    }
    const sum = checksum(FIRST_FRAME + frame);
    const cost = isZero ? ZERO_CHECK_NS : SAMPLE_NS + CHECKSUM_NS;
    const before = this.#sums[frame];
    const isSettled = isZero || before === 0 || before === sum;
    if (before !== sum) this.#news += 1;
    this.#sums[frame] = sum;
    if (this.#mergeInto(this.#stable.get(sum), space, gpa, frame)) return cost + this.#count(isZero);
    if (!isSettled) return cost;
    const twin = this.#unstable.get(sum);
    if (twin !== undefined && this.#mergeInto(twin, space, gpa, frame)) {
      this.#unstable.delete(sum);
      this.#stable.set(sum, twin);
      return cost + this.#count(isZero);
    }
    this.#unstable.set(sum, frame);
    return cost;
  }

  #count(isZero: boolean): VirtualNs {
    this.#news += 1;
    this.#counts.merged += 1;
    if (isZero) this.#counts.zeros += 1;
    return MERGE_NS;
  }

  /** Puts a page into the frame of another one if they are the same now. */
  #mergeInto(twin: number | undefined, space: AddressSpace, gpa: number, frame: number): boolean {
    if (twin === undefined || twin === frame) return false;
    const { frames, spaceOf } = this.#options;
    const state = frames.states[twin];
    const other = state === FRAME_FREE ? undefined : spaceOf(frames.owners[twin]!);
    if (other === undefined || !areEqual(this.#words(twin), this.#words(frame))) return false;
    return share(space, gpa, other, frames.guestFrames[twin]! * PAGE_SIZE);
  }

  #sampleOf(frame: number): number {
    const { ram } = this.#options;
    const first = (FIRST_FRAME + frame) * PAGE_SIZE;
    return sampleOf((at) => ram.u32(first + at));
  }
  #isZeros(frame: number): boolean {
    return this.#options.ram.isZeros((FIRST_FRAME + frame) * PAGE_SIZE, PAGE_SIZE);
  }

  #words(frame: number): Uint32Array {
    return this.#options.ram.words((FIRST_FRAME + frame) * PAGE_SIZE, PAGE_SIZE);
  }

  capture(): ScannerState {
    return {
      pages: this.#settings?.pages ?? 0,
      periodNs: this.#settings?.periodNs ?? 0,
      ...{ next: this.#next, slowness: this.#slowness, news: this.#news, looked: this.#looked },
      counts: { ...this.#counts },
      sums: this.#sums,
      samples: this.#samples,
      stable: knownOf(this.#stable),
      unstable: knownOf(this.#unstable),
    };
  }
  restore(state: ScannerState): void {
    const { pages, periodNs, next, slowness, news, looked, counts, sums, samples, stable, unstable } = state;
    const { count } = this.#options.frames;
    const isSound = pages === 0 ? sums.length === 0 : sums.length === count && periodNs > 0;
    const isSampled = samples.length === 0 || samples.length === sums.length;
    if (!isSound || !isSampled || next >= count || slowness < 1)
      throw new SnapshotFormatError('a scanner of other frames');
    this.#settings = pages === 0 ? undefined : { pages, periodNs };
    this.#next = next;
    this.#slowness = slowness;
    this.#news = news;
    this.#looked = looked;
    this.#counts = { ...counts };
    this.#sums = sums.slice();
    this.#samples = samples.length === 0 ? new Uint32Array(sums.length) : samples.slice();
    refillKnown(this.#stable, stable, count);
    refillKnown(this.#unstable, unstable, count);
  }
}

/** Check sum of the words of a page that are read first, given its word at a place. */
function sampleOf(word: (at: number) => number): number {
  let sum = SAMPLE_SEED;
  for (let at = 0; at < PAGE_SIZE; at += SAMPLE_STEP) sum = Math.imul(sum ^ word(at), SAMPLE_FACTOR);
  return sum >>> 0;
}
function areEqual(a: Uint32Array, b: Uint32Array): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** In the order in which they came, which decides nothing. */
function knownOf(frames: ReadonlyMap<number, number>): Known[] {
  return [...frames].sort(([a], [b]) => a - b).map(([sum, frame]) => ({ sum, frame }));
}
function refillKnown(frames: Map<number, number>, known: readonly Known[], count: number): void {
  frames.clear();
  for (const { sum, frame } of known) {
    if (frame >= count) throw new SnapshotFormatError('a frame that there is not');
    frames.set(sum, frame);
  }
}
