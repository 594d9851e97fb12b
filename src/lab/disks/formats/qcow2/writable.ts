/**
 * Writes into a qcow2 file. A cluster that nobody else uses is written where it lies; of any other a copy is made. What a file names
 * is written before what names it, and counted before it is named: whoever stops in between leaves clusters that nobody uses, and
 * no damage.
 */
import { fail, ok, type Result } from '#base/result';
import type { ByteFile } from '../byte-file.ts';
import type { WritableImage } from '../disk-image.ts';
import { type ImageParts, Qcow2Image, type Qcow2Options, readParts } from './image.ts';
import {
  type ClusterEntry,
  clusterEntry,
  ENTRY_BYTES,
  entryBytes,
  HEADER_FIELDS,
  ownEntry,
  ZEROS_ENTRY,
} from './layout.ts';
import { WritableRefcounts } from './refcounts.ts';

export class WritableQcow2Image extends Qcow2Image implements WritableImage {
  readonly #file: ByteFile;
  readonly #refcounts: WritableRefcounts;

  static openWritable(
    file: ByteFile,
    options: Pick<Qcow2Options, 'backing'> = {},
  ): Result<WritableQcow2Image> {
    const parts = readParts(file, options);
    if (!parts.ok) return parts;
    const { isDirty, isCorrupt, version } = parts.value.header;
    if (isDirty) return fail('qcow2.dirty');
    if (isCorrupt) return fail('qcow2.corrupt');
    // Bitmaps and the like say nothing true any more once somebody writes who does not know them.
    if (version === 3) file.write(HEADER_FIELDS.autoclear_features.offset, entryBytes(0, 0));
    return ok(new WritableQcow2Image(file, parts.value));
  }

  private constructor(file: ByteFile, parts: ImageParts) {
    super(parts);
    this.#file = file;
    this.#refcounts = new WritableRefcounts(file, parts.header);
  }

  write(offset: number, source: Uint8Array): Result<null> {
    const { clusterBytes } = this.map;
    for (let done = 0; done < source.length; ) {
      const within = (offset + done) % clusterBytes;
      const piece = source.subarray(done, done + Math.min(clusterBytes - within, source.length - done));
      const written = this.#writeInCluster(offset + done - within, within, piece);
      if (!written.ok) return written;
      done += piece.length;
    }
    return ok(null);
  }

  #writeInCluster(start: number, within: number, piece: Uint8Array): Result<null> {
    const { clusterBytes } = this.map;
    const place = this.#ownTable(start);
    if (!place.ok) return place;
    const { table, index, entry } = place.value;
    if (entry.kind === 'data' && entry.isOwn) {
      if (!this.map.isCluster(entry.offset)) return fail('qcow2.cluster', { at: start });
      this.#file.write(entry.offset + within, piece);
      return ok(null);
    }
    const whole = new Uint8Array(clusterBytes);
    if (piece.length < clusterBytes) {
      const read = this.read(start, whole.subarray(0, Math.min(clusterBytes, this.sizeBytes - start)));
      if (!read.ok) return read;
    }
    whole.set(piece, within);
    const fresh = this.#refcounts.allocate();
    if (!fresh.ok) return fresh;
    this.#file.write(fresh.value, whole);
    this.#setEntry(table, index, ownEntry(fresh.value));
    return this.#dropData(entry);
  }

  discard(offset: number, sizeBytes: number): Result<null> {
    const { clusterBytes } = this.map;
    const zeros = new Uint8Array(clusterBytes);
    for (let done = 0; done < sizeBytes; ) {
      const within = (offset + done) % clusterBytes;
      const count = Math.min(clusterBytes - within, sizeBytes - done);
      const start = offset + done - within;
      const isWhole = count === Math.min(clusterBytes, this.sizeBytes - start);
      const freed = isWhole
        ? this.#discardCluster(start)
        : this.write(offset + done, zeros.subarray(0, count));
      if (!freed.ok) return freed;
      done += count;
    }
    return ok(null);
  }

  #discardCluster(start: number): Result<null> {
    const before = this.map.entryAt(start);
    if (!before.ok) return before;
    const isEmpty = before.value.kind === 'absent' && this.header.backing === undefined;
    if (isEmpty || before.value.kind === 'zeros') return ok(null);
    // Version 2 has no entry for zeros: over a layer below they must be written.
    if (this.header.version === 2 && this.header.backing !== undefined)
      return this.#writeInCluster(start, 0, new Uint8Array(this.map.clusterBytes));
    const place = this.#ownTable(start);
    if (!place.ok) return place;
    const { table, index, entry } = place.value;
    this.#setEntry(table, index, this.header.version === 2 ? entryBytes(0, 0) : ZEROS_ENTRY);
    return this.#dropData(entry);
  }

  /** The L2 table of a cluster, made or copied where it is missing or belongs to a snapshot too. */
  #ownTable(
    start: number,
  ): Result<{ readonly table: number; readonly index: number; readonly entry: ClusterEntry }> {
    const cluster = start / this.map.clusterBytes;
    const l1Index = Math.floor(cluster / this.map.entriesPerTable);
    const index = cluster % this.map.entriesPerTable;
    const found = this.map.tableAt(l1Index);
    let table = found.offset;
    if (table === 0 || !found.isOwn) {
      const before = table === 0 ? undefined : this.map.table(table);
      if (before?.ok === false) return before;
      const fresh = this.#refcounts.allocate();
      if (!fresh.ok) return fresh;
      const content = before?.value.buffer ?? new ArrayBuffer(this.map.clusterBytes);
      this.#file.write(fresh.value, new Uint8Array(content as ArrayBuffer));
      this.map.forget(fresh.value);
      const entry = ownEntry(fresh.value);
      this.#file.write(this.map.l1Offset + l1Index * ENTRY_BYTES, entry);
      this.map.setTable(l1Index, entry);
      const dropped = table === 0 ? ok(null) : this.#refcounts.drop(table);
      if (!dropped.ok) return dropped;
      table = fresh.value;
    }
    const view = this.map.table(table);
    return view.ok
      ? ok({ table, index, entry: clusterEntry(view.value, index, this.header.clusterBits) })
      : view;
  }

  #setEntry(table: number, index: number, entry: Uint8Array): void {
    this.#file.write(table + index * ENTRY_BYTES, entry);
    this.map.setEntry(table, index, entry);
  }

  /** One use less of what an entry named. */
  #dropData(entry: ClusterEntry): Result<null> {
    switch (entry.kind) {
      case 'absent':
        return ok(null);
      case 'zeros':
      case 'data':
        return entry.offset === 0 ? ok(null) : this.#refcounts.drop(entry.offset);
      case 'compressed': {
        // It may lie in two clusters, and uses both.
        const { clusterBytes } = this.map;
        const end = entry.offset + entry.sizeBytes - 1;
        for (let at = Math.floor(entry.offset / clusterBytes); at <= Math.floor(end / clusterBytes); at++) {
          const dropped = this.#refcounts.drop(at * clusterBytes);
          if (!dropped.ok) return dropped;
        }
        return ok(null);
      }
    }
  }
}
