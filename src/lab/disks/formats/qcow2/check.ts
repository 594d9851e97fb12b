/**
 * Looks whether a file is what it says: everything that is named is counted once more, and compared with the file's own counts. A
 * count that is too high loses space (a leak); one that is too low loses data as soon as somebody writes.
 */
import { fail, ok, type Result } from '#base/result';
import type { ByteSource } from '../byte-file.ts';
import { ClusterMap } from './cluster-map.ts';
import { type Header, readHeader } from './header.ts';
import { clusterEntry } from './layout.ts';
import { Refcounts } from './refcounts.ts';
import { readSnapshots } from './snapshots.ts';

export interface Qcow2Check {
  /** Clusters whose count is too low, and entries that name no place. */
  readonly errors: number;
  /** Clusters that are counted and not used. */
  readonly leaks: number;
  readonly allocatedClusters: number;
  readonly fileClusters: number;
}

/** Tables of a hostile file may name each other a million times. */
const MOST_TABLES: number = 1 << 20;
const MOST_CLUSTERS: number = 1 << 26;

export function checkQcow2(source: ByteSource): Result<Qcow2Check> {
  const header = readHeader(source);
  if (!header.ok) return header;
  const snapshots = readSnapshots(source, header.value);
  if (!snapshots.ok) return snapshots;
  const { clusterBytes, clusterBits, sizeBytes } = header.value;
  const fileClusters = Math.ceil(source.sizeBytes / clusterBytes);
  if (fileClusters > MOST_CLUSTERS) return fail('qcow2.tooLarge', { limit: MOST_CLUSTERS * clusterBytes });
  const refcounts = new Refcounts(source, header.value);
  const uses = new Uses(fileClusters, clusterBytes);
  uses.add(0, clusterBytes);
  uses.add(refcounts.tablePlace.offset, refcounts.tablePlace.clusters * clusterBytes);
  for (let block = 0; block < refcounts.tableEntries; block++) {
    const offset = refcounts.blockOffset(block);
    if (offset !== 0) uses.add(offset, clusterBytes);
  }
  uses.add(
    header.value.snapshotsOffset,
    snapshots.value.length === 0 ? 0 : snapshotTableBytes(snapshots.value),
  );
  const active = { l1Offset: header.value.l1Offset, l1Entries: header.value.l1Entries, diskBytes: sizeBytes };
  let tables = 0;
  let allocated = 0;
  for (const { l1Offset, l1Entries, diskBytes } of [active, ...snapshots.value]) {
    const map = new ClusterMap({ source, clusterBits, l1Offset, l1Entries, sizeBytes: diskBytes });
    uses.add(l1Offset, l1Entries * 8);
    for (let index = 0; index < l1Entries; index++) {
      const { offset } = map.tableAt(index);
      if (offset === 0) continue;
      tables += 1;
      if (tables > MOST_TABLES) return fail('qcow2.tooLarge', { limit: MOST_TABLES });
      uses.add(offset, clusterBytes);
      const table = map.table(offset);
      if (!table.ok) continue;
      const found = addClusters(uses, table.value, header.value);
      if (l1Offset === active.l1Offset) allocated += found;
    }
  }
  let leaks = 0;
  let { errors } = uses;
  for (let cluster = 0; cluster < fileClusters; cluster++) {
    const count = refcounts.count(cluster);
    const used = uses.counts[cluster]!;
    if (!count.ok || count.value < used) errors += 1;
    else if (count.value > used) leaks += 1;
  }
  return ok({ errors, leaks, allocatedClusters: allocated, fileClusters });
}

/** Adds what an L2 table names; how many clusters of the disk have something. */
function addClusters(uses: Uses, table: DataView, { clusterBytes, clusterBits }: Header): number {
  let allocated = 0;
  for (let index = 0; index < clusterBytes / 8; index++) {
    const entry = clusterEntry(table, index, clusterBits);
    if (entry.kind === 'absent') continue;
    if (entry.kind !== 'zeros') allocated += 1;
    if (entry.kind === 'compressed') {
      const first = entry.offset - (entry.offset % clusterBytes);
      uses.add(first, entry.offset + entry.sizeBytes - first);
    } else if (entry.offset !== 0) uses.add(entry.offset, clusterBytes);
  }
  return allocated;
}

/** How often each cluster of the file is named. */
class Uses {
  readonly counts: Uint32Array;
  readonly #clusterBytes: number;
  /** Places that were named and are none. */
  errors = 0;

  constructor(clusters: number, clusterBytes: number) {
    this.counts = new Uint32Array(clusters);
    this.#clusterBytes = clusterBytes;
  }

  add(offset: number, sizeBytes: number): void {
    if (sizeBytes === 0) return;
    const first = offset / this.#clusterBytes;
    const last = Math.floor((offset + sizeBytes - 1) / this.#clusterBytes);
    // Sectors of a compressed cluster may end behind the file, and so may its last cluster.
    if (!Number.isInteger(first) || first >= this.counts.length) {
      this.errors += 1;
      return;
    }
    for (let at = first; at <= Math.min(last, this.counts.length - 1); at++) this.counts[at]! += 1;
  }
}

function snapshotTableBytes(snapshots: readonly { readonly entryBytes: number }[]): number {
  return snapshots.reduce((sum, { entryBytes }) => sum + entryBytes, 0);
}
