/**
 * Which pieces of a host have changed. A page of RAM has a new content when the engine has marked its frame; another piece (a part of
 * a disk), which nobody marks, when its hash is another one.
 */
import { PAGE_SHIFT, PAGE_SIZE } from '#base/addresses';
import type { StateApart } from '#base/state/codec';
import type { Machine } from '#machine/machine';
import { FIRST_FRAME } from '../memory/frame-allocator.ts';
import type { HostCheckpoint } from './host-checkpoint.ts';

interface HashedPiece {
  hash: string;
  content: number;
}

/** Of a frame: what it holds is not known; it holds zeros. Numbers of contents are above. */
const UNKNOWN = 0;
const ZERO = -1;

/** Pages that are copied at once: memory that was never used costs more than the copy, some 6 ms in all. */
const PAGES_AHEAD = 1024;

export class PieceTracker {
  readonly #machine: Machine;
  /** By frame of RAM, the number of its content, or one of the above. */
  readonly #frames: Float64Array;
  /** True for a piece that never changes. */
  readonly #isFixed: (piece: Uint8Array) => boolean;
  readonly #fixed = new WeakMap<Uint8Array, number>();
  /** Other pieces, by the memory in which they lie and where. */
  readonly #others = new WeakMap<ArrayBufferLike, Map<number, HashedPiece>>();
  /** By content, the page as it was copied ahead; a page that has been written since has another content. */
  readonly #ahead = new Map<number, { readonly frame: number; readonly page: Uint8Array }>();
  /** The frame from which it is gone on with copying ahead. */
  #aheadFrom: number = FIRST_FRAME;
  #count = 0;

  constructor(machine: Machine, isFixed: (piece: Uint8Array) => boolean) {
    this.#machine = machine;
    this.#isFixed = isFixed;
    this.#frames = new Float64Array(machine.ram.sizeBytes >> PAGE_SHIFT);
  }

  /** Hears of what was written since the last time. */
  update(): void {
    const written = this.#machine.takeWritten();
    for (let frame = 0; frame < written.length; frame++)
      if (written[frame] !== 0) this.#frames[frame] = UNKNOWN;
  }

  /** True when a frame (by spfn) holds zeros, as of the last update. */
  isZero(spfn: number): boolean {
    const frame = spfn - FIRST_FRAME;
    const known = this.#frames[frame]!;
    if (known !== UNKNOWN) return known === ZERO;
    if (!this.#machine.ram.isZeros(spfn * PAGE_SIZE, PAGE_SIZE)) return false;
    this.#frames[frame] = ZERO;
    return true;
  }

  /**
   * Copies some pages (by spfn, ascending) whose content is above a number before a checkpoint is taken, so that little is left to be
   * copied then: what is written again in between. True when there are more; at the end of the pages the next call begins anew, with
   * what was written meanwhile.
   */
  copyAhead(used: Iterable<number>, above: number): boolean {
    this.update();
    if (this.#aheadFrom === FIRST_FRAME)
      for (const [content, { frame }] of this.#ahead)
        if (this.#frames[frame] !== content) this.#ahead.delete(content);
    const block = new Uint8Array(PAGES_AHEAD * PAGE_SIZE);
    let count = 0;
    for (const spfn of used) {
      if (spfn < this.#aheadFrom || this.isZero(spfn)) continue;
      const frame = spfn - FIRST_FRAME;
      const known = this.#frames[frame]!;
      if (known !== UNKNOWN && (known <= above || this.#ahead.has(known))) continue;
      if (count === PAGES_AHEAD) {
        this.#aheadFrom = spfn;
        return true;
      }
      const page = block.subarray(count * PAGE_SIZE, (count + 1) * PAGE_SIZE);
      page.set(this.#machine.ram.view(spfn * PAGE_SIZE, PAGE_SIZE));
      this.#ahead.set(this.#contentOfFrame(frame), { frame, page });
      count += 1;
    }
    this.#aheadFrom = FIRST_FRAME;
    return false;
  }

  /** A checkpoint of a state as it is now, with the bytes of the contents above a number. */
  take({ state, pieces }: StateApart, above: number): HostCheckpoint {
    const contents = Float64Array.from(pieces, (piece) => this.#contentOf(piece));
    const fresh = Uint32Array.from([...contents.keys()].filter((at) => contents[at]! > above));
    const late = fresh.filter((at) => !this.#ahead.has(contents[at]!));
    const block = new Uint8Array(late.reduce((sum, at) => sum + pieces[at]!.length, 0));
    let end = 0;
    const freshPieces = Array.from(fresh, (at) => {
      const ahead = this.#ahead.get(contents[at]!)?.page;
      if (ahead !== undefined) return ahead;
      const start = end;
      end += pieces[at]!.length;
      block.set(pieces[at]!, start);
      return block.subarray(start, end);
    });
    this.#ahead.clear();
    this.#aheadFrom = FIRST_FRAME;
    const sizes = Uint32Array.from(pieces, ({ length }) => length);
    return { state, contents, sizes, known: this.#count, fresh, freshPieces };
  }

  #contentOf(piece: Uint8Array): number {
    const { bytes } = this.#machine.ram;
    // Most are pages.
    if (piece.buffer === bytes.buffer)
      return this.#contentOfFrame((piece.byteOffset - bytes.byteOffset) >> PAGE_SHIFT);
    return this.#isFixed(piece) ? this.#contentOfFixed(piece) : this.#contentOfOther(piece);
  }

  #contentOfFrame(frame: number): number {
    const known = this.#frames[frame]!;
    if (known > UNKNOWN) return known;
    this.#count += 1;
    this.#frames[frame] = this.#count;
    return this.#count;
  }

  #contentOfFixed(piece: Uint8Array): number {
    const known = this.#fixed.get(piece);
    if (known !== undefined) return known;
    this.#count += 1;
    this.#fixed.set(piece, this.#count);
    return this.#count;
  }

  #contentOfOther(piece: Uint8Array): number {
    let there = this.#others.get(piece.buffer);
    if (there === undefined) {
      there = new Map();
      this.#others.set(piece.buffer, there);
    }
    const hash = this.#machine.hash(piece, []);
    const known = there.get(piece.byteOffset);
    if (known?.hash === hash) return known.content;
    this.#count += 1;
    there.set(piece.byteOffset, { hash, content: this.#count });
    return this.#count;
  }
}
