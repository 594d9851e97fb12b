/**
 * Compressed pages, in frames of the host: a frame holds pages that became about equally small, so that each has room of the same
 * size in it. It takes and gives frames like everybody; it may not choose pages.
 */
import { PAGE_SIZE } from '#base/addresses';
import { invariant } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { list, u8, u32, upTo } from '#base/state/types';
import { OWNER_HYPERVISOR } from '#base/views';
import { MAX_RAM_SIZE } from '#machine/layout';
import type { PhysicalMemory } from '#machine/memory';
import { FIRST_FRAME, FRAME_COMPRESSED, type FrameAllocator, NO_FRAME } from '../frame-allocator.ts';
import { NO_PLACE, type Place } from '../swap/page-store.ts';
import { DEFLATE } from './deflate.ts';

/** Bytes that a page may take with its length in front, by class; a frame has room for 8, 4, 3 or 2 of them. */
const ROOMS: readonly number[] = [512, 1024, 1360, 2048];
/** In front of each: how long it is. */
const LENGTH_BYTES = 2;
/** What becomes larger than this needs half a frame and more: it is not kept. */
const LARGEST: number = ROOMS.at(-1)! - LENGTH_BYTES;
/** Places of one frame. */
const PLACES = 8;

/** A frame of compressed pages. */
interface CompressedFrame {
  readonly frame: number;
  /** Which of its rooms are taken, a bit each. */
  readonly taken: number;
}
export interface CompressedState {
  readonly frames: readonly CompressedFrame[];
}
/** Before there was any. */
export const NO_COMPRESSED: CompressedState = { frames: [] };
export const COMPRESSED: Declaration<CompressedState> = declare('compressed pages', {
  frames: list(
    declare<CompressedFrame>('compressed frame', { frame: u32, taken: u8 }),
    upTo(MAX_RAM_SIZE / PAGE_SIZE),
  ),
});

/** Compressed pages as the memory of a VM sees them. */
export interface CompressedPages {
  /** The content of a place. */
  read(place: Place): Uint8Array;
  /** Frees a place. */
  drop(place: Place): void;
}

export class CompressedStore implements CompressedPages {
  readonly #ram: PhysicalMemory;
  readonly #frames: FrameAllocator;
  /** By frame from the first of RAM: which of its rooms are taken. */
  readonly #taken = new Map<number, number>();
  /** By class: frames that have room left. */
  readonly #open: readonly Set<number>[] = ROOMS.map(() => new Set<number>());
  #used = 0;
  /** Frames that it may have. */
  mostFrames = 0;

  constructor(ram: PhysicalMemory, frames: FrameAllocator) {
    this.#ram = ram;
    this.#frames = frames;
  }

  /** Pages in it, and the frames that they take. */
  get used(): number {
    return this.#used;
  }
  get frameCount(): number {
    return this.#taken.size;
  }

  /** True while it can take a page, if that becomes small enough. */
  get hasRoom(): boolean {
    return (
      this.#taken.size < this.mostFrames || (this.mostFrames > 0 && this.#open.some(({ size }) => size > 0))
    );
  }

  /** What becomes of a frame's content; `undefined` when that is not worth its room, or there is none. */
  compress(spfn: number): Uint8Array | undefined {
    if (!this.hasRoom) return undefined;
    const small = DEFLATE.code.here.deflateSync(this.#ram.view(spfn * PAGE_SIZE, PAGE_SIZE).slice(), {
      level: 1,
    });
    if (small.length > LARGEST) return undefined;
    const hasRoom = this.#open[classOf(small.length)]!.size > 0 || this.#taken.size < this.mostFrames;
    return hasRoom ? small : undefined;
  }

  /** Keeps what {@link compress} gave; at least one frame of the host is free. */
  keep(small: Uint8Array): Place {
    const of = classOf(small.length);
    const frame = this.#frameOf(of);
    const taken = this.#taken.get(frame)!;
    let room = 0;
    while ((taken & (1 << room)) !== 0) room += 1;
    this.#setTaken(frame, taken | (1 << room));
    const spa = (FIRST_FRAME + frame) * PAGE_SIZE + room * ROOMS[of]!;
    this.#ram.setU16(spa, small.length);
    this.#ram.write(spa + LENGTH_BYTES, small);
    this.#used += 1;
    return frame * PLACES + room + 1;
  }

  read(place: Place): Uint8Array {
    const { frame, room } = this.#find(place);
    const spa = (FIRST_FRAME + frame) * PAGE_SIZE + room * ROOMS[this.#classIn(frame)]!;
    const length = Math.min(this.#ram.u16(spa), LARGEST);
    const small = this.#ram.view(spa + LENGTH_BYTES, length).slice();
    return DEFLATE.code.here.inflateSync(small, { out: new Uint8Array(PAGE_SIZE) });
  }

  drop(place: Place): void {
    const { frame, room } = this.#find(place);
    this.#used -= 1;
    this.#setTaken(frame, this.#taken.get(frame)! & ~(1 << room));
  }

  #find(place: Place): { readonly frame: number; readonly room: number } {
    const [frame, room] = [Math.floor((place - 1) / PLACES), (place - 1) % PLACES];
    invariant(((this.#taken.get(frame) ?? 0) & (1 << room)) !== 0, 'a compressed page lies at its place');
    return { frame, room };
  }

  /** The lowest frame of a class that has room left, or a new one. */
  #frameOf(of: number): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const frame of this.#open[of]!) lowest = Math.min(lowest, frame);
    if (lowest !== Number.POSITIVE_INFINITY) return lowest;
    // The reverse map notes the class, as it notes the level of a table.
    const spfn = this.#frames.allocate(OWNER_HYPERVISOR, FRAME_COMPRESSED, of);
    invariant(spfn !== NO_FRAME, 'a frame has been freed for what is kept');
    this.#taken.set(spfn - FIRST_FRAME, 0);
    return spfn - FIRST_FRAME;
  }
  #classIn(frame: number): number {
    return this.#frames.guestFrames[frame]!;
  }

  #setTaken(frame: number, taken: number): void {
    const of = this.#classIn(frame);
    if (taken === 0) {
      this.#taken.delete(frame);
      this.#open[of]!.delete(frame);
      this.#frames.release(FIRST_FRAME + frame);
      return;
    }
    this.#taken.set(frame, taken);
    if (taken === allOf(of)) this.#open[of]!.delete(frame);
    else this.#open[of]!.add(frame);
  }

  capture(): CompressedState {
    const frames = [...this.#taken].sort(([a], [b]) => a - b).map(([frame, taken]) => ({ frame, taken }));
    return { frames };
  }
  /** Its pages lie in frames that have been restored. */
  restore({ frames }: CompressedState): void {
    this.#taken.clear();
    for (const open of this.#open) open.clear();
    this.#used = 0;
    for (const { frame, taken } of frames) {
      const of = this.#frames.states[frame] === FRAME_COMPRESSED ? this.#classIn(frame) : ROOMS.length;
      if (of >= ROOMS.length || taken === 0 || (taken & ~allOf(of)) !== 0)
        throw new SnapshotFormatError('compressed pages in no frame of theirs');
      this.#setTaken(frame, taken);
      for (let bits = taken; bits !== 0; bits >>= 1) this.#used += bits & 1;
    }
  }
  /** True when something lies at a place, so that a snapshot may name it. */
  has(place: Place): boolean {
    const frame = Math.floor((place - 1) / PLACES);
    return place > NO_PLACE && ((this.#taken.get(frame) ?? 0) & (1 << ((place - 1) % PLACES))) !== 0;
  }
}

/** The class of what is so long. */
function classOf(length: number): number {
  return ROOMS.findIndex((room) => length + LENGTH_BYTES <= room);
}
/** All rooms of a frame of a class. */
function allOf(of: number): number {
  return (1 << Math.floor(PAGE_SIZE / ROOMS[of]!)) - 1;
}
