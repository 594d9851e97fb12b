/**
 * A disk above sealed layers: what is written goes to a top layer of its own, part by part (64 KiB), and the layers below stay as they
 * are, for whoever else lies above them. The top can be sealed: then it is a layer itself, with a title and a place in the tree of
 * this disk, and an empty one begins above it. A snapshot holds the top, and of all that lies below the name.
 */
import * as v from 'valibot';
import { FLUSH_REFUSALS, type FlushRefusal } from '#base/catalogue/disk-errors';
import { fail, ok, type Result } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { exactly, integer, list, oneOf, piece, text, u32, upTo, words } from '#base/state/types';
import { defineKind } from '../../../kind.ts';
import type { Disk, DiskKind } from '../disk.ts';
import { BLOCK_BYTES, type CommitOutcome, type DiskKeeper } from './keeper.ts';
import {
  type DiskLayers,
  isZeros,
  LAYER_NAME,
  type Layer,
  type LayerFinder,
  PART_BYTES,
  type Part,
  sealLayer,
} from './layer.ts';

/** A layer that was sealed here. */
export interface SealedNode {
  readonly layer: string;
  /** The layer that it lies on; empty: none. */
  readonly below: string;
  readonly title: string;
}

interface OwnPart {
  readonly index: number;
  readonly content: Uint8Array;
}
/** A flush that cannot be kept, by its number. */
interface RefusedFlush {
  readonly flush: number;
  readonly why: FlushRefusal;
}
interface LayeredState {
  readonly sizeBytes: number;
  /** Name of the layer that the top lies on; empty: none. */
  readonly below: string;
  readonly tree: readonly SealedNode[];
  /** Parts that hide what lies below them. */
  readonly zeros: Uint32Array;
  readonly parts: readonly OwnPart[];
  /** How often it was flushed, where it has a name to be kept under. */
  readonly flushes: number;
  readonly refused: readonly RefusedFlush[];
}

const KEPT_NAME = /^[A-Za-z0-9-]{1,40}$/;
const NAME_DIGITS = 64;
const LONGEST_TITLE = 480;
/** Layers that one disk may have sealed, and that may lie below each other. */
export const MOST_LAYERS = 64;
const MOST_PARTS: number = 1024 * 1024;
/** Flushes to come of which it is known that they fail. */
const MOST_REFUSED = 4096;

const LAYERED: Declaration<LayeredState> = declare('layered disk', {
  sizeBytes: integer,
  below: text(NAME_DIGITS),
  tree: list(
    declare<SealedNode>('sealed layer', {
      layer: text(NAME_DIGITS),
      below: text(NAME_DIGITS),
      title: text(LONGEST_TITLE),
    }),
    upTo(MOST_LAYERS),
  ),
  zeros: words(upTo(MOST_PARTS)),
  parts: list(
    declare<OwnPart>('layer part', { index: u32, content: piece(exactly(PART_BYTES)) }),
    upTo(MOST_PARTS),
  ),
  flushes: since(8, integer, 0),
  refused: since(
    8,
    list(
      declare<RefusedFlush>('refused flush', { flush: integer, why: oneOf(...FLUSH_REFUSALS) }),
      upTo(MOST_REFUSED),
    ),
    [],
  ),
});

/** Thrown where a snapshot names a layer that is not here; whoever opens it says which, or fetches it. */
export class LayerMissingError extends SnapshotFormatError {
  constructor(layer: string) {
    super(`${LAYER_MISSING} ${layer}`);
  }
}
/** Its message goes through threads, where classes do not. */
const LAYER_MISSING = 'missing layer';
/** The layer that an error's message says is missing. */
export function missingLayerIn(message: string): string | undefined {
  return /missing layer ([0-9a-f]{64})/.exec(message)?.[1];
}

/** All that lies below, the upper parts over the lower ones; or the name of the layer that is not here. */
function flattened(name: string, find: LayerFinder): Map<number, Uint8Array> | { readonly missing: string } {
  const chain: Layer[] = [];
  for (let next: string | undefined = name; next !== undefined; next = chain.at(-1)?.below) {
    const layer: Layer | undefined = chain.length < MOST_LAYERS ? find(next) : undefined;
    if (layer === undefined) return { missing: next };
    chain.push(layer);
  }
  const parts = new Map<number, Uint8Array>();
  for (const layer of chain.reverse())
    for (const [index, part] of layer.parts) {
      if (part === 'zeros') parts.delete(index);
      else parts.set(index, part);
    }
  return parts;
}

export class LayeredDisk implements Disk {
  readonly sizeBytes: number;
  readonly #find: LayerFinder;
  readonly #keep: (layer: Layer) => void;
  /** Name of the layer that the top lies on. */
  #below: string | undefined;
  #belowParts: ReadonlyMap<number, Uint8Array> = new Map();
  #top = new Map<number, Part>();
  #tree: SealedNode[] = [];
  readonly #keeper: DiskKeeper | undefined;
  readonly #unkept: DiskLayers['unkept'];
  /** It has a name to be kept under, whether or not somebody does. */
  readonly #isNamed: boolean;
  #flushes = 0;
  #refused: RefusedFlush[] = [];
  /** Blocks that were written since the last commit. */
  readonly #uncommitted = new Set<number>();
  /** What was committed says nothing of what there is now. */
  #isAnother = true;

  /** @param name under which it is kept, if it is */
  constructor(sizeBytes: number, below: string | undefined, layers: DiskLayers, name?: string) {
    this.#keeper = name === undefined ? undefined : layers.keeper?.(name);
    this.#isNamed = name !== undefined;
    this.#unkept = layers.unkept;
    this.sizeBytes = sizeBytes;
    this.#find = layers.find;
    this.#keep = layers.keep;
    this.#lieOn(below);
  }

  #lieOn(below: string | undefined): void {
    const parts = below === undefined ? new Map<number, Uint8Array>() : flattened(below, this.#find);
    if ('missing' in parts) throw new LayerMissingError(parts.missing);
    this.#below = below;
    this.#belowParts = parts;
    this.#isAnother = true;
  }

  /** Of the top. */
  get allocatedBytes(): number {
    let count = 0;
    for (const part of this.#top.values()) if (part !== 'zeros') count += 1;
    return count * PART_BYTES;
  }
  /** Name of the layer that the top lies on. */
  get below(): string | undefined {
    return this.#below;
  }
  /** Layers that were sealed here, oldest first. */
  get tree(): readonly SealedNode[] {
    return this.#tree;
  }

  read(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const index = Math.floor((offset + done) / PART_BYTES);
      const at = (offset + done) % PART_BYTES;
      const count = Math.min(PART_BYTES - at, target.length - done);
      const part = this.#top.get(index) ?? this.#belowParts.get(index);
      if (part === undefined || part === 'zeros') target.fill(0, done, done + count);
      else target.set(part.subarray(at, at + count), done);
      done += count;
    }
  }

  write(offset: number, source: Uint8Array): void {
    this.#note(offset, source.length);
    for (let done = 0; done < source.length; ) {
      const index = Math.floor((offset + done) / PART_BYTES);
      const at = (offset + done) % PART_BYTES;
      const count = Math.min(PART_BYTES - at, source.length - done);
      this.#own(index).set(source.subarray(done, done + count), at);
      done += count;
    }
  }

  /** A part of the top, copied from below where it is not there yet. */
  #own(index: number): Uint8Array {
    const found = this.#top.get(index);
    if (found !== undefined && found !== 'zeros') return found;
    const below = found === undefined ? this.#belowParts.get(index) : undefined;
    const part = below?.slice() ?? new Uint8Array(PART_BYTES);
    this.#top.set(index, part);
    return part;
  }

  discard(offset: number, length: number): void {
    this.#note(offset, length);
    for (let done = 0; done < length; ) {
      const index = Math.floor((offset + done) / PART_BYTES);
      const at = (offset + done) % PART_BYTES;
      const count = Math.min(PART_BYTES - at, length - done);
      const hidden = this.#belowParts.has(index);
      const found = this.#top.get(index);
      const isWhole = count === Math.min(PART_BYTES, this.sizeBytes - index * PART_BYTES);
      if (isWhole && hidden) this.#top.set(index, 'zeros');
      else if (isWhole) this.#top.delete(index);
      else if (found !== undefined || hidden) {
        if (found !== 'zeros') this.#own(index).fill(0, at, at + count);
      }
      done += count;
    }
  }

  #note(offset: number, length: number): void {
    if (this.#keeper === undefined) return;
    const end = Math.ceil((offset + length) / BLOCK_BYTES);
    for (let block = Math.floor(offset / BLOCK_BYTES); block < end; block++) this.#uncommitted.add(block);
  }

  /** Commits what was written, where somebody keeps it. */
  flush(): FlushRefusal | undefined {
    if (!this.#isNamed) return undefined;
    this.#flushes += 1;
    const known = this.#refused.find(({ flush }) => flush === this.#flushes);
    this.#refused = this.#refused.filter(({ flush }) => flush > this.#flushes);
    if (known !== undefined) return known.why;
    const outcome = this.#commit();
    if (outcome === 'kept' || outcome === 'unseen') return undefined;
    this.#unkept?.(this.#flushes, outcome);
    return outcome;
  }
  /** A flush to come cannot be kept: it was so in the run that is repeated. False when too many are known. */
  refuse(flush: number, why: FlushRefusal): boolean {
    if (!this.#isNamed || this.#refused.length >= MOST_REFUSED) return false;
    this.#refused.push({ flush, why });
    return true;
  }

  #commit(): CommitOutcome {
    if (this.#keeper === undefined || (!this.#isAnother && this.#uncommitted.size === 0)) return 'kept';
    const indices = this.#isAnother ? this.#ownBlocks() : this.#uncommitted;
    const blocks = new Map<number, Uint8Array>();
    for (const index of indices) {
      const block = new Uint8Array(BLOCK_BYTES);
      const start = index * BLOCK_BYTES;
      this.read(start, block.subarray(0, Math.min(BLOCK_BYTES, this.sizeBytes - start)));
      blocks.set(index, block);
    }
    const outcome = this.#keeper.commit({ layer: this.#below, isWhole: this.#isAnother, blocks });
    if (outcome !== 'kept') return outcome;
    this.#uncommitted.clear();
    this.#isAnother = false;
    return outcome;
  }

  /** Blocks of all that lies above the layer. */
  #ownBlocks(): number[] {
    const perPart = PART_BYTES / BLOCK_BYTES;
    const count = Math.ceil(this.sizeBytes / BLOCK_BYTES);
    return [...this.#top.keys()].flatMap((part) =>
      Array.from({ length: perPart }, (_, at) => part * perPart + at).filter((block) => block < count),
    );
  }

  // The tree.

  /** Seals the top: it is a layer from now on, and an empty top lies on it. Where nothing was written, nothing is sealed. */
  seal(title: string): Result<Layer> {
    if (this.#tree.length >= MOST_LAYERS) return fail('layer.tooMany', { limit: MOST_LAYERS });
    const parts = new Map([...this.#top].filter(([index, part]) => this.#differs(index, part)));
    if (parts.size === 0) return fail('layer.nothingNew');
    const layer = sealLayer({ sizeBytes: this.sizeBytes, below: this.#below, parts });
    const isKnown = this.#tree.some((node) => node.layer === layer.name);
    this.#keep(layer);
    if (!isKnown) this.#tree.push({ layer: layer.name, below: this.#below ?? '', title });
    this.#top.clear();
    this.#lieOn(layer.name);
    return ok(layer);
  }

  #differs(index: number, part: Part): boolean {
    const below = this.#belowParts.get(index);
    if (part === 'zeros' || below === undefined)
      return part === 'zeros' ? below !== undefined : !isZeros(part);
    return part.some((byte, at) => byte !== below[at]);
  }

  /** Lies on another layer from now on; what was written since the last was sealed is gone. */
  lieOn(layer: string): Result<null> {
    const found = this.#find(layer);
    if (found === undefined) return fail('disk.layerMissing', { layer });
    if (found.sizeBytes > this.sizeBytes)
      return fail('layer.tooLarge', { bytes: found.sizeBytes, limit: this.sizeBytes });
    try {
      this.#lieOn(layer);
    } catch (error) {
      if (!(error instanceof LayerMissingError)) throw error;
      return fail('disk.layerMissing', { layer: missingLayerIn(error.message) ?? layer });
    }
    this.#top.clear();
    return ok(null);
  }

  /** Takes a layer out of the tree: one that nothing lies on. */
  forget(layer: string): Result<null> {
    const { title = '' } = this.#tree.find((node) => node.layer === layer) ?? {};
    if (!this.#tree.some((node) => node.layer === layer)) return fail('layer.unknown', { layer });
    const inUse = this.#below === layer || this.#tree.some(({ below }) => below === layer);
    if (inUse) return fail('layer.inUse', { title });
    this.#tree = this.#tree.filter((node) => node.layer !== layer);
    return ok(null);
  }

  capture(): PartState {
    const top = [...this.#top].sort(([a], [b]) => a - b);
    return partState(LAYERED, {
      sizeBytes: this.sizeBytes,
      below: this.#below ?? '',
      tree: this.#tree,
      zeros: Uint32Array.from(top.flatMap(([index, part]) => (part === 'zeros' ? [index] : []))),
      parts: top.flatMap(([index, part]) => (part === 'zeros' ? [] : [{ index, content: part }])),
      flushes: this.#flushes,
      refused: this.#refused,
    });
  }

  restore(saved: PartState): void {
    const { sizeBytes, below, tree, zeros, parts, flushes, refused } = stateIn(LAYERED, saved);
    const most = Math.ceil(this.sizeBytes / PART_BYTES);
    const names = [below, ...tree.flatMap((node) => [node.layer, node.below])];
    if (sizeBytes !== this.sizeBytes) throw new SnapshotFormatError('a disk of another size');
    if (!names.every((name) => name === '' || LAYER_NAME.test(name)))
      throw new SnapshotFormatError('a layer without a name');
    const top = new Map<number, Part>();
    for (const index of zeros) top.set(index, 'zeros');
    for (const { index, content } of parts) top.set(index, content.slice());
    if ([...top.keys()].some((index) => index >= most) || top.size !== zeros.length + parts.length)
      throw new SnapshotFormatError('a part outside its disk, or twice');
    this.#lieOn(below === '' ? undefined : below);
    this.#top = top;
    this.#tree = [...tree];
    this.#flushes = flushes;
    this.#refused = [...refused];
  }
}

const NO_LAYERS: DiskLayers = { find: () => undefined, keep: () => undefined };

export const LAYERED_DISK_KIND: DiskKind = defineKind({
  id: 'layered',
  settings: {
    /** The layer that it lies on; absent: an empty disk whose top can be sealed. */
    layer: v.exactOptional(v.pipe(v.string(), v.regex(LAYER_NAME, 'scenario.badLayer'))),
    /** What it is called where it is kept; absent: it goes with the lab. */
    keep: v.exactOptional(v.pipe(v.string(), v.regex(KEPT_NAME, 'scenario.badName'))),
  },
  state: LAYERED,
  create: ({ layer, keep }, { sizeBytes, layers = NO_LAYERS }): Disk =>
    new LayeredDisk(sizeBytes, layer, layers, keep),
});
