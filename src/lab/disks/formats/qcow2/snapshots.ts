/** Internal snapshots: the table that lists them, read with a bound on everything that it says. */
import { fail, ok, type Result } from '#base/result';
import type { ByteSource } from '../byte-file.ts';
import { type Header, printableText } from './header.ts';
import { ENTRY_BYTES, MOST_L1_BYTES } from './layout.ts';

/** A snapshot inside of a file. */
export interface InternalSnapshot {
  readonly id: string;
  readonly name: string;
  /** Seconds since 1970. */
  readonly takenAt: number;
  /** Of the disk as it was. */
  readonly diskBytes: number;
  readonly l1Offset: number;
  readonly l1Entries: number;
  /** Of its entry in the table. */
  readonly entryBytes: number;
}

const FIXED_BYTES = 40;
/** QEMU writes 16 or 24. */
const MOST_EXTRA_BYTES = 1024;
/** Behind the size of the VM's state. */
const DISK_SIZE_AT = 8;

/** All that the table lists. */
export function readSnapshots(source: ByteSource, header: Header): Result<readonly InternalSnapshot[]> {
  const found: InternalSnapshot[] = [];
  const fixed = new Uint8Array(FIXED_BYTES);
  const view = new DataView(fixed.buffer);
  let at = header.snapshotsOffset;
  for (let number = 0; number < header.snapshots; number++) {
    const damaged = fail('qcow2.snapshots', { number });
    if (at + FIXED_BYTES > source.sizeBytes) return damaged;
    source.read(at, fixed);
    const l1Offset = view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4);
    const l1Entries = view.getUint32(8);
    const idBytes = view.getUint16(12);
    const nameBytes = view.getUint16(14);
    const takenAt = view.getUint32(16);
    const extraBytes = view.getUint32(36);
    if (extraBytes > MOST_EXTRA_BYTES) return damaged;
    const rest = new Uint8Array(extraBytes + idBytes + nameBytes);
    if (at + FIXED_BYTES + rest.length > source.sizeBytes) return damaged;
    source.read(at + FIXED_BYTES, rest);
    const extra = new DataView(rest.buffer, 0, extraBytes);
    const diskBytes =
      extraBytes >= DISK_SIZE_AT + 8
        ? extra.getUint32(DISK_SIZE_AT) * 0x1_0000_0000 + extra.getUint32(DISK_SIZE_AT + 4)
        : header.sizeBytes;
    const perL1Entry = header.clusterBytes * (header.clusterBytes / ENTRY_BYTES);
    const fits =
      Number.isSafeInteger(diskBytes) &&
      l1Entries * ENTRY_BYTES <= MOST_L1_BYTES &&
      l1Entries >= Math.ceil(diskBytes / perL1Entry) &&
      l1Offset % header.clusterBytes === 0 &&
      l1Offset + l1Entries * ENTRY_BYTES <= source.sizeBytes;
    if (!fits) return damaged;
    const entryBytes = Math.ceil((FIXED_BYTES + rest.length) / 8) * 8;
    found.push({
      id: printableText(rest.subarray(extraBytes, extraBytes + idBytes)),
      name: printableText(rest.subarray(extraBytes + idBytes)),
      ...{ takenAt, diskBytes, l1Offset, l1Entries, entryBytes },
    });
    at += entryBytes;
  }
  return ok(found);
}
