/**
 * The header of a qcow2 file: each field is read once, checked against the format and the size of the file, and given on as a plain
 * number. What virtlab cannot read is refused by its name.
 */
import { fail, ok, type Result } from '#base/result';
import type { ByteSource } from '../byte-file.ts';
import {
  CLUSTER_BITS,
  ENTRY_BYTES,
  EXTENSIONS,
  FEATURE_NAMES_EXTENSION,
  HEADER_BYTES,
  HEADER_BYTES_V2,
  HEADER_BYTES_V3,
  HEADER_FIELDS,
  type HeaderFieldName,
  INCOMPATIBLE,
  LAZY_REFCOUNTS,
  MAGIC,
  MOST_BACKING_NAME,
  MOST_L1_BYTES,
  MOST_REFCOUNT_ORDER,
  MOST_REFCOUNT_TABLE_BYTES,
  MOST_SNAPSHOTS,
} from './layout.ts';

export interface Header {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  readonly clusterBytes: number;
  /** Of the disk. */
  readonly sizeBytes: number;
  readonly l1Entries: number;
  readonly l1Offset: number;
  readonly refcountTableOffset: number;
  readonly refcountTableClusters: number;
  /** Bits of a refcount: 1, 2, 4 to 64. */
  readonly refcountBits: number;
  readonly snapshots: number;
  readonly snapshotsOffset: number;
  /** Name of the file below, as it stands there. */
  readonly backing: string | undefined;
  /** Refcounts may be behind, since the file was not closed. */
  readonly isDirty: boolean;
  readonly isCorrupt: boolean;
  readonly hasLazyRefcounts: boolean;
  readonly extensions: readonly Extension[];
}

export interface Extension {
  readonly type: number;
  /** What it is called, where that is known. */
  readonly name: string | undefined;
  readonly sizeBytes: number;
}

const TWO_32 = 0x1_0000_0000;
/** The features have names of at most so many bytes behind two of kind and number. */
const FEATURE_NAME_ROW = 48;

function bad(field: HeaderFieldName, value: number | string): Result<never> {
  return fail('qcow2.field', { field, value });
}

/** Reads the header of a file that begins as one does. */
export function readHeader(source: ByteSource): Result<Header> {
  if (source.sizeBytes < HEADER_BYTES_V2) return fail('qcow2.short', { bytes: source.sizeBytes });
  const bytes = new Uint8Array(HEADER_BYTES);
  source.read(0, bytes.subarray(0, Math.min(HEADER_BYTES, source.sizeBytes)));
  const view = new DataView(bytes.buffer);
  const word = (name: HeaderFieldName): number => view.getUint32(HEADER_FIELDS[name].offset);
  const high = (name: HeaderFieldName): number => word(name);
  const low = (name: HeaderFieldName): number => view.getUint32(HEADER_FIELDS[name].offset + 4);
  /** -1 for a number that no file has. */
  const long = (name: HeaderFieldName): number => {
    const value = high(name) * TWO_32 + low(name);
    return Number.isSafeInteger(value) ? value : -1;
  };

  if (word('magic') !== MAGIC) return bad('magic', word('magic'));
  const version = word('version');
  if (version !== 2 && version !== 3) return fail('qcow2.version', { version });
  const isV3 = version === 3;
  const clusterBits = word('cluster_bits');
  if (clusterBits < CLUSTER_BITS.least || clusterBits > CLUSTER_BITS.most)
    return bad('cluster_bits', clusterBits);
  const clusterBytes = 2 ** clusterBits;

  const length = isV3 ? word('header_length') : HEADER_BYTES_V2;
  const isLong = length >= HEADER_BYTES_V3 && length <= clusterBytes && length % 8 === 0;
  if (isV3 && !(isLong && length <= source.sizeBytes)) return bad('header_length', length);
  if (word('crypt_method') !== 0) return fail('qcow2.encrypted');
  const extensions = readExtensions(source, length, clusterBytes);
  if (!extensions.ok) return extensions;
  const features = isV3
    ? checkFeatures(source, [high('incompatible_features'), low('incompatible_features')], extensions.value)
    : ok(0);
  if (!features.ok) return features;
  const compression = features.value & INCOMPATIBLE.compressionType;
  const compressionType = length > HEADER_BYTES_V3 ? view.getUint8(HEADER_FIELDS.compression_type.offset) : 0;
  if (isV3 && compressionType === 1) return fail('qcow2.zstd');
  if (isV3 && (compressionType !== 0 || compression !== 0)) return bad('compression_type', compressionType);

  const sizeBytes = long('size');
  if (sizeBytes < 0) return bad('size', `${high('size')}·2^32`);
  const l1Entries = word('l1_size');
  const l1Offset = long('l1_table_offset');
  const perL1Entry = clusterBytes * (clusterBytes / ENTRY_BYTES);
  if (l1Entries * ENTRY_BYTES > MOST_L1_BYTES || l1Entries < Math.ceil(sizeBytes / perL1Entry))
    return bad('l1_size', l1Entries);
  if (l1Entries > 0 && !isTable(source, l1Offset, l1Entries * ENTRY_BYTES, clusterBytes))
    return bad('l1_table_offset', l1Offset);

  const refcountTableClusters = word('refcount_table_clusters');
  const refcountTableOffset = long('refcount_table_offset');
  const refcountTableBytes = refcountTableClusters * clusterBytes;
  if (refcountTableBytes > MOST_REFCOUNT_TABLE_BYTES || refcountTableClusters === 0)
    return bad('refcount_table_clusters', refcountTableClusters);
  if (!isTable(source, refcountTableOffset, refcountTableBytes, clusterBytes))
    return bad('refcount_table_offset', refcountTableOffset);
  const refcountOrder = isV3 ? word('refcount_order') : 4;
  if (refcountOrder > MOST_REFCOUNT_ORDER) return bad('refcount_order', refcountOrder);

  const snapshots = word('nb_snapshots');
  const snapshotsOffset = long('snapshots_offset');
  if (snapshots > MOST_SNAPSHOTS) return bad('nb_snapshots', snapshots);
  if (snapshots > 0 && !isTable(source, snapshotsOffset, 1, clusterBytes))
    return bad('snapshots_offset', snapshotsOffset);

  const backing = readBackingName(
    source,
    long('backing_file_offset'),
    word('backing_file_size'),
    clusterBytes,
  );
  if (!backing.ok) return backing;
  return ok({
    version,
    ...{ clusterBits, clusterBytes, sizeBytes, l1Entries, l1Offset },
    ...{ refcountTableOffset, refcountTableClusters, refcountBits: 2 ** refcountOrder },
    ...{ snapshots, snapshotsOffset, backing: backing.value, extensions: extensions.value },
    isDirty: (features.value & INCOMPATIBLE.dirty) !== 0,
    isCorrupt: (features.value & INCOMPATIBLE.corrupt) !== 0,
    hasLazyRefcounts: isV3 && (low('compatible_features') & LAZY_REFCOUNTS) !== 0,
  });
}

/** True for a table that begins with a cluster, behind the header, and ends in the file. */
function isTable(source: ByteSource, offset: number, sizeBytes: number, clusterBytes: number): boolean {
  return offset >= clusterBytes && offset % clusterBytes === 0 && offset + sizeBytes <= source.sizeBytes;
}

/** The bits that say how the file must be read, where all of them are known here. */
function checkFeatures(
  source: ByteSource,
  [high, low]: readonly [number, number],
  extensions: readonly FoundExtension[],
): Result<number> {
  if ((low & INCOMPATIBLE.externalData) !== 0) return fail('qcow2.externalData');
  if ((low & INCOMPATIBLE.extendedL2) !== 0) return fail('qcow2.extendedL2');
  const known = Object.values(INCOMPATIBLE).reduce<number>((sum, bit) => sum | bit, 0);
  for (const [half, word] of [
    [0, (low & ~known) >>> 0],
    [32, high],
  ] as const) {
    if (word === 0) continue;
    const bit = half + 31 - Math.clz32(word);
    return fail('qcow2.feature', { bit, name: featureName(source, extensions, bit) });
  }
  return ok(low);
}

interface FoundExtension extends Extension {
  readonly at: number;
}

/** What stands between the header and the end of its cluster. */
function readExtensions(source: ByteSource, start: number, clusterBytes: number): Result<FoundExtension[]> {
  const found: FoundExtension[] = [];
  const end = Math.min(clusterBytes, source.sizeBytes);
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  for (let at = start; at + head.length <= end; ) {
    source.read(at, head);
    const type = view.getUint32(0);
    const sizeBytes = view.getUint32(4);
    if (type === 0) break;
    at += head.length;
    if (at + sizeBytes > end) return fail('qcow2.extension', { type: type.toString(16), bytes: sizeBytes });
    found.push({ type, name: EXTENSIONS[type], sizeBytes, at });
    at += Math.ceil(sizeBytes / 8) * 8;
  }
  return ok(found);
}

/** What the file itself calls an incompatible feature; it is text of somebody else. */
function featureName(source: ByteSource, extensions: readonly FoundExtension[], bit: number): string {
  const table = extensions.find(({ type }) => type === FEATURE_NAMES_EXTENSION);
  const row = new Uint8Array(FEATURE_NAME_ROW);
  for (let done = 0; table !== undefined && done + row.length <= table.sizeBytes; done += row.length) {
    source.read(table.at + done, row);
    if (row[0] === 0 && row[1] === bit) return printableText(row.subarray(2));
  }
  return '?';
}

function readBackingName(
  source: ByteSource,
  offset: number,
  length: number,
  clusterBytes: number,
): Result<string | undefined> {
  if (offset === 0) return ok(undefined);
  if (length === 0 || length > MOST_BACKING_NAME) return bad('backing_file_size', length);
  if (offset < 0 || offset + length > Math.min(clusterBytes, source.sizeBytes))
    return bad('backing_file_offset', offset);
  const name = new Uint8Array(length);
  source.read(offset, name);
  return ok(printableText(name));
}

/** Text of a file, up to a zero, with nothing in it that would do anything on a terminal or in a page. */
export function printableText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder()
    .decode(end < 0 ? bytes : bytes.subarray(0, end))
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}
