/**
 * A sealed layer: what a disk has, or has other than the layer below, in parts of 64 KiB; it never changes. Its name is the SHA-256
 * of its head, which has the digest of each part, so that the same content has the same name wherever it comes from:
 *
 *   VLABDISK · version · size of the disk · name of the layer below (zeros: none) · number of parts
 *   by part: index · digest (zeros: it reads as zeros)                                   ── the head ends here ──
 *   the parts that are not zeros
 *
 * It is canonical: parts ascend, none is as it would be without it, and the last has zeros behind the end of the disk.
 */
import type { FlushRefusal } from '#base/catalogue/disk-errors';
import { fail, ok, type Result } from '#base/result';
import { hexDigits, sha256 } from '#base/sha256';
import type { DiskKeeper } from './keeper.ts';

/** Bytes of a part. */
export const PART_BYTES: number = 64 * 1024;
/** Digits of a name. */
export const LAYER_NAME: RegExp = /^[0-9a-f]{64}$/;

/** Content of a part: bytes, or `zeros` where they hide what lies below. */
export type Part = Uint8Array | 'zeros';

export interface Layer {
  readonly name: string;
  /** Of the disk. */
  readonly sizeBytes: number;
  /** Name of the layer below. */
  readonly below: string | undefined;
  /** By index. */
  readonly parts: ReadonlyMap<number, Part>;
  /** It as a file. */
  readonly file: Uint8Array;
}

/** Finds layers by their names, as far as they are here. */
export type LayerFinder = (name: string) => Layer | undefined;

/** The layers of a host: where disks find them, and leave those that they seal. */
export interface DiskLayers {
  readonly find: LayerFinder;
  readonly keep: (layer: Layer) => void;
  /** Who keeps the disk of a name. */
  readonly keeper?: (name: string) => DiskKeeper | undefined;
  /** Told of each flush that could not be kept, by its number. */
  readonly unkept?: (flush: number, why: FlushRefusal) => void;
}

const MAGIC = new TextEncoder().encode('VLABDISK');
const VERSION = 1;
const DIGEST = 32;
const SIZE_AT: number = MAGIC.length + 4;
const BELOW_AT: number = SIZE_AT + 8;
const COUNT_AT: number = BELOW_AT + DIGEST;
const TABLE_AT: number = COUNT_AT + 4;
const ROW: number = 4 + DIGEST;

/** True for bytes that begin as the file of a layer does. */
export function isLayerFile(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

export function isZeros(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** What a layer is made of: parts in any order, none of them as it would be without it. */
export interface NewLayer {
  readonly sizeBytes: number;
  readonly below: string | undefined;
  readonly parts: ReadonlyMap<number, Part>;
}

/** Seals content. */
export function sealLayer({ sizeBytes, below, parts }: NewLayer): Layer {
  const rows = [...parts].sort(([a], [b]) => a - b);
  const headBytes = TABLE_AT + rows.length * ROW;
  const contents = rows.filter(([, part]) => part !== 'zeros').length;
  const file = new Uint8Array(headBytes + contents * PART_BYTES);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint32(MAGIC.length, VERSION);
  view.setUint32(SIZE_AT, Math.floor(sizeBytes / 0x1_0000_0000));
  view.setUint32(SIZE_AT + 4, sizeBytes % 0x1_0000_0000);
  if (below !== undefined) file.set(digestOf(below), BELOW_AT);
  view.setUint32(COUNT_AT, rows.length);
  const kept = new Map<number, Part>();
  let end = headBytes;
  for (const [row, [index, part]] of rows.entries()) {
    view.setUint32(TABLE_AT + row * ROW, index);
    if (part === 'zeros') {
      kept.set(index, part);
      continue;
    }
    file.set(part, end);
    const content = file.subarray(end, end + PART_BYTES);
    file.set(sha256(content), TABLE_AT + row * ROW + 4);
    kept.set(index, content);
    end += PART_BYTES;
  }
  return { name: hexDigits(sha256(file.subarray(0, headBytes))), sizeBytes, below, parts: kept, file };
}

function digestOf(name: string): Uint8Array {
  return Uint8Array.from({ length: DIGEST }, (_, at) => Number.parseInt(name.slice(2 * at, 2 * at + 2), 16));
}

/**
 * The layer that a file holds, if it is whole.
 * @param content `known` for a file that was looked at before: its parts are not hashed again
 */
export function readLayer(file: Uint8Array, content: 'look' | 'known' = 'look'): Result<Layer> {
  const damaged = fail('layer.damaged');
  if (!isLayerFile(file) || file.length < TABLE_AT) return damaged;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(MAGIC.length);
  if (version !== VERSION) return fail('layer.version', { version, supported: VERSION });
  const sizeBytes = view.getUint32(SIZE_AT) * 0x1_0000_0000 + view.getUint32(SIZE_AT + 4);
  const count = view.getUint32(COUNT_AT);
  const headBytes = TABLE_AT + count * ROW;
  if (!Number.isSafeInteger(sizeBytes) || headBytes > file.length) return damaged;
  const mostParts = Math.ceil(sizeBytes / PART_BYTES);
  const parts = new Map<number, Part>();
  let end = headBytes;
  let last = -1;
  for (let row = 0; row < count; row++) {
    const at = TABLE_AT + row * ROW;
    const index = view.getUint32(at);
    if (index <= last || index >= mostParts) return damaged;
    last = index;
    const digest = file.subarray(at + 4, at + ROW);
    if (isZeros(digest)) {
      parts.set(index, 'zeros');
      continue;
    }
    if (end + PART_BYTES > file.length) return damaged;
    const part = file.subarray(end, end + PART_BYTES);
    if (content === 'look' && !sha256(part).every((byte, place) => byte === digest[place])) return damaged;
    parts.set(index, part);
    end += PART_BYTES;
  }
  if (end !== file.length) return damaged;
  const below = file.subarray(BELOW_AT, COUNT_AT);
  return ok({
    name: hexDigits(sha256(file.subarray(0, headBytes))),
    sizeBytes,
    below: isZeros(below) ? undefined : hexDigits(below),
    parts,
    file,
  });
}
