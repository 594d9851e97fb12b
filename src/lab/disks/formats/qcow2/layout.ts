/**
 * The layout of qcow2 files as data: header fields, feature bits, header extensions, entries of tables ("docs/interop/qcow2.rst" of
 * QEMU). All numbers are big-endian.
 *
 *   header ─ L1 table ─┬─ L2 table ─┬─ data cluster          refcount table ─┬─ refcount block: uses of each cluster
 *                      └─ L2 table  └─ compressed cluster                    └─ refcount block
 */

/** A field of the header. */
interface HeaderField {
  readonly offset: number;
  readonly width: 1 | 4 | 8;
}

/** Their names are those of the specification. */
export type HeaderFieldName =
  | 'magic'
  | 'version'
  | 'backing_file_offset'
  | 'backing_file_size'
  | 'cluster_bits'
  | 'size'
  | 'crypt_method'
  | 'l1_size'
  | 'l1_table_offset'
  | 'refcount_table_offset'
  | 'refcount_table_clusters'
  | 'nb_snapshots'
  | 'snapshots_offset'
  | 'incompatible_features'
  | 'compatible_features'
  | 'autoclear_features'
  | 'refcount_order'
  | 'header_length'
  | 'compression_type';

export const HEADER_FIELDS: Readonly<Record<HeaderFieldName, HeaderField>> = {
  magic: { offset: 0, width: 4 },
  version: { offset: 4, width: 4 },
  backing_file_offset: { offset: 8, width: 8 },
  backing_file_size: { offset: 16, width: 4 },
  cluster_bits: { offset: 20, width: 4 },
  size: { offset: 24, width: 8 },
  crypt_method: { offset: 32, width: 4 },
  l1_size: { offset: 36, width: 4 },
  l1_table_offset: { offset: 40, width: 8 },
  refcount_table_offset: { offset: 48, width: 8 },
  refcount_table_clusters: { offset: 56, width: 4 },
  nb_snapshots: { offset: 60, width: 4 },
  snapshots_offset: { offset: 64, width: 8 },
  incompatible_features: { offset: 72, width: 8 },
  compatible_features: { offset: 80, width: 8 },
  autoclear_features: { offset: 88, width: 8 },
  refcount_order: { offset: 96, width: 4 },
  header_length: { offset: 100, width: 4 },
  compression_type: { offset: 104, width: 1 },
};

export const MAGIC = 0x5146_49fb;
/** Version 2 ends before the features; version 3 says itself how long it is. */
export const HEADER_BYTES_V2 = 72;
export const HEADER_BYTES_V3 = 104;
/** With the kind of compression, and what makes it a multiple of eight. */
export const HEADER_BYTES: number = 112;

/** Least and most of `cluster_bits`: 512 bytes to 2 MiB. */
export const CLUSTER_BITS = { least: 9, most: 21 } as const;
/** QEMU opens no larger tables either: an L1 table of 32 MiB, a refcount table of 8 MiB. */
export const MOST_L1_BYTES: number = 32 << 20;
export const MOST_REFCOUNT_TABLE_BYTES: number = 8 << 20;
export const MOST_SNAPSHOTS = 65_536;
export const MOST_REFCOUNT_ORDER = 6;
export const MOST_BACKING_NAME = 1023;

/** Bits of `incompatible_features`: who does not know one may not open the file. */
export const INCOMPATIBLE = {
  dirty: 1,
  corrupt: 2,
  externalData: 4,
  compressionType: 8,
  extendedL2: 16,
} as const;
/** Bit of `compatible_features`: refcounts may lag behind while the file is open. */
export const LAZY_REFCOUNTS = 1;

/** Header extensions that have a name. */
export const EXTENSIONS: Readonly<Record<number, string>> = {
  3799591626: 'backing format',
  1745090647: 'feature names',
  595929205: 'bitmaps',
  87539319: 'encryption header',
  1145132097: 'external data file',
};
export const FEATURE_NAMES_EXTENSION = 0x6803_f857;

/** Bytes of an entry of an L1, L2 or refcount table. */
export const ENTRY_BYTES = 8;
const OFFSET_HIGH = 0x00ff_ffff;
const OFFSET_LOW = 0xffff_fe00;
/** Bits 62 and 63, in the upper half of an entry. */
const COMPRESSED_HIGH = 0x4000_0000;
const COPIED_HIGH = 0x8000_0000;
const ZERO_LOW = 1;
const TWO_32 = 0x1_0000_0000;

/** What an entry of an L2 table says of its cluster. */
export type ClusterEntry =
  | { readonly kind: 'absent' }
  /** Reads as zeros; the cluster may be reserved all the same (0: it is not). */
  | { readonly kind: 'zeros'; readonly offset: number }
  /** @property isOwn nobody else uses it: it may be written where it lies */
  | { readonly kind: 'data'; readonly offset: number; readonly isOwn: boolean }
  | { readonly kind: 'compressed'; readonly offset: number; readonly sizeBytes: number };

/** An entry of an L2 table, read once and as it is: whether it lies in the file is for the caller to see. */
export function clusterEntry(table: DataView, index: number, clusterBits: number): ClusterEntry {
  const high = table.getUint32(index * ENTRY_BYTES);
  const low = table.getUint32(index * ENTRY_BYTES + 4);
  if ((high & COMPRESSED_HIGH) !== 0) {
    // x = 62 - (cluster_bits - 8): below it the offset, above it further sectors of 512 bytes.
    const highBits = 62 - (clusterBits - 8) - 32;
    const offset = (high & (2 ** highBits - 1)) * TWO_32 + low;
    const sectors = (high & (COMPRESSED_HIGH - 1)) >>> highBits;
    return { kind: 'compressed', offset, sizeBytes: (sectors + 1) * 512 - (offset % 512) };
  }
  const offset = (high & OFFSET_HIGH) * TWO_32 + ((low & OFFSET_LOW) >>> 0);
  if ((low & ZERO_LOW) !== 0) return { kind: 'zeros', offset };
  return offset === 0 ? { kind: 'absent' } : { kind: 'data', offset, isOwn: (high & COPIED_HIGH) !== 0 };
}

/** The place that an entry of an L1 table names, and whether it is the only one to do so; 0: none. */
export function tableEntry(
  table: DataView,
  index: number,
): { readonly offset: number; readonly isOwn: boolean } {
  const high = table.getUint32(index * ENTRY_BYTES);
  const low = table.getUint32(index * ENTRY_BYTES + 4);
  return {
    offset: (high & OFFSET_HIGH) * TWO_32 + ((low & OFFSET_LOW) >>> 0),
    isOwn: (high & COPIED_HIGH) !== 0,
  };
}

/** The bytes of an entry that names a cluster of its own. */
export function ownEntry(offset: number): Uint8Array {
  return entryBytes(Math.floor(offset / TWO_32) + COPIED_HIGH, offset % TWO_32);
}
/** The bytes of an L2 entry that reads as zeros. */
export const ZEROS_ENTRY: Uint8Array = entryBytes(0, ZERO_LOW);

/** A number of 64 bits as it stands in a file. */
export function entryBytes(high: number, low: number): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, high);
  view.setUint32(4, low);
  return bytes;
}
export function numberBytes(value: number): Uint8Array {
  return entryBytes(Math.floor(value / TWO_32), value % TWO_32);
}
