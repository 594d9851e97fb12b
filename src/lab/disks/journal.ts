/**
 * A disk that lasts: what was written above a layer, as a log of commits in a file that only grows, so that a crash at any write leaves
 * the last commit as it was. A commit counts when its check sum is right and its number follows: one that was cut short does neither.
 * When most of the log is out of date it is written anew into the other of two files, which counts from its first commit on.
 *
 *   head:    VLABKEPT · version · epoch · size of the disk · check sum
 *   commit:  mark · epoch · number · blocks · whole? · name of the layer below (zeros: none) · SHA-256 of all of it
 *            by block: index, with the top bit where it is zeros · the blocks that are not (4 KiB each)
 */

import { crc32 } from '#base/crc32';
import { fail, ok, type Result } from '#base/result';
import { hexDigits, Sha256 } from '#base/sha256';
import { BLOCK_BYTES, type DiskChange } from '#machine/devices/disk/layers/keeper';
import type { SyncFile } from '../storage/sync-file.ts';

const MAGIC = new TextEncoder().encode('VLABKEPT');
const VERSION = 1;
const HEAD_BYTES = 32;
const MARK = 0x434d_4954;
const NAME_BYTES = 32;
const EPOCH_AT = 4;
const NUMBER_AT = 8;
const COUNT_AT = 12;
const WHOLE_AT = 16;
const NAME_AT = 20;
const SUM_AT: number = NAME_AT + NAME_BYTES;
const COMMIT_HEAD: number = SUM_AT + 32;
const ZEROS = 0x8000_0000;
/** A commit has no more blocks than a disk of 1 GiB. */
const MOST_BLOCKS = 1 << 18;
/** A log is written anew when it is so much longer than twice what counts in it. */
const SLACK_BYTES: number = 8 << 20;

interface Log {
  readonly file: SyncFile;
  readonly epoch: number;
  readonly sizeBytes: number;
  readonly layer: string | undefined;
  /** Where each block lies in the file; 0: it is zeros. */
  readonly places: Map<number, number>;
  readonly commits: number;
  /** Behind the last commit. */
  readonly end: number;
}

export class DiskJournal {
  /** How much of the log may be out of date. */
  slackBytes: number = SLACK_BYTES;
  #log: Log;
  /** Where the log is written when it is written anew. */
  #other: SyncFile;

  /** Opens the disk that two files hold, as it was last committed; a new one where they hold none. */
  static open(files: readonly [SyncFile, SyncFile], sizeBytes: number): Result<DiskJournal> {
    const logs = files.map(readLog);
    const [newest] = logs.filter((log) => log !== undefined).sort((a, b) => b.epoch - a.epoch);
    if (newest !== undefined) {
      // What was cut short may not be taken for the next commit's rest.
      const cut = newest.file.truncate(newest.end);
      const done = cut.ok ? newest.file.flush() : cut;
      if (!done.ok) return done;
      return ok(new DiskJournal(newest, files[newest.file === files[0] ? 1 : 0]));
    }
    const journal = new DiskJournal(emptyLog(files[1], 0, sizeBytes), files[0]);
    const begun = journal.#writeAnew({ layer: undefined, isWhole: true, blocks: new Map() });
    return begun.ok ? ok(journal) : begun;
  }

  private constructor(log: Log, other: SyncFile) {
    this.#log = log;
    this.#other = other;
  }

  /** Of the disk. */
  get sizeBytes(): number {
    return this.#log.sizeBytes;
  }
  get layer(): string | undefined {
    return this.#log.layer;
  }
  /** Another one after each commit. */
  get mark(): string {
    return `${this.#log.epoch}.${this.#log.commits}`;
  }
  /** How often it was committed, since it was written anew. */
  get commits(): number {
    return this.#log.commits;
  }
  /** Bytes of both files. */
  get fileBytes(): number {
    return this.#log.file.sizeBytes + this.#other.sizeBytes;
  }

  /** All that lies above the layer, as it was last committed. */
  blocks(): Result<Map<number, Uint8Array>> {
    const found = new Map<number, Uint8Array>();
    for (const [index, place] of this.#log.places) {
      const block = new Uint8Array(BLOCK_BYTES);
      const read = place === 0 ? ok(BLOCK_BYTES) : this.#log.file.read(place, block);
      if (!read.ok) return read;
      if (read.value !== BLOCK_BYTES) return fail('storage.unavailable');
      found.set(index, block);
    }
    return ok(found);
  }

  /** Makes a change last: when it comes back well, no crash takes it away. Otherwise the disk is as it was committed before. */
  commit(change: DiskChange): Result<null> {
    const { end, places } = this.#log;
    // Where there is no room to write it anew there may be some to go on.
    if (end > 2 * places.size * BLOCK_BYTES + this.slackBytes) this.#writeAnew(undefined);
    return this.#append(change);
  }

  #append(change: DiskChange): Result<null> {
    const { file, end, commits, epoch } = this.#log;
    const record = commitBytes(epoch, commits + 1, change);
    const written = file.write(end, record);
    const done = written.ok ? file.flush() : written;
    if (!done.ok) {
      // Half of it may be there: it is not the next one.
      file.truncate(end);
      return done;
    }
    this.#log = withCommit(this.#log, record, end);
    return ok(null);
  }

  /** @param change instead of what there is */
  #writeAnew(change: DiskChange | undefined): Result<null> {
    const { epoch, sizeBytes, layer, file } = this.#log;
    const all = change === undefined ? this.blocks() : ok(new Map(change.blocks));
    if (!all.ok) return all;
    const whole = { layer: change?.layer ?? layer, isWhole: true, blocks: all.value };
    const target = this.#other;
    const record = commitBytes(epoch + 1, 1, whole);
    const fresh = emptyLog(target, epoch + 1, sizeBytes);
    const steps = [
      () => target.truncate(0),
      // Without a first commit the head counts for nothing: it may come to be there before it.
      () => target.write(0, headBytes(fresh)),
      () => target.write(HEAD_BYTES, record),
      () => target.flush(),
    ];
    for (const step of steps) {
      const done = step();
      if (!done.ok) return done;
    }
    this.#log = withCommit(fresh, record, HEAD_BYTES);
    this.#other = file;
    file.truncate(0);
    return ok(null);
  }
}

function emptyLog(file: SyncFile, epoch: number, sizeBytes: number): Log {
  return { file, epoch, sizeBytes, layer: undefined, places: new Map(), commits: 0, end: HEAD_BYTES };
}

function headBytes({ epoch, sizeBytes }: Log): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  head.set(MAGIC);
  view.setUint32(8, VERSION);
  view.setUint32(12, epoch);
  view.setUint32(16, Math.floor(sizeBytes / 0x1_0000_0000));
  view.setUint32(20, sizeBytes % 0x1_0000_0000);
  view.setUint32(28, crc32(head.subarray(0, 28)));
  return head;
}

function commitBytes(epoch: number, number: number, { layer, isWhole, blocks }: DiskChange): Uint8Array {
  const rows = [...blocks]
    .sort(([a], [b]) => a - b)
    .map(([index, block]) => ({ index, block, isZero: isZeros(block) }));
  const contents = rows.filter(({ isZero }) => !isZero);
  const tableEnd = COMMIT_HEAD + 4 * rows.length;
  const record = new Uint8Array(tableEnd + contents.length * BLOCK_BYTES);
  const view = new DataView(record.buffer);
  view.setUint32(0, MARK);
  view.setUint32(EPOCH_AT, epoch);
  view.setUint32(NUMBER_AT, number);
  view.setUint32(COUNT_AT, rows.length);
  view.setUint32(WHOLE_AT, isWhole ? 1 : 0);
  if (layer !== undefined)
    for (let at = 0; at < NAME_BYTES; at++)
      record[NAME_AT + at] = Number.parseInt(layer.slice(2 * at, 2 * at + 2), 16);
  for (const [row, { index, isZero }] of rows.entries())
    view.setUint32(COMMIT_HEAD + 4 * row, isZero ? (index | ZEROS) >>> 0 : index);
  for (const [place, { block }] of contents.entries()) record.set(block, tableEnd + place * BLOCK_BYTES);
  record.set(sumOf(record), SUM_AT);
  return record;
}

function isZeros(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** A log with the commit that stands at a place of its file. */
function withCommit(log: Log, record: Uint8Array, at: number): Log {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const count = view.getUint32(COUNT_AT);
  const places = view.getUint32(WHOLE_AT) === 1 ? new Map<number, number>() : log.places;
  let content = at + COMMIT_HEAD + 4 * count;
  for (let row = 0; row < count; row++) {
    const word = view.getUint32(COMMIT_HEAD + 4 * row);
    const isZero = word >= ZEROS;
    places.set(isZero ? word - ZEROS : word, isZero ? 0 : content);
    if (!isZero) content += BLOCK_BYTES;
  }
  const name = record.subarray(NAME_AT, SUM_AT);
  const layer = isZeros(name) ? undefined : hexDigits(name);
  return { ...log, places, layer, commits: view.getUint32(NUMBER_AT), end: at + record.length };
}

/** The size of the disk whose log begins so; nothing where it is none. */
export function diskSizeIn(head: Uint8Array): number | undefined {
  if (head.length < HEAD_BYTES || !MAGIC.every((byte, at) => head[at] === byte)) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
  if (view.getUint32(28) !== crc32(head.subarray(0, 28)) || view.getUint32(8) !== VERSION) return undefined;
  return view.getUint32(16) * 0x1_0000_0000 + view.getUint32(20);
}

/** The log that a file holds; nothing where it has no commit. */
function readLog(file: SyncFile): Log | undefined {
  const head = readAt(file, 0, HEAD_BYTES);
  const sizeBytes = head && diskSizeIn(head);
  if (head === undefined || sizeBytes === undefined) return undefined;
  let log = emptyLog(file, new DataView(head.buffer).getUint32(12), sizeBytes);
  // Each commit is longer than its head: the file's length ends this.
  for (;;) {
    const record = readCommit(log);
    if (record === undefined) return log.commits === 0 ? undefined : log;
    log = withCommit(log, record, log.end);
  }
}

/** The commit behind those of a log, if it is whole. */
function readCommit({ file, end: at, commits, epoch, sizeBytes }: Log): Uint8Array | undefined {
  const head = readAt(file, at, COMMIT_HEAD);
  if (head === undefined) return undefined;
  const view = new DataView(head.buffer);
  const count = view.getUint32(COUNT_AT);
  // One of an earlier log may still lie here.
  const isNext = view.getUint32(EPOCH_AT) === epoch && view.getUint32(NUMBER_AT) === commits + 1;
  if (view.getUint32(0) !== MARK || !isNext || count > MOST_BLOCKS) return undefined;
  const table = readAt(file, at + COMMIT_HEAD, 4 * count);
  if (table === undefined) return undefined;
  const rows = new DataView(table.buffer);
  let contents = 0;
  for (let row = 0; row < count; row++) {
    const word = rows.getUint32(4 * row);
    if (word % ZEROS >= Math.ceil(sizeBytes / BLOCK_BYTES)) return undefined;
    if (word < ZEROS) contents += 1;
  }
  const record = readAt(file, at, COMMIT_HEAD + 4 * count + contents * BLOCK_BYTES);
  const isWhole =
    record !== undefined && sumOf(record).every((byte, place) => byte === record[SUM_AT + place]);
  return isWhole ? record : undefined;
}

/** Of all of a commit but the sum itself: content of guests stands in it, who may try to make one that counts. */
function sumOf(record: Uint8Array): Uint8Array {
  return new Sha256().add(record.subarray(0, SUM_AT)).add(record.subarray(COMMIT_HEAD)).digest();
}

function readAt(file: SyncFile, at: number, length: number): Uint8Array | undefined {
  if (at + length > file.sizeBytes) return undefined;
  const bytes = new Uint8Array(length);
  const read = file.read(at, bytes);
  return read.ok && read.value === length ? bytes : undefined;
}
