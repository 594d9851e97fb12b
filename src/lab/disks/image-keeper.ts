/**
 * Keeps a disk in the image that it began as: what a guest flushes is written into the file, raw or qcow2, before the guest hears that it
 * is safe. A crash leaves the image as of one flush, never between two.
 */
import { fail, ok, type Result } from '#base/result';
import {
  BLOCK_BYTES,
  type CommitOutcome,
  type DiskChange,
  type DiskKeeper,
} from '#machine/devices/disk/layers/keeper';
import { isZeros, type Layer, PART_BYTES } from '#machine/devices/disk/layers/layer';
import type { WritableImage } from './formats/disk-image.ts';
import { formatIn } from './formats/open-image.ts';
import { WritableQcow2Image } from './formats/qcow2/writable.ts';
import { WritableRawImage } from './formats/raw.ts';
import type { RedoneFile } from './redo-log.ts';

export class ImageKeeper implements DiskKeeper {
  readonly #file: RedoneFile;
  readonly #layer: Layer;
  readonly #refused: (why: Result<never>) => void;
  /** As it was when it was opened: what a guest writes into a raw image does not make another kind of it. */
  readonly #isQcow2: boolean;
  #image: WritableImage | undefined;
  /** Blocks that this run has committed. */
  readonly #committed = new Set<number>();

  /** A disk whose image can be written, if it can. */
  static open(file: RedoneFile, layer: Layer, refused: (why: Result<never>) => void): Result<ImageKeeper> {
    const keeper = new ImageKeeper(file, layer, refused);
    const opened = keeper.#opened();
    file.forget();
    keeper.#image = undefined;
    return opened.ok ? ok(keeper) : opened;
  }

  /**
   * @param layer the content of the image, on which the disk lies
   * @param refused told of a commit that failed
   */
  private constructor(file: RedoneFile, layer: Layer, refused: (why: Result<never>) => void) {
    this.#file = file;
    this.#layer = layer;
    this.#refused = refused;
    this.#isQcow2 = formatIn(file) === 'qcow2';
  }

  #opened(): Result<WritableImage> {
    if (this.#image !== undefined) return ok(this.#image);
    const image = this.#isQcow2
      ? WritableQcow2Image.openWritable(this.#file)
      : ok(new WritableRawImage(this.#file));
    if (image.ok) this.#image = image.value;
    return image;
  }

  commit(change: DiskChange): CommitOutcome {
    const done = this.#commit(change);
    if (done.ok) return 'kept';
    this.#file.forget();
    // What it remembers of the file may not be there.
    this.#image = undefined;
    this.#refused(done);
    return done.error.code === 'storage.full' ? 'full' : 'unavailable';
  }

  #commit({ layer, isWhole, blocks }: DiskChange): Result<null> {
    // Another layer is another disk than that of the image.
    if (layer !== this.#layer.name) return fail('storage.unavailable');
    const image = this.#opened();
    if (!image.ok) return image;
    const undone = isWhole ? [...this.#committed].filter((index) => !blocks.has(index)) : [];
    const all = new Map([...undone.map((index) => [index, this.#original(index)] as const), ...blocks]);
    for (const run of runsOf(all)) {
      const written = writeRun(image.value, run);
      if (!written.ok) return written;
    }
    const committed = this.#file.commit();
    if (!committed.ok) return committed;
    if (isWhole) this.#committed.clear();
    for (const index of blocks.keys()) this.#committed.add(index);
    return ok(null);
  }

  /** A block as the image had it. */
  #original(index: number): Uint8Array {
    const at = index * BLOCK_BYTES;
    const part = this.#layer.parts.get(Math.floor(at / PART_BYTES));
    const within = at % PART_BYTES;
    return part === undefined || part === 'zeros'
      ? new Uint8Array(BLOCK_BYTES)
      : part.subarray(within, within + BLOCK_BYTES);
  }
}

/** Blocks side by side, all of them zeros or none. */
interface BlockRun {
  readonly offset: number;
  readonly isZero: boolean;
  readonly blocks: Uint8Array[];
}

function runsOf(blocks: ReadonlyMap<number, Uint8Array>): BlockRun[] {
  const runs: BlockRun[] = [];
  for (const [index, block] of [...blocks].sort(([a], [b]) => a - b)) {
    const last = runs.at(-1);
    const offset = index * BLOCK_BYTES;
    const isZero = isZeros(block);
    const follows = last !== undefined && last.offset + last.blocks.length * BLOCK_BYTES === offset;
    if (follows && last.isZero === isZero) last.blocks.push(block);
    else runs.push({ offset, isZero, blocks: [block] });
  }
  return runs;
}

/** The last block of a disk may be shorter; a disk has whole sectors, of which an image need not have the last whole. */
function writeRun(image: WritableImage, { offset, isZero, blocks }: BlockRun): Result<null> {
  const end = Math.min(offset + blocks.length * BLOCK_BYTES, image.sizeBytes);
  if (isZero) return end > offset ? image.discard(offset, end - offset) : ok(null);
  for (const [number, block] of blocks.entries()) {
    const at = offset + number * BLOCK_BYTES;
    const written = at < end ? image.write(at, block.subarray(0, end - at)) : ok(null);
    if (!written.ok) return written;
  }
  return ok(null);
}
