/**
 * Where the clusters of a disk lie in its file: an L1 table, and L2 tables as they are needed. Entries are hostile: what names a
 * place outside of the file, or one between two clusters, is damage.
 */
import { fail, ok, type Result } from '#base/result';
import type { ByteSource } from '../byte-file.ts';
import { inflateCluster } from './compressed.ts';
import { type ClusterEntry, clusterEntry, ENTRY_BYTES, tableEntry } from './layout.ts';

/** Bytes of L2 tables that are kept. */
const KEPT_BYTES: number = 4 << 20;

export interface MapPlace {
  readonly source: ByteSource;
  readonly clusterBits: number;
  readonly l1Offset: number;
  readonly l1Entries: number;
  /** Of the disk. */
  readonly sizeBytes: number;
}

/** A stretch of the disk as this file has it; what is absent lies in the file below. */
interface OwnExtent {
  readonly kind: 'data' | 'zeros' | 'absent';
  readonly sizeBytes: number;
}

export class ClusterMap {
  readonly sizeBytes: number;
  readonly clusterBytes: number;
  readonly #place: MapPlace;
  readonly #l1: DataView;
  readonly #kept = new Map<number, DataView>();
  readonly #mostKept: number;
  /** The compressed cluster that was read last: readers take it in pieces. */
  #inflated: { readonly at: number; readonly bytes: Uint8Array } | undefined;

  /** @param place checked: the L1 table lies in the file, and is long enough for the disk */
  constructor(place: MapPlace) {
    this.#place = place;
    this.sizeBytes = place.sizeBytes;
    this.clusterBytes = 2 ** place.clusterBits;
    const l1 = new Uint8Array(place.l1Entries * ENTRY_BYTES);
    if (l1.length > 0) place.source.read(place.l1Offset, l1);
    this.#l1 = new DataView(l1.buffer);
    this.#mostKept = Math.max(1, Math.floor(KEPT_BYTES / this.clusterBytes));
  }

  /** Entries of an L2 table. */
  get entriesPerTable(): number {
    return this.clusterBytes / ENTRY_BYTES;
  }
  get l1Entries(): number {
    return this.#place.l1Entries;
  }
  get l1Offset(): number {
    return this.#place.l1Offset;
  }
  /** The L2 table of an entry of the L1 table, by its place in the file. */
  tableAt(index: number): { readonly offset: number; readonly isOwn: boolean } {
    return tableEntry(this.#l1, index);
  }
  /** Notes an L1 entry that was written. */
  setTable(index: number, entry: Uint8Array): void {
    new Uint8Array(this.#l1.buffer).set(entry, index * ENTRY_BYTES);
  }
  /** Notes an L2 entry that was written. */
  setEntry(table: number, index: number, entry: Uint8Array): void {
    const kept = this.#kept.get(table);
    if (kept !== undefined) new Uint8Array(kept.buffer).set(entry, index * ENTRY_BYTES);
  }
  /** What was read of a cluster of the file holds no more. */
  forget(offset: number): void {
    this.#kept.delete(offset);
    this.#inflated = undefined;
  }

  /** An L2 table, by its place in the file. */
  table(offset: number): Result<DataView> {
    const known = this.#kept.get(offset);
    if (known !== undefined) return ok(known);
    if (!this.isCluster(offset)) return fail('qcow2.table', { at: offset });
    const bytes = new Uint8Array(this.clusterBytes);
    this.#place.source.read(offset, bytes);
    if (this.#kept.size >= this.#mostKept) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    const view = new DataView(bytes.buffer);
    this.#kept.set(offset, view);
    return ok(view);
  }

  /** True for the place of a cluster that lies in the file whole. */
  isCluster(offset: number): boolean {
    const { source } = this.#place;
    return offset > 0 && offset % this.clusterBytes === 0 && offset + this.clusterBytes <= source.sizeBytes;
  }

  /** What there is of the cluster with a position of the disk in it. */
  entryAt(offset: number): Result<ClusterEntry> {
    const cluster = Math.floor(offset / this.clusterBytes);
    const { offset: at } = this.tableAt(Math.floor(cluster / this.entriesPerTable));
    if (at === 0) return ok({ kind: 'absent' });
    const table = this.table(at);
    if (!table.ok) return table;
    return ok(clusterEntry(table.value, cluster % this.entriesPerTable, this.#place.clusterBits));
  }

  extentAt(offset: number): Result<OwnExtent> {
    const cluster = Math.floor(offset / this.clusterBytes);
    const index = Math.floor(cluster / this.entriesPerTable);
    const isEmpty = this.tableAt(index).offset === 0;
    // Without a table there is nothing of all its clusters.
    const end = isEmpty ? (index + 1) * this.entriesPerTable : cluster + 1;
    const entry = this.entryAt(offset);
    if (!entry.ok) return entry;
    const { kind } = entry.value;
    return ok({
      kind: kind === 'compressed' ? 'data' : kind,
      sizeBytes: Math.min(end * this.clusterBytes, this.sizeBytes) - offset,
    });
  }

  /**
   * Fills `target` from a position of the disk on.
   * @param below fills what this file says nothing of
   */
  read(
    offset: number,
    target: Uint8Array,
    below: (offset: number, target: Uint8Array) => Result<null>,
  ): Result<null> {
    for (let done = 0; done < target.length; ) {
      const within = (offset + done) % this.clusterBytes;
      const piece = target.subarray(done, done + Math.min(this.clusterBytes - within, target.length - done));
      const entry = this.entryAt(offset + done);
      const read = entry.ok ? this.#readEntry(entry.value, offset + done, within, piece, below) : entry;
      if (!read.ok) return read;
      done += piece.length;
    }
    return ok(null);
  }

  #readEntry(
    entry: ClusterEntry,
    offset: number,
    within: number,
    piece: Uint8Array,
    below: (offset: number, target: Uint8Array) => Result<null>,
  ): Result<null> {
    const { source } = this.#place;
    switch (entry.kind) {
      case 'absent':
        return below(offset, piece);
      case 'zeros':
        piece.fill(0);
        return ok(null);
      case 'data': {
        // The last cluster of a file may end with it.
        const isHere = entry.offset % this.clusterBytes === 0 && entry.offset + within < source.sizeBytes;
        if (!isHere) return fail('qcow2.cluster', { at: offset });
        const count = Math.min(piece.length, source.sizeBytes - entry.offset - within);
        source.read(entry.offset + within, piece.subarray(0, count));
        piece.fill(0, count);
        return ok(null);
      }
      case 'compressed': {
        const whole = this.#inflate(entry);
        if (whole === undefined) return fail('qcow2.cluster', { at: offset });
        piece.set(whole.subarray(within, within + piece.length));
        return ok(null);
      }
    }
  }

  #inflate({
    offset,
    sizeBytes,
  }: {
    readonly offset: number;
    readonly sizeBytes: number;
  }): Uint8Array | undefined {
    if (this.#inflated?.at === offset) return this.#inflated.bytes;
    const { source } = this.#place;
    if (offset === 0 || offset >= source.sizeBytes) return undefined;
    // Sectors are counted whole: the last may end behind the file.
    const packed = new Uint8Array(Math.min(sizeBytes, source.sizeBytes - offset));
    source.read(offset, packed);
    const bytes = inflateCluster(packed, this.clusterBytes);
    if (bytes !== undefined) this.#inflated = { at: offset, bytes };
    return bytes;
  }
}
