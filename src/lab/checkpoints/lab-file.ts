/**
 * A lab as one file: a checkpoint with all of its pieces, packed. A file is opened as it was written or not at all; what is checked
 * comes in an order in which nothing costs before it is known to be worth it.
 *
 *   VLABFILE · version · hash of what follows · blocks: first the manifest, then its segments
 *   block: length unpacked · length packed · deflated bytes
 */
import { deflateSync } from 'fflate';
import { fail, ok, type Result } from '#base/result';
import type { HashBytes } from '#hypervisor/snapshot/file';
import { inflate } from '../inflate.ts';
import type { LabCheckpoint, LabImage } from './checkpoint.ts';
import { readManifest, SEGMENT_BYTES, writeManifest } from './manifest.ts';
import { joined, packHosts, unpack } from './packing.ts';

const MAGIC = new TextEncoder().encode('VLABFILE');
const VERSION = 1;
const VERSION_AT: number = MAGIC.length;
const HASH_AT: number = VERSION_AT + 4;
const HASH_DIGITS = 16;
const HEADER: number = HASH_AT + HASH_DIGITS;
const BLOCK_HEADER = 8;
/** Fast, and nearly as small as it gets. */
const LEVEL = 3;
/** Unpacked: hosts have 2 GiB of RAM at most, of which files hold what guests have written. */
const MOST_BYTES = 2 ** 31;
/** Of a manifest: the states of all hosts, and where their pieces are. */
const MOST_MANIFEST: number = 256 * 1024 * 1024;

/** What both ways need from outside. */
export interface FileTools {
  readonly hash: HashBytes;
  /** Lets others go on, between two pieces of work. */
  readonly pause: () => Promise<void>;
}

/** True for bytes that begin as a lab file does. */
export function isLabFile(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/** The file of a checkpoint that has all of its pieces. */
export async function writeLabFile(
  checkpoint: LabCheckpoint,
  { hash, pause }: FileTools,
): Promise<Result<Uint8Array>> {
  const packed = packHosts(checkpoint.hosts, undefined);
  if (packed === undefined) return fail('checkpoint.needsAll');
  const blocks = packed.segments.map(joined);
  const segments = blocks.map((bytes, number) => ({
    ...{ number, sizeBytes: bytes.length },
    hash: hash(bytes),
  }));
  const { at, lab } = checkpoint;
  const manifest = writeManifest(
    { number: 1, at, takenAtMs: 0, note: '', lab, hosts: packed.hosts, segments },
    hash,
  );
  const parts: Uint8Array[] = [new Uint8Array(HEADER)];
  // A block of a document's size at a time: the inflater allows so many deflated blocks.
  for (const block of [...cut(manifest), ...blocks]) {
    const deflated = deflateSync(block, { level: LEVEL });
    const header = new DataView(new ArrayBuffer(BLOCK_HEADER));
    header.setUint32(0, block.length, true);
    header.setUint32(4, deflated.length, true);
    parts.push(new Uint8Array(header.buffer), deflated);
    await pause();
  }
  const file = joined(parts);
  file.set(MAGIC);
  new DataView(file.buffer).setUint32(VERSION_AT, VERSION, true);
  file.set(new TextEncoder().encode(hash(file.subarray(HEADER))), HASH_AT);
  return ok(file);
}

/** The lab that a file holds. */
export async function readLabFile(file: Uint8Array, { hash, pause }: FileTools): Promise<Result<LabImage>> {
  if (!isLabFile(file)) return fail('labFile.foreign');
  if (file.length < HEADER) return fail('labFile.damaged');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(VERSION_AT, true);
  if (version !== VERSION) return fail('labFile.version', { version, supported: VERSION });
  const stated = String.fromCharCode(...file.subarray(HASH_AT, HEADER));
  if (hash(file.subarray(HEADER)) !== stated) return fail('labFile.damaged');
  const blocks: Uint8Array[] = [];
  let unpacked = 0;
  for (let at = HEADER; at < file.length; ) {
    if (at + BLOCK_HEADER > file.length) return fail('labFile.damaged');
    const size = view.getUint32(at, true);
    const packedSize = view.getUint32(at + 4, true);
    at += BLOCK_HEADER;
    unpacked += size;
    if (size > SEGMENT_BYTES || unpacked > MOST_BYTES || at + packedSize > file.length)
      return fail('labFile.damaged');
    const block = inflate(file.subarray(at, at + packedSize), size);
    if (!block.ok || block.value.length !== size) return fail('labFile.damaged');
    blocks.push(block.value);
    at += packedSize;
    await pause();
  }
  return imageOf(blocks, hash);
}

/** The manifest is as many of the first blocks as it says; then come its segments. */
function imageOf(blocks: readonly Uint8Array[], hash: HashBytes): Result<LabImage> {
  const full = blocks.findIndex(({ length }) => length < SEGMENT_BYTES);
  const count = full + 1;
  const bytes = joined(blocks.slice(0, count));
  if (bytes.length > MOST_MANIFEST) return fail('labFile.damaged');
  const manifest = readManifest(bytes, hash);
  if (!manifest.ok) return manifest.error.code === 'checkpoint.version' ? manifest : fail('labFile.damaged');
  const segments = blocks.slice(count);
  const { lab, hosts, segments: named } = manifest.value;
  const isWhole =
    segments.length === named.length &&
    named.every(({ sizeBytes }, index) => segments[index]?.length === sizeBytes);
  if (!isWhole) return fail('labFile.damaged');
  return ok({ lab, hosts: hosts.map((host) => ({ state: host.state, pieces: unpack(host, segments) })) });
}

/** Cuts bytes into blocks of which only the last is not full: where it is full, an empty one follows. */
function cut(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at <= bytes.length; at += SEGMENT_BYTES)
    blocks.push(bytes.subarray(at, at + SEGMENT_BYTES));
  return blocks;
}
