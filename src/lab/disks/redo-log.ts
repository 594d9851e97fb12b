/**
 * A file whose changes come in groups, of which a crash leaves all or none: what is written gathers in memory, `commit` writes it to a log
 * beside the file, then to the file. A log that is whole counts, and is done again when the file is opened next; one that was cut
 * short says that nothing of its group is in the file yet.
 *
 *   log:  VLABREDO · version · number of pages · length of the file then · SHA-256 of all of it
 *         by page: its number (8 bytes) · the pages (4 KiB each)
 */
import { fail, ok, type Result } from '#base/result';
import { Sha256 } from '#base/sha256';
import type { SyncFile } from '../storage/sync-file.ts';
import type { ByteFile } from './formats/byte-file.ts';

const MAGIC = new TextEncoder().encode('VLABREDO');
const VERSION = 1;
const COUNT_AT: number = MAGIC.length + 4;
const LENGTH_AT: number = COUNT_AT + 4;
const SUM_AT: number = LENGTH_AT + 8;
const HEAD_BYTES: number = SUM_AT + 32;
const NUMBER_BYTES = 8;
const PAGE_BYTES = 4096;
/** A group has no more pages than a disk of 4 GiB. */
const MOST_PAGES = 1 << 20;

export class RedoneFile implements ByteFile {
  readonly #file: SyncFile;
  readonly #log: SyncFile;
  /** Pages that were written since the last commit, by number. */
  readonly #pages = new Map<number, Uint8Array>();
  #length: number;
  /** A group that is in the log, and perhaps not all of it in the file. */
  #unfinished: Uint8Array | undefined;

  /** Opens a file, and finishes what its log says. */
  static open(file: SyncFile, log: SyncFile): Result<RedoneFile> {
    const record = wholeRecord(log);
    if (!record.ok) return record;
    const opened = new RedoneFile(file, log, record.value);
    const finished = opened.#finish();
    return finished.ok ? ok(opened) : finished;
  }

  private constructor(file: SyncFile, log: SyncFile, unfinished: Uint8Array | undefined) {
    this.#file = file;
    this.#log = log;
    this.#length = file.sizeBytes;
    this.#unfinished = unfinished;
  }

  get sizeBytes(): number {
    return this.#length;
  }

  read(at: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const within = (at + done) % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - within, target.length - done);
      const page = this.#pages.get(Math.floor((at + done) / PAGE_BYTES));
      const piece = target.subarray(done, done + count);
      if (page !== undefined) piece.set(page.subarray(within, within + count));
      else readFrom(this.#file, at + done, piece);
      done += count;
    }
  }

  write(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const number = Math.floor((at + done) / PAGE_BYTES);
      const within = (at + done) % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - within, bytes.length - done);
      let page = this.#pages.get(number);
      if (page === undefined) {
        page = new Uint8Array(PAGE_BYTES);
        if (count < PAGE_BYTES) readFrom(this.#file, number * PAGE_BYTES, page);
        this.#pages.set(number, page);
      }
      page.set(bytes.subarray(done, done + count), within);
      done += count;
    }
    this.#length = Math.max(this.#length, at + bytes.length);
  }

  /** Forgets what was written since the last commit. */
  forget(): void {
    this.#pages.clear();
    this.#length = this.#file.sizeBytes;
  }

  /** Makes what was written last. Where it fails, the file is as it was, or will be as it was to be once it can be written. */
  commit(): Result<null> {
    const before = this.#finish();
    if (!before.ok || this.#pages.size === 0) return before;
    if (this.#pages.size > MOST_PAGES) return fail('storage.full');
    const record = recordOf(this.#pages, this.#length);
    const logged = this.#log.write(0, record);
    const safe = logged.ok ? this.#log.flush() : logged;
    if (!safe.ok) {
      // Half of it may be there: it counts for nothing.
      this.#log.truncate(0);
      return safe;
    }
    this.#unfinished = record;
    const done = this.#finish();
    if (done.ok) this.#pages.clear();
    return done;
  }

  /** Brings the group of the log into the file. To do so twice does no harm. */
  #finish(): Result<null> {
    const record = this.#unfinished;
    if (record === undefined) return ok(null);
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    const count = view.getUint32(COUNT_AT);
    const length = numberAt(view, LENGTH_AT);
    const contents = HEAD_BYTES + count * NUMBER_BYTES;
    for (let row = 0; row < count; row++) {
      const at = numberAt(view, HEAD_BYTES + row * NUMBER_BYTES) * PAGE_BYTES;
      const from = contents + row * PAGE_BYTES;
      const written = this.#file.write(
        at,
        record.subarray(from, from + Math.min(PAGE_BYTES, Math.max(0, length - at))),
      );
      if (!written.ok) return written;
    }
    const flushed = this.#file.flush();
    if (!flushed.ok) return flushed;
    this.#unfinished = undefined;
    this.#length = Math.max(this.#length, this.#file.sizeBytes);
    return this.#log.truncate(0);
  }
}

/** Fills `target`; behind the end of the file are zeros. */
function readFrom(file: SyncFile, at: number, target: Uint8Array): void {
  const read = file.read(at, target);
  target.fill(0, read.ok ? read.value : 0);
}

function recordOf(pages: ReadonlyMap<number, Uint8Array>, length: number): Uint8Array {
  const rows = [...pages].sort(([a], [b]) => a - b);
  const contents = HEAD_BYTES + rows.length * NUMBER_BYTES;
  const record = new Uint8Array(contents + rows.length * PAGE_BYTES);
  const view = new DataView(record.buffer);
  record.set(MAGIC);
  view.setUint32(MAGIC.length, VERSION);
  view.setUint32(COUNT_AT, rows.length);
  setNumber(view, LENGTH_AT, length);
  for (const [row, [number, page]] of rows.entries()) {
    setNumber(view, HEAD_BYTES + row * NUMBER_BYTES, number);
    record.set(page, contents + row * PAGE_BYTES);
  }
  record.set(sumOf(record), SUM_AT);
  return record;
}

/** The group that a log holds; nothing where there is none, or not all of one. */
function wholeRecord(log: SyncFile): Result<Uint8Array | undefined> {
  const head = new Uint8Array(HEAD_BYTES);
  const read = log.read(0, head);
  if (!read.ok) return read;
  const view = new DataView(head.buffer);
  const count = view.getUint32(COUNT_AT);
  const bytes = HEAD_BYTES + count * (NUMBER_BYTES + PAGE_BYTES);
  const isOurs = read.value === HEAD_BYTES && MAGIC.every((byte, at) => head[at] === byte);
  if (!isOurs || view.getUint32(MAGIC.length) !== VERSION) return ok(undefined);
  if (count > MOST_PAGES || bytes > log.sizeBytes) return ok(undefined);
  const record = new Uint8Array(bytes);
  const all = log.read(0, record);
  if (!all.ok) return all;
  const isWhole = all.value === bytes && sumOf(record).every((byte, at) => byte === record[SUM_AT + at]);
  return ok(isWhole ? record : undefined);
}

function sumOf(record: Uint8Array): Uint8Array {
  return new Sha256().add(record.subarray(0, SUM_AT)).add(record.subarray(HEAD_BYTES)).digest();
}

function numberAt(view: DataView, at: number): number {
  return view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
}
function setNumber(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 4, value % 0x1_0000_0000);
}
