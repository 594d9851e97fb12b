/** Where one lab is kept: its lock and its store, and from where it can be gone on with. */
import { fail, ok, type Result } from '#base/result';
import type { LabSource, Speed } from '#bridge/protocol/lab-api';
import type { HashBytes } from '#hypervisor/snapshot/file';
import { forgetLab, keptLabs } from '#lab/checkpoints/kept-labs';
import { CheckpointStore, type Found } from '#lab/checkpoints/store';
import type { Lock, Locks } from '#lab/storage/lock';
import type { Storage } from '#lab/storage/storage';

/** Checkpoints of one lab. */
const MOST_CHECKPOINTS = 12;
/** A worker or page that has just ended may hold its lock for a moment longer. */
const PATIENCE_MS = 800;
const LOOK_EVERY_MS = 50;

/** A word for a lab, by where it comes from: who opens the same again goes on with it. */
export async function keyOf(source: LabSource, hash: HashBytes): Promise<string> {
  const hashed = (text: string): string => hash(new TextEncoder().encode(text));
  switch (source.kind) {
    case 'builtin':
      return `builtin-${source.name}`;
    case 'link': {
      // However it arrived, it is the same lab.
      const { findLink } = await import('#lab/link-carriers');
      const link = findLink(source.text);
      return `link-${hashed(link.ok ? link.value.text : source.text)}`;
    }
    case 'scenario':
      return `scenario-${hashed(JSON.stringify(source.scenario))}`;
    case 'state':
      return `file-${hash(source.bytes)}`;
    case 'kept':
      return source.key;
  }
}

export interface PlaceOptions {
  readonly storage: Storage;
  readonly locks: Locks;
  readonly key: string;
  readonly hash: HashBytes;
  /** Room for all kept labs together. */
  readonly bytes: number;
  readonly pause: () => Promise<void>;
}

export class KeptPlace {
  readonly key: string;
  readonly #options: PlaceOptions;
  #lock: Lock;
  #store: CheckpointStore;
  #limitBytes: number;

  /** Takes the lab's lock and opens its store. */
  static async take(options: PlaceOptions): Promise<Result<KeptPlace>> {
    const { storage, key, bytes } = options;
    const lock = await takeSoon(options.locks, key);
    if (!lock.ok) return lock;
    const room = await makeRoom(storage, key, bytes);
    const store = room.ok ? await CheckpointStore.open(options) : room;
    if (room.ok && store.ok) return ok(new KeptPlace(options, lock.value, store.value, room.value));
    await lock.value.release();
    return store.ok ? fail('storage.unavailable') : store;
  }

  private constructor(options: PlaceOptions, lock: Lock, store: CheckpointStore, limitBytes: number) {
    this.key = options.key;
    this.#options = options;
    this.#lock = lock;
    this.#store = store;
    this.#limitBytes = limitBytes;
  }

  get store(): CheckpointStore {
    return this.#store;
  }
  get limits(): { readonly bytes: number; readonly checkpoints: number } {
    return { bytes: this.#limitBytes, checkpoints: MOST_CHECKPOINTS };
  }

  /** The newest checkpoint that is whole; what there is can be damaged, or of a newer program. */
  newest(): Promise<Result<Found>> {
    return this.#store.newest();
  }

  /** Somebody else has written, or all was removed: takes lock and store anew, if nobody else has them. */
  async takeAgain(): Promise<Result<null>> {
    await this.#lock.release();
    const again = await KeptPlace.take(this.#options);
    if (!again.ok) return again;
    this.#lock = again.value.#lock;
    this.#store = again.value.#store;
    this.#limitBytes = again.value.#limitBytes;
    return ok(null);
  }

  /** The room for all kept labs is another one. */
  async setRoom(bytes: number): Promise<void> {
    const room = await makeRoom(this.#options.storage, this.key, bytes);
    if (room.ok) this.#limitBytes = room.value;
  }

  release(): Promise<void> {
    return this.#lock.release();
  }
}

/** Room for one lab beside the others, of which the oldest go when they take more than half. */
async function makeRoom(storage: Storage, key: string, bytes: number): Promise<Result<number>> {
  const labs = await keptLabs(storage);
  if (!labs.ok) return labs;
  const others = labs.value.filter((lab) => lab.key !== key);
  let taken = others.reduce((sum, lab) => sum + lab.bytes, 0);
  for (const lab of others) {
    if (2 * taken <= bytes) break;
    const forgotten = await forgetLab(storage, lab.key);
    if (!forgotten.ok) return forgotten;
    taken -= lab.bytes;
  }
  return ok(bytes - taken);
}

async function takeSoon(locks: Locks, key: string): Promise<Result<Lock>> {
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const lock = await locks.take(key);
    if (lock.ok || lock.error.code !== 'storage.locked' || waited >= PATIENCE_MS) return lock;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** The speed of a lab as a checkpoint remembers it, and back. */
export function noteOf(speed: Speed): string {
  return JSON.stringify(speed);
}
export function speedIn(note: string): Speed {
  try {
    const { running, rate } = JSON.parse(note) as Partial<Speed>;
    if (typeof running === 'boolean' && (rate === 'max' || (typeof rate === 'number' && rate > 0)))
      return { running, rate };
  } catch {
    // As usual, then.
  }
  return { running: true, rate: 1 };
}
