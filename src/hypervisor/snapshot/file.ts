/**
 * The envelope of a snapshot: what it is, its version, and a hash over everything else, so that no damaged or foreign
 * byte is ever restored. The content is the host's affair.
 */
import { fail, ok, type Result } from '#base/result';
import { STATE_VERSION as VERSION } from '#base/state/codec';

/** "VLABHOST". */
const MAGIC = [0x56, 0x4c, 0x41, 0x42, 0x48, 0x4f, 0x53, 0x54] as const;
const VERSION_AT: number = MAGIC.length;
const HASH_AT: number = VERSION_AT + 4;
const HASH_DIGITS = 16;
const HEADER_SIZE: number = HASH_AT + HASH_DIGITS;

/** Hash of bytes, as 16 hexadecimal digits. */
export type HashBytes = (bytes: Uint8Array) => string;

/** Puts content into an envelope. */
export function wrapSnapshot(content: Uint8Array, hash: HashBytes): Uint8Array {
  const file = new Uint8Array(HEADER_SIZE + content.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint32(VERSION_AT, VERSION, true);
  file.set(new TextEncoder().encode(hash(content)), HASH_AT);
  file.set(content, HEADER_SIZE);
  return file;
}

/** Checks an envelope and gives its content (a view). */
export function unwrapSnapshot(file: Uint8Array, hash: HashBytes): Result<Uint8Array> {
  if (file.length < HEADER_SIZE || MAGIC.some((byte, at) => file[at] !== byte))
    return fail('snapshot.foreign');
  const version = new DataView(file.buffer, file.byteOffset).getUint32(VERSION_AT, true);
  if (version !== VERSION) return fail('snapshot.version', { version, supported: VERSION });
  const content = file.subarray(HEADER_SIZE);
  const stated = new TextDecoder().decode(file.subarray(HASH_AT, HEADER_SIZE));
  return hash(content) === stated ? ok(content) : fail('snapshot.damaged');
}
