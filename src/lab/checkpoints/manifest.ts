/**
 * A checkpoint as it is stored: a manifest, which has all that is small and names the segments in which the pieces lie, with their
 * hashes. The manifest has a hash of itself in front, so that a checkpoint is either as it was written or known not to be.
 */
import { PAGE_SIZE } from '#base/addresses';
import { fail, ok, type Result } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { decode, encode, OLDEST_STATE_VERSION, STATE_VERSION } from '#base/state/codec';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, integer, integers, list, text, u32, upTo, words } from '#base/state/types';
import type { HashBytes } from '#hypervisor/snapshot/file';
import type { CheckpointInfo } from './checkpoint.ts';

/** Pieces lie in segments of about this size: a record each, written and read in one go. */
export const SEGMENT_BYTES: number = 1024 * 1024;
/** Where a piece lies that is zeros: nowhere. */
export const ZEROS = 0xffff_ffff;

export interface Segment {
  readonly number: number;
  readonly sizeBytes: number;
  readonly hash: string;
}

/** A host: its state, and by piece where it lies. */
export interface StoredHost {
  readonly state: Uint8Array;
  /** Number of the content, as the host counts while it lives. */
  readonly contents: Float64Array;
  readonly sizes: Uint32Array;
  /** Position in the manifest's list of segments, or {@link ZEROS}. */
  readonly segments: Uint32Array;
  readonly offsets: Uint32Array;
}

export interface Manifest extends CheckpointInfo {
  readonly lab: Uint8Array;
  readonly hosts: readonly StoredHost[];
  readonly segments: readonly Segment[];
}

/** More than any lab that can be opened has; what is longer is damaged or means harm. */
const MOST_PIECES: number = 2 ** 31 / PAGE_SIZE + 2 ** 21;
const MOST_BYTES = 2 ** 30;
const MOST_SEGMENTS = 65_536;
const MOST_HOSTS = 8;
const LONGEST_NOTE = 1024;
const HASH_DIGITS = 16;
const VERSION_BYTES = 4;

const MANIFEST: Declaration<Manifest> = declare('checkpoint', {
  number: integer,
  at: integer,
  takenAtMs: integer,
  note: text(LONGEST_NOTE),
  lab: bytes(upTo(MOST_BYTES)),
  hosts: list(
    declare<StoredHost>('stored host', {
      state: bytes(upTo(MOST_BYTES)),
      contents: integers(upTo(MOST_PIECES)),
      sizes: words(upTo(MOST_PIECES)),
      segments: words(upTo(MOST_PIECES)),
      offsets: words(upTo(MOST_PIECES)),
    }),
    upTo(MOST_HOSTS),
  ),
  segments: list(
    declare<Segment>('segment', { number: integer, sizeBytes: u32, hash: text(HASH_DIGITS) }),
    upTo(MOST_SEGMENTS),
  ),
});

/** The bytes of a manifest: hash of all that follows, version, content. */
export function writeManifest(manifest: Manifest, hash: HashBytes): Uint8Array {
  const content = encode(MANIFEST, manifest);
  const file = new Uint8Array(HASH_DIGITS + VERSION_BYTES + content.length);
  new DataView(file.buffer).setUint32(HASH_DIGITS, STATE_VERSION, true);
  file.set(content, HASH_DIGITS + VERSION_BYTES);
  file.set(new TextEncoder().encode(hash(file.subarray(HASH_DIGITS))), 0);
  return file;
}

/** The manifest that bytes hold, if they are as they were written and by a version that is known. */
export function readManifest(file: Uint8Array, hash: HashBytes): Result<Manifest> {
  if (file.length < HASH_DIGITS + VERSION_BYTES) return fail('checkpoint.damaged');
  const stated = String.fromCharCode(...file.subarray(0, HASH_DIGITS));
  const hashed = file.subarray(HASH_DIGITS);
  if (hash(hashed) !== stated) return fail('checkpoint.damaged');
  const version = new DataView(file.buffer, file.byteOffset).getUint32(HASH_DIGITS, true);
  if (version < OLDEST_STATE_VERSION || version > STATE_VERSION)
    return fail('checkpoint.version', { version, supported: STATE_VERSION });
  try {
    const manifest = decode(MANIFEST, hashed.subarray(VERSION_BYTES), { version });
    const misfit = manifest.hosts.some((host) => !fits(host, manifest.segments));
    return misfit ? fail('checkpoint.damaged') : ok(manifest);
  } catch (error) {
    if (error instanceof SnapshotFormatError) return fail('checkpoint.damaged');
    throw error;
  }
}

/** True when every piece has a place, inside of its segment. */
function fits({ contents, sizes, segments, offsets }: StoredHost, there: readonly Segment[]): boolean {
  const { length } = contents;
  if (sizes.length !== length || segments.length !== length || offsets.length !== length) return false;
  return segments.every((segment, at) => {
    if (segment === ZEROS) return sizes[at]! <= SEGMENT_BYTES;
    return offsets[at]! + sizes[at]! <= (there[segment]?.sizeBytes ?? 0);
  });
}
