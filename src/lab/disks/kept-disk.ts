/** A disk that is kept: its journal as the machine commits to it, and what it has come to as a layer that another run can begin on. */
import { fail, ok, type Result } from '#base/result';
import {
  BLOCK_BYTES,
  type CommitOutcome,
  type DiskChange,
  type DiskKeeper,
} from '#machine/devices/disk/layers/keeper';
import {
  type Layer,
  type LayerFinder,
  PART_BYTES,
  type Part,
  sealLayer,
} from '#machine/devices/disk/layers/layer';
import { layersBelow } from './image-layer.ts';
import type { DiskJournal } from './journal.ts';

export class KeptDisk {
  readonly #journal: DiskJournal;
  /** Of several runs of one scenario, the one that may write: the others are not seen, or not any more. */
  live: object | undefined;

  constructor(journal: DiskJournal) {
    this.#journal = journal;
  }

  /** The layer that it lay on when it was last committed. */
  get below(): string | undefined {
    return this.#journal.layer;
  }

  /** Another one after each commit. */
  get mark(): string {
    return this.#journal.mark;
  }

  /** For the disk of a run. */
  keeperFor(run: object): DiskKeeper {
    return { commit: (change) => (this.live === run ? this.#commit(change) : 'unseen') };
  }
  #commit(change: DiskChange): CommitOutcome {
    const done = this.#journal.commit(change);
    if (done.ok) return 'kept';
    return done.error.code === 'storage.full' ? 'full' : 'unavailable';
  }

  /**
   * The disk as it was last committed, as a layer above the one that it lay on; nothing where nothing was committed yet.
   * @param find the layers that it lies on
   */
  sealed(find: LayerFinder): Result<Layer | undefined> {
    const { sizeBytes, layer: below } = this.#journal;
    const blocks = this.#journal.blocks();
    if (!blocks.ok) return blocks;
    if (blocks.value.size === 0) return ok(below === undefined ? undefined : find(below));
    const chain = below === undefined ? ok([]) : layersBelow(below, find);
    if (!chain.ok) return chain;
    const partBelow = (index: number): Part =>
      chain.value.find(({ parts }) => parts.has(index))?.parts.get(index) ?? 'zeros';
    const parts = new Map<number, Part>();
    for (const [index, block] of blocks.value) {
      const at = Math.floor((index * BLOCK_BYTES) / PART_BYTES);
      const known = parts.get(at);
      const part = known === undefined || known === 'zeros' ? copyOf(partBelow(at)) : known;
      part.set(block, (index * BLOCK_BYTES) % PART_BYTES);
      parts.set(at, part);
    }
    for (const [index, part] of parts) {
      const before = partBelow(index);
      const isSame = before === 'zeros' ? isAll(part, () => 0) : isAll(part, (at) => before[at]!);
      if (isSame) parts.delete(index);
      else if (isAll(part, () => 0)) parts.set(index, 'zeros');
    }
    if (parts.size === 0) return ok(below === undefined ? undefined : find(below));
    if (sizeBytes === 0) return fail('layer.damaged');
    return ok(sealLayer({ sizeBytes, below, parts }));
  }
}

function copyOf(part: Part): Uint8Array {
  return part === 'zeros' ? new Uint8Array(PART_BYTES) : part.slice();
}
function isAll(part: Part, byteAt: (at: number) => number): boolean {
  return part !== 'zeros' && part.every((byte, at) => byte === byteAt(at));
}
