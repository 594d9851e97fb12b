/** The disk in a qcow2 file: as it is, or as one of its snapshots has it. What lies below must be given, or is refused. */
import { fail, ok, type Result } from '#base/result';
import type { ByteSource } from '../byte-file.ts';
import type { DiskImage, Extent } from '../disk-image.ts';
import { ClusterMap } from './cluster-map.ts';
import { type Header, readHeader } from './header.ts';
import { type InternalSnapshot, readSnapshots } from './snapshots.ts';

/** What a file may be opened with. */
export interface Qcow2Options {
  /** The layer below, for a file that names one. */
  readonly backing?: DiskImage;
  /** Id or name of a snapshot inside of the file. */
  readonly snapshot?: string;
}

export class Qcow2Image implements DiskImage {
  readonly format = 'qcow2';
  readonly header: Header;
  readonly snapshots: readonly InternalSnapshot[];
  protected readonly map: ClusterMap;
  readonly #backing: DiskImage | undefined;

  static open(source: ByteSource, options: Qcow2Options = {}): Result<Qcow2Image> {
    const parts = readParts(source, options);
    return parts.ok ? ok(new Qcow2Image(parts.value)) : parts;
  }

  protected constructor({ header, snapshots, map, backing }: ImageParts) {
    this.header = header;
    this.snapshots = snapshots;
    this.map = map;
    this.#backing = backing;
  }

  get sizeBytes(): number {
    return this.map.sizeBytes;
  }

  extentAt(offset: number): Result<Extent> {
    const own = this.map.extentAt(offset);
    if (!own.ok) return own;
    const { kind, sizeBytes } = own.value;
    if (kind !== 'absent') return ok({ kind, sizeBytes });
    const below = this.#backing;
    if (below === undefined || offset >= below.sizeBytes) return ok({ kind: 'zeros', sizeBytes });
    const there = below.extentAt(offset);
    return there.ok ? ok({ ...there.value, sizeBytes: Math.min(sizeBytes, there.value.sizeBytes) }) : there;
  }

  read(offset: number, target: Uint8Array): Result<null> {
    return this.map.read(offset, target, (at, piece) => this.#readBelow(at, piece));
  }

  /** A layer below may be shorter: behind its end it reads as zeros. */
  #readBelow(offset: number, target: Uint8Array): Result<null> {
    const there = Math.max(0, Math.min(target.length, (this.#backing?.sizeBytes ?? 0) - offset));
    target.fill(0, there);
    return this.#backing === undefined || there === 0
      ? ok(null)
      : this.#backing.read(offset, target.subarray(0, there));
  }
}

/** All that is read of a file when it is opened. */
export interface ImageParts {
  readonly header: Header;
  readonly snapshots: readonly InternalSnapshot[];
  readonly map: ClusterMap;
  readonly backing: DiskImage | undefined;
}

export function readParts(source: ByteSource, { backing, snapshot }: Qcow2Options): Result<ImageParts> {
  const header = readHeader(source);
  if (!header.ok) return header;
  if (header.value.backing !== undefined && backing === undefined)
    return fail('qcow2.backing', { name: header.value.backing });
  const snapshots = readSnapshots(source, header.value);
  if (!snapshots.ok) return snapshots;
  const chosen = snapshots.value.find(({ id, name }) => id === snapshot || name === snapshot);
  if (snapshot !== undefined && chosen === undefined) return fail('qcow2.noSnapshot', { name: snapshot });
  const { clusterBits, l1Offset, l1Entries, sizeBytes } = header.value;
  const map = new ClusterMap({
    ...{ source, clusterBits },
    l1Offset: chosen?.l1Offset ?? l1Offset,
    l1Entries: chosen?.l1Entries ?? l1Entries,
    sizeBytes: chosen?.diskBytes ?? sizeBytes,
  });
  return ok({ header: header.value, snapshots: snapshots.value, map, backing });
}
