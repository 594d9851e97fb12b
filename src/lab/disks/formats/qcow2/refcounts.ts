/**
 * How often each cluster of a file is used. Blocks of counts are found through a table; both are clusters themselves and count
 * themselves. New clusters come from the end of the file.
 */
import { fail, ok, type Result } from '#base/result';
import type { ByteFile, ByteSource } from '../byte-file.ts';
import type { Header } from './header.ts';
import { ENTRY_BYTES, HEADER_FIELDS, MOST_REFCOUNT_TABLE_BYTES, numberBytes, tableEntry } from './layout.ts';

/** Reads a count of so many bits: those of less than a byte fill it from its lowest bits on. */
export function readCount(block: DataView, index: number, bits: number): number {
  switch (bits) {
    case 64:
      return block.getUint32(8 * index) * 0x1_0000_0000 + block.getUint32(8 * index + 4);
    case 32:
      return block.getUint32(4 * index);
    case 16:
      return block.getUint16(2 * index);
    case 8:
      return block.getUint8(index);
    default: {
      const perByte = 8 / bits;
      const byte = block.getUint8(Math.floor(index / perByte));
      return (byte >>> ((index % perByte) * bits)) & (2 ** bits - 1);
    }
  }
}

function writeCount(block: DataView, index: number, bits: number, count: number): void {
  switch (bits) {
    case 64:
      block.setUint32(8 * index, Math.floor(count / 0x1_0000_0000));
      block.setUint32(8 * index + 4, count % 0x1_0000_0000);
      return;
    case 32:
      block.setUint32(4 * index, count);
      return;
    case 16:
      block.setUint16(2 * index, count);
      return;
    case 8:
      block.setUint8(index, count);
      return;
    default: {
      const perByte = 8 / bits;
      const shift = (index % perByte) * bits;
      const at = Math.floor(index / perByte);
      const others = block.getUint8(at) & ~((2 ** bits - 1) << shift);
      block.setUint8(at, others | (count << shift));
    }
  }
}

/** The table, and the blocks that have been read; nothing is written. */
export class Refcounts {
  protected readonly clusterBytes: number;
  protected readonly bits: number;
  protected table: DataView;
  protected tableOffset: number;
  protected readonly blocks: Map<number, DataView> = new Map();
  readonly #source: ByteSource;

  constructor(source: ByteSource, header: Header) {
    this.#source = source;
    this.clusterBytes = header.clusterBytes;
    this.bits = header.refcountBits;
    this.tableOffset = header.refcountTableOffset;
    const bytes = new Uint8Array(header.refcountTableClusters * header.clusterBytes);
    source.read(header.refcountTableOffset, bytes);
    this.table = new DataView(bytes.buffer);
  }

  /** Counts of a block. */
  get perBlock(): number {
    return (this.clusterBytes * 8) / this.bits;
  }
  /** Places of blocks that the table has. */
  get tableEntries(): number {
    return this.table.byteLength / ENTRY_BYTES;
  }
  get tablePlace(): { readonly offset: number; readonly clusters: number } {
    return { offset: this.tableOffset, clusters: this.table.byteLength / this.clusterBytes };
  }
  /** Where a block lies; 0: there is none, and all of its counts are 0. */
  blockOffset(index: number): number {
    return index < this.tableEntries ? tableEntry(this.table, index).offset : 0;
  }

  protected block(offset: number): Result<DataView> {
    const known = this.blocks.get(offset);
    if (known !== undefined) return ok(known);
    if (offset % this.clusterBytes !== 0 || offset + this.clusterBytes > this.#source.sizeBytes)
      return fail('qcow2.table', { at: offset });
    const bytes = new Uint8Array(this.clusterBytes);
    this.#source.read(offset, bytes);
    const view = new DataView(bytes.buffer);
    this.blocks.set(offset, view);
    return ok(view);
  }

  /** Uses of a cluster. */
  count(cluster: number): Result<number> {
    const offset = this.blockOffset(Math.floor(cluster / this.perBlock));
    if (offset === 0) return ok(0);
    const block = this.block(offset);
    return block.ok ? ok(readCount(block.value, cluster % this.perBlock, this.bits)) : block;
  }
}

/** Those of a file that is written. */
export class WritableRefcounts extends Refcounts {
  readonly #file: ByteFile;
  /** The end of the file, where clusters begin that nobody has. */
  #end: number;
  /** Clusters that were given back: they are taken again first. */
  readonly #free: number[] = [];

  constructor(file: ByteFile, header: Header) {
    super(file, header);
    this.#file = file;
    this.#end = Math.ceil(file.sizeBytes / this.clusterBytes) * this.clusterBytes;
  }

  /** A cluster that is used once; its taker writes all of it. */
  allocate(): Result<number> {
    const offset = this.#free.pop() ?? this.#atEnd(1);
    const done = this.#set(offset / this.clusterBytes, 1);
    return done.ok ? ok(offset) : done;
  }

  #atEnd(clusters: number): number {
    const offset = this.#end;
    this.#end += clusters * this.clusterBytes;
    return offset;
  }

  /** One use of a cluster less; who has the last gives it back. */
  drop(offset: number): Result<null> {
    const cluster = Math.floor(offset / this.clusterBytes);
    const count = this.count(cluster);
    if (!count.ok) return count;
    if (count.value === 0) return fail('qcow2.refcount', { at: offset });
    const done = this.#set(cluster, count.value - 1);
    if (done.ok && count.value === 1) this.#free.push(cluster * this.clusterBytes);
    return done;
  }

  #set(cluster: number, count: number): Result<null> {
    const index = Math.floor(cluster / this.perBlock);
    const grown = index < this.tableEntries ? ok(null) : this.#grow(index + 1);
    if (!grown.ok) return grown;
    let offset = this.blockOffset(index);
    if (offset === 0) {
      offset = this.#atEnd(1);
      this.blocks.set(offset, new DataView(new ArrayBuffer(this.clusterBytes)));
      this.#file.write(offset, new Uint8Array(this.clusterBytes));
      this.#setTableEntry(index, offset);
      // It may be the block that counts it, which is there now.
      const counted = this.#set(offset / this.clusterBytes, 1);
      if (!counted.ok) return counted;
    }
    const block = this.block(offset);
    if (!block.ok) return block;
    writeCount(block.value, cluster % this.perBlock, this.bits, count);
    const at = Math.floor(((cluster % this.perBlock) * this.bits) / 8);
    const bytes = new Uint8Array(block.value.buffer, at, Math.max(1, this.bits / 8));
    this.#file.write(offset + at, bytes);
    return ok(null);
  }

  #setTableEntry(index: number, offset: number): void {
    const entry = numberBytes(offset);
    new Uint8Array(this.table.buffer).set(entry, index * ENTRY_BYTES);
    this.#file.write(this.tableOffset + index * ENTRY_BYTES, entry);
  }

  /** A table for so many blocks, and half as many again; the header names it from then on. */
  #grow(blocks: number): Result<null> {
    const clusters = Math.ceil((blocks * 1.5 * ENTRY_BYTES) / this.clusterBytes);
    const sizeBytes = clusters * this.clusterBytes;
    if (sizeBytes > MOST_REFCOUNT_TABLE_BYTES)
      return fail('qcow2.tooLarge', { limit: MOST_REFCOUNT_TABLE_BYTES });
    const before = this.tablePlace;
    const bytes = new Uint8Array(sizeBytes);
    bytes.set(new Uint8Array(this.table.buffer));
    const offset = this.#atEnd(clusters);
    this.#file.write(offset, bytes);
    this.table = new DataView(bytes.buffer);
    this.tableOffset = offset;
    this.#file.write(HEADER_FIELDS.refcount_table_offset.offset, numberBytes(offset));
    this.#file.write(HEADER_FIELDS.refcount_table_clusters.offset, numberBytes(clusters).subarray(4));
    for (let at = 0; at < clusters; at++) {
      const done = this.#set(offset / this.clusterBytes + at, 1);
      if (!done.ok) return done;
    }
    for (let at = 0; at < before.clusters; at++) {
      const done = this.drop(before.offset + at * this.clusterBytes);
      if (!done.ok) return done;
    }
    return ok(null);
  }
}
