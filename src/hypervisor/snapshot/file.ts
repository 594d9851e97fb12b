/**
 * The envelope of a snapshot: what it is, its version, and a hash over everything else, so that no damaged or foreign
 * byte is ever restored. The content is the affair of what was saved.
 */
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';
import { decode, OLDEST_STATE_VERSION, STATE_VERSION } from '#base/state/codec';
import type { AnyDeclaration, Declaration } from '#base/state/declare';
import { missingLayerIn } from '#machine/devices/disk/layers/layered-disk';

/** The first bytes, by what is in the file. */
const MAGIC = { host: 'VLABHOST', vm: 'VLAB-VM.' } as const;
export type SnapshotKind = keyof typeof MAGIC;
const VERSION_AT = 8;
const HASH_AT: number = VERSION_AT + 4;
const HASH_DIGITS = 16;
const HEADER_SIZE: number = HASH_AT + HASH_DIGITS;

/** Before it, only the content was hashed. */
const HEADER_HASHED_SINCE = 3;

/** Hash of bytes, as 16 hexadecimal digits. */
export type HashBytes = (bytes: Uint8Array) => string;

/** Puts content into an envelope. */
export function wrapSnapshot(kind: SnapshotKind, content: Uint8Array, hash: HashBytes): Uint8Array {
  const file = new Uint8Array(HEADER_SIZE + content.length);
  const encoder = new TextEncoder();
  file.set(encoder.encode(MAGIC[kind]));
  new DataView(file.buffer).setUint32(VERSION_AT, STATE_VERSION, true);
  file.set(encoder.encode(hashOver(file, content, hash)), HASH_AT);
  file.set(content, HEADER_SIZE);
  return file;
}

/** The hash of everything in a file but the hash itself. */
function hashOver(file: Uint8Array, content: Uint8Array, hash: HashBytes): string {
  const ofContent = hash(content);
  if (versionOf(file) < HEADER_HASHED_SINCE) return ofContent;
  return hash(Uint8Array.of(...file.subarray(0, HASH_AT), ...new TextEncoder().encode(ofContent)));
}

function versionOf(file: Uint8Array): number {
  return new DataView(file.buffer, file.byteOffset).getUint32(VERSION_AT, true);
}

/** What a file says that it holds; nothing for one of another program. */
export function snapshotKind(file: Uint8Array): SnapshotKind | undefined {
  const magic = String.fromCharCode(...file.subarray(0, VERSION_AT));
  if (file.length < HEADER_SIZE) return undefined;
  return magic === MAGIC.host ? 'host' : magic === MAGIC.vm ? 'vm' : undefined;
}

/** The hash that an envelope states; whether it is true is found out when it is opened. */
export function snapshotHash(file: Uint8Array): string {
  return new TextDecoder().decode(file.subarray(HASH_AT, HEADER_SIZE));
}

/** A file may be made to look whole: whatever goes wrong while what it holds is read or taken up is the file's fault. */
export function guarded<T>(work: () => Result<T>): Result<T> {
  try {
    return work();
  } catch (error) {
    return unreadable(messageOf(error));
  }
}

/** What is wrong with a state that could not be read, by what was thrown: the layer of a disk that is not here has a sentence of its own. */
export function unreadable(message: string): Result<never> {
  const layer = missingLayerIn(message);
  return layer === undefined ? fail('snapshot.format', { message }) : fail('disk.layerMissing', { layer });
}

/** What is in an envelope. */
export interface SnapshotContent {
  /** Of the states in it. */
  readonly version: number;
  readonly content: Uint8Array;
}

/** Checks an envelope and gives its content (a view). */
export function unwrapSnapshot(
  kind: SnapshotKind,
  file: Uint8Array,
  hash: HashBytes,
): Result<SnapshotContent> {
  const found = snapshotKind(file);
  if (found === undefined) return fail('snapshot.foreign');
  if (found !== kind) return fail('snapshot.kind', { saved: found, wanted: kind });
  const version = versionOf(file);
  if (version < OLDEST_STATE_VERSION || version > STATE_VERSION)
    return fail('snapshot.version', { version, supported: STATE_VERSION });
  const content = file.subarray(HEADER_SIZE);
  return hashOver(file, content, hash) === snapshotHash(file)
    ? ok({ version, content })
    : fail('snapshot.damaged');
}

/** What an envelope that was opened holds, as data. */
export function readContent<T>(
  declaration: Declaration<T>,
  opened: Result<SnapshotContent>,
  parts: readonly AnyDeclaration[],
): Result<T> {
  if (!opened.ok) return opened;
  const { version, content } = opened.value;
  return guarded(() => ok(decode(declaration, content, { version, parts })));
}
