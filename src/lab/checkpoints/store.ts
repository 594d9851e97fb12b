/**
 * The store of a lab's checkpoints, over any place that keeps records. A checkpoint is written piece by piece and counts from the
 * moment at which its manifest is there; what is damaged or half written is never read. Two writers cannot spoil each other's
 * records: each commit holds only while the head of the store is as its writer has left it.
 *
 *   lab/KEY/head              who writes, and how much there is
 *   lab/KEY/checkpoint/N      manifests
 *   lab/KEY/segment/N         pieces of hosts, about 1 MiB each
 */
import { fail, ok, type Result } from '#base/result';
import type { HashBytes } from '#hypervisor/snapshot/file';
import type { Condition, Storage } from '../storage/storage.ts';
import type { CheckpointInfo, LabCheckpoint, LabImage } from './checkpoint.ts';
import { type Head, headKey, readHead, writeHead } from './head.ts';
import { type Manifest, readManifest, type Segment, writeManifest } from './manifest.ts';
import { joined, lengthOf, packHosts, unpack } from './packing.ts';
import { leastMissed } from './thinning.ts';

/** What a store needs from outside. */
export interface StorePlace {
  readonly storage: Storage;
  /** Which lab: a word of letters, digits and dashes. */
  readonly key: string;
  readonly hash: HashBytes;
  /** Lets others go on, between two pieces of work. */
  readonly pause: () => Promise<void>;
}

/** What a checkpoint is called by. */
export interface CheckpointLabel extends Pick<CheckpointInfo, 'takenAtMs' | 'note'> {
  /** What a list of kept labs calls the lab. */
  readonly title: string;
}

export interface StoreLimits {
  readonly bytes: number;
  readonly checkpoints: number;
}

/** A checkpoint that was read whole, and how many newer ones could not be. */
export interface Found {
  readonly info: CheckpointInfo;
  readonly image: LabImage;
  readonly damaged: number;
}

/** A manifest in the store, and what its record takes. */
interface Stored {
  readonly manifest: Manifest;
  readonly bytes: number;
}

export class CheckpointStore {
  readonly #place: StorePlace;
  readonly #folder: string;
  /** Ascending. */
  #stored: Stored[];
  #head: Head;
  /** Segments of a checkpoint that did not come about: the next commit removes them. */
  #orphans: number[] = [];
  #nextSegment: number;
  /** By host, up to which content the newest checkpoint has what there is; empty: nothing of it can be used. */
  #known: readonly number[] = [];

  /** Opens a store for writing, which ends whoever wrote before, and clears away what was half written. */
  static async open(place: StorePlace): Promise<Result<CheckpointStore>> {
    const { storage, key } = place;
    const folder = `lab/${key}/`;
    const names = await storage.keys(folder);
    if (!names.ok) return names;
    const stored: Stored[] = [];
    const dead: string[] = [];
    for (const name of names.value) {
      if (!name.startsWith(`${folder}checkpoint/`)) continue;
      const found = await storage.get(name);
      if (!found.ok) return found;
      const manifest = found.value && readManifest(found.value, place.hash);
      if (manifest?.ok) stored.push({ manifest: manifest.value, bytes: found.value?.length ?? 0 });
      else dead.push(name);
    }
    stored.sort((a, b) => a.manifest.number - b.manifest.number);
    const needed = new Set(stored.flatMap(({ manifest }) => manifest.segments.map(({ number }) => number)));
    const segments = names.value.filter((name) => name.startsWith(`${folder}segment/`));
    const numberOf = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1));
    dead.push(...segments.filter((name) => !needed.has(numberOf(name))));
    const at = headKey(key);
    const now = await storage.get(at);
    if (!now.ok) return now;
    const before = readHead(now.value);
    const newest = Math.max(before.newest, ...stored.map(({ manifest }) => manifest.number));
    const head = { ...before, writer: before.writer + 1, newest, bytes: bytesOf(stored) };
    const taken = await storage.commit({
      put: [[at, writeHead(head)]],
      remove: dead,
      onlyIf: { key: at, is: now.value },
    });
    const next = Math.max(0, ...segments.map(numberOf)) + 1;
    return taken.ok ? ok(new CheckpointStore(place, stored, head, next)) : taken;
  }

  private constructor(place: StorePlace, stored: Stored[], head: Head, nextSegment: number) {
    this.#place = place;
    this.#folder = `lab/${place.key}/`;
    this.#stored = stored;
    this.#head = head;
    this.#nextSegment = nextSegment;
  }

  /** What there is, oldest first. */
  get checkpoints(): readonly CheckpointInfo[] {
    return this.#stored.map(({ manifest }) => infoOf(manifest));
  }
  get bytes(): number {
    return bytesOf(this.#stored);
  }
  /** By host, up to which content the store has what there is: the next checkpoint must have what came later. */
  get known(): readonly number[] {
    return this.#known;
  }

  /**
   * Keeps a checkpoint, in the place of older ones where it must be; what was there before stays when it fails. Refuses one with
   * `checkpoint.needsAll` for which there is room only when all pieces are written anew.
   */
  async keep(
    checkpoint: LabCheckpoint,
    label: CheckpointLabel,
    limits: StoreLimits,
  ): Promise<Result<CheckpointInfo>> {
    const kept = await this.#keep(checkpoint, label, limits);
    if (!kept.ok) this.#known = [];
    return kept;
  }

  async #keep(
    checkpoint: LabCheckpoint,
    label: CheckpointLabel,
    limits: StoreLimits,
  ): Promise<Result<CheckpointInfo>> {
    const number = this.#head.newest + 1;
    const { title, ...when } = label;
    const info = { number, at: checkpoint.at, ...when };
    const before = this.#known.length === 0 ? undefined : this.#stored.at(-1)?.manifest;
    await this.#place.pause();
    const packed = packHosts(checkpoint.hosts, before);
    if (packed === undefined) return fail('checkpoint.needsAll');
    const segments: Segment[] = [...packed.kept];
    const written = packed.segments.reduce((sum, parts) => sum + lengthOf(parts), 0);
    const states = checkpoint.hosts.reduce((sum, { state }) => sum + state.length, checkpoint.lab.length);
    if (written + states + sizeOf(packed.kept) > limits.bytes) {
      // What is needed of old segments would fit, but not all that lies beside it.
      if (packed.kept.length > 0) return fail('checkpoint.needsAll');
      return fail('checkpoint.tooLarge', { bytes: written + states, limit: limits.bytes });
    }
    const room = await this.#makeRoom(written + states, limits.bytes, packed.kept);
    if (!room.ok) return room;
    for (const parts of packed.segments) {
      const bytes = joined(parts);
      const segment = this.#nextSegment++;
      this.#orphans.push(segment);
      const put = await this.#commit([[`segment/${segment}`, bytes]], [], this.#head);
      if (!put.ok) return put;
      segments.push({ number: segment, sizeBytes: bytes.length, hash: this.#place.hash(bytes) });
      await this.#place.pause();
    }
    const manifest: Manifest = { ...info, lab: checkpoint.lab, hosts: packed.hosts, segments };
    const bytes = writeManifest(manifest, this.#place.hash);
    const after = thinned([...this.#stored, { manifest, bytes: bytes.length }], limits);
    const needed = new Set(segments.map((segment) => segment.number));
    this.#orphans = this.#orphans.filter((orphan) => !needed.has(orphan));
    const done = await this.#commit([[`checkpoint/${number}`, bytes]], this.#removed(after), {
      ...this.#head,
      newest: number,
      title,
      takenAtMs: when.takenAtMs,
      bytes: bytesOf(after),
    });
    if (!done.ok) return done;
    this.#stored = after;
    this.#orphans = [];
    // Segments of which less than half is needed any more are written anew, with all the rest, at the next time.
    const isWasteful = 2 * packed.liveBytes < sizeOf(segments);
    this.#known = isWasteful ? [] : checkpoint.hosts.map(({ known }) => known);
    return ok(info);
  }

  /** Removes older checkpoints before something is written for which there would be no room beside them. */
  async #makeRoom(bytes: number, limit: number, kept: readonly Segment[]): Promise<Result<null>> {
    let after = this.#stored;
    while (after.length > 0 && bytesOf(after) + bytes > limit) {
      const isNeeded = after.length === 1 && kept.length > 0;
      if (isNeeded) break;
      after = after.slice(1);
    }
    if (after === this.#stored) return ok(null);
    const done = await this.#commit([], this.#removed(after), { ...this.#head, bytes: bytesOf(after) });
    if (done.ok) this.#stored = after;
    return done;
  }

  /** Names of what is not needed any more once these are all. */
  #removed(after: readonly Stored[]): string[] {
    const left = new Set(after.map(({ manifest }) => manifest.number));
    const needed = segmentsOf(after);
    const gone = [...segmentsOf(this.#stored).keys()].filter((number) => !needed.has(number));
    const manifests = this.#stored.filter(({ manifest }) => !left.has(manifest.number));
    return [
      ...manifests.map(({ manifest }) => `checkpoint/${manifest.number}`),
      ...[...gone, ...this.#orphans].map((number) => `segment/${number}`),
    ];
  }

  async #commit(
    put: readonly (readonly [string, Uint8Array])[],
    remove: readonly string[],
    head: Head,
  ): Promise<Result<null>> {
    const key = headKey(this.#place.key);
    const onlyIf: Condition = { key, is: writeHead(this.#head) };
    const done = await this.#place.storage.commit({
      put: [...put.map(([name, bytes]) => [this.#folder + name, bytes] as const), [key, writeHead(head)]],
      remove: remove.map((name) => this.#folder + name),
      onlyIf,
    });
    if (done.ok) this.#head = head;
    return done;
  }

  /** The newest checkpoint that is whole. */
  async newest(): Promise<Result<Found>> {
    for (const [damaged, { manifest }] of [...this.#stored].reverse().entries()) {
      const image = await this.#read(manifest);
      if (image.ok) {
        return ok({ info: infoOf(manifest), image: image.value, damaged });
      }
      if (image.error.code !== 'checkpoint.damaged') return image;
    }
    return fail(this.#stored.length === 0 ? 'checkpoint.none' : 'checkpoint.damaged');
  }

  /** One checkpoint, by its number. */
  async read(number: number): Promise<Result<LabImage>> {
    const found = this.#stored.find(({ manifest }) => manifest.number === number);
    return found === undefined ? fail('checkpoint.none') : this.#read(found.manifest);
  }

  /** As {@link checkpoints}, with what each has besides its hosts: enough to know of which run it is. */
  get labs(): readonly (CheckpointInfo & { readonly lab: Uint8Array })[] {
    return this.#stored.map(({ manifest }) => ({ ...infoOf(manifest), lab: manifest.lab }));
  }

  /** From now on another lab is kept here, whose hosts count their content anew: the next checkpoint has all of it. */
  otherLab(): void {
    this.#known = [];
  }

  async #read({ lab, hosts, segments }: Manifest): Promise<Result<LabImage>> {
    const found: Uint8Array[] = [];
    for (const { number, hash, sizeBytes } of segments) {
      const bytes = await this.#place.storage.get(`${this.#folder}segment/${number}`);
      if (!bytes.ok) return bytes;
      if (bytes.value?.length !== sizeBytes || this.#place.hash(bytes.value) !== hash)
        return fail('checkpoint.damaged');
      found.push(bytes.value);
    }
    return ok({ lab, hosts: hosts.map((host) => ({ state: host.state, pieces: unpack(host, found) })) });
  }

  /** Forgets everything: there is nothing to go on from any more. */
  async clear(): Promise<Result<null>> {
    const done = await this.#commit([], this.#removed([]), { ...this.#head, bytes: 0 });
    if (!done.ok) return done;
    this.#stored = [];
    this.#orphans = [];
    this.#known = [];
    return done;
  }
}

function sizeOf(segments: Iterable<Segment>): number {
  let sum = 0;
  for (const { sizeBytes } of segments) sum += sizeBytes;
  return sum;
}

/** All segments that these checkpoints need, by number. */
function segmentsOf(stored: readonly Stored[]): Map<number, Segment> {
  return new Map(
    stored.flatMap(({ manifest }) => manifest.segments.map((segment) => [segment.number, segment])),
  );
}

function bytesOf(stored: readonly Stored[]): number {
  return sizeOf(segmentsOf(stored).values()) + stored.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Those that stay within limits; the newest always does. */
function thinned(stored: readonly Stored[], limits: StoreLimits): Stored[] {
  const left = [...stored];
  while (left.length > limits.checkpoints)
    left.splice(leastMissed(left.map(({ manifest }) => manifest.takenAtMs)), 1);
  while (left.length > 1 && bytesOf(left) > limits.bytes) left.shift();
  return left;
}

function infoOf({ number, at, takenAtMs, note }: Manifest): CheckpointInfo {
  return { number, at, takenAtMs, note };
}
