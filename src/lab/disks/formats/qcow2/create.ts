/** A new qcow2 file, empty: header, refcounts and L1 table. */
import { fail, ok, type Result } from '#base/result';
import type { ByteFile } from '../byte-file.ts';
import {
  CLUSTER_BITS,
  ENTRY_BYTES,
  HEADER_BYTES,
  HEADER_BYTES_V2,
  HEADER_FIELDS,
  type HeaderFieldName,
  MAGIC,
  MOST_L1_BYTES,
  numberBytes,
} from './layout.ts';
import { WritableQcow2Image } from './writable.ts';

export interface NewQcow2 {
  /** Of the disk. */
  readonly sizeBytes: number;
  readonly version?: 2 | 3;
  readonly clusterBits?: number;
  /** Bits of a refcount: a power of two up to 64; version 2 has 16. */
  readonly refcountBits?: number;
}

const USUAL_CLUSTER_BITS = 16;
const USUAL_REFCOUNT_BITS = 16;

/** Writes an empty image into an empty file, and opens it. */
export function createQcow2(file: ByteFile, wanted: NewQcow2): Result<WritableQcow2Image> {
  const { sizeBytes, version = 3, clusterBits = USUAL_CLUSTER_BITS } = wanted;
  const refcountBits = version === 2 ? USUAL_REFCOUNT_BITS : (wanted.refcountBits ?? USUAL_REFCOUNT_BITS);
  if (clusterBits < CLUSTER_BITS.least || clusterBits > CLUSTER_BITS.most)
    return fail('qcow2.field', { field: 'cluster_bits', value: clusterBits });
  const clusterBytes = 2 ** clusterBits;
  const l1Entries = Math.ceil(sizeBytes / (clusterBytes * (clusterBytes / ENTRY_BYTES)));
  if (l1Entries * ENTRY_BYTES > MOST_L1_BYTES) return fail('qcow2.tooLarge', { limit: MOST_L1_BYTES });
  const l1Clusters = Math.max(1, Math.ceil((l1Entries * ENTRY_BYTES) / clusterBytes));

  // Header, refcount table, refcount blocks, L1 table: so many blocks as these need to be counted themselves.
  const perBlock = (clusterBytes * 8) / refcountBits;
  let blocks = 1;
  while (blocks * perBlock < 2 + blocks + l1Clusters) blocks += 1;
  if (blocks * ENTRY_BYTES > clusterBytes) return fail('qcow2.tooLarge', { limit: MOST_L1_BYTES });
  const l1Offset = (2 + blocks) * clusterBytes;
  file.write(0, new Uint8Array(l1Offset + l1Clusters * clusterBytes));

  const header = new Uint8Array(HEADER_BYTES);
  const set = (name: HeaderFieldName, value: number): void => {
    const { offset, width } = HEADER_FIELDS[name];
    header.set(numberBytes(value).subarray(8 - width), offset);
  };
  set('magic', MAGIC);
  set('version', version);
  set('cluster_bits', clusterBits);
  set('size', sizeBytes);
  set('l1_size', l1Entries);
  set('l1_table_offset', l1Offset);
  set('refcount_table_offset', clusterBytes);
  set('refcount_table_clusters', 1);
  if (version === 3) {
    set('refcount_order', 31 - Math.clz32(refcountBits));
    set('header_length', HEADER_BYTES);
  }
  file.write(0, version === 2 ? header.subarray(0, HEADER_BYTES_V2) : header);

  const used = 2 + blocks + l1Clusters;
  const counts = new Uint8Array(blocks * clusterBytes);
  for (let cluster = 0; cluster < used; cluster++) setOne(counts, cluster, refcountBits);
  file.write(2 * clusterBytes, counts);
  for (let block = 0; block < blocks; block++)
    file.write(clusterBytes + block * ENTRY_BYTES, numberBytes((2 + block) * clusterBytes));
  const opened = WritableQcow2Image.openWritable(file);
  return opened.ok ? ok(opened.value) : opened;
}

/** Sets a count to one: big-endian numbers, or bits from the lowest of a byte on. */
function setOne(counts: Uint8Array, index: number, bits: number): void {
  const bytes = bits / 8;
  if (bits >= 8) counts[(index + 1) * bytes - 1] = 1;
  else counts[Math.floor(index * bytes)]! |= 1 << ((index * bits) % 8);
}
