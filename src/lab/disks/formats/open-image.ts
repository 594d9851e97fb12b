/** Opens a file as the image that it is, and copies one image into another. */
import { type FileFormat, formatOf } from '#base/catalogue/file-formats';
import { fail, ok, type Result } from '#base/result';
import type { ByteSource } from './byte-file.ts';
import type { DiskImage, WritableImage } from './disk-image.ts';
import { Qcow2Image, type Qcow2Options } from './qcow2/image.ts';
import { isZeros, RawImage } from './raw.ts';

/** So much of a file says what it is. */
const LOOKED_AT_BYTES = 0x1_1000;
/** Disks in formats of others, by what a file is called here: as raw bytes they would be nonsense. */
const FOREIGN: readonly string[] = ['vmdk', 'vdi', 'vhdx', 'vhd', 'luks'];

/** What a file is by its marks, if it has any. */
export function formatIn(source: ByteSource): FileFormat['id'] | undefined {
  const beginning = new Uint8Array(Math.min(LOOKED_AT_BYTES, source.sizeBytes));
  source.read(0, beginning);
  return formatOf(beginning)?.id;
}

/** A file that is no image of another kind is a raw one: any bytes may be a disk. */
export function openImage(source: ByteSource, options: Qcow2Options = {}): Result<DiskImage> {
  const format = formatIn(source);
  if (format === 'qcow2') return Qcow2Image.open(source, options);
  if (format !== undefined && FOREIGN.includes(format)) return fail('disk.foreign', { format });
  return ok(new RawImage(source));
}

/** Of content that is looked at for zeros in one go, and moved in one go. */
const PIECE_BYTES = 64 * 1024;
const BATCH_BYTES: number = 1 << 20;

/** Lets others go on between two pieces of work; false: nobody wants the rest any more. */
export type Turn = (doneBytes: number) => Promise<boolean>;

/** Copies what has content; the target is all zeros. */
export async function copyImage(from: DiskImage, to: WritableImage, turn: Turn): Promise<Result<null>> {
  const piece = new Uint8Array(PIECE_BYTES);
  let nextTurn = 0;
  for (let at = 0; at < from.sizeBytes; ) {
    if (at >= nextTurn) {
      if (!(await turn(at))) return fail('cancelled');
      nextTurn = at + BATCH_BYTES;
    }
    const extent = from.extentAt(at);
    if (!extent.ok) return extent;
    const { kind, sizeBytes } = extent.value;
    if (kind === 'zeros') {
      at += sizeBytes;
      continue;
    }
    const target = piece.subarray(0, Math.min(PIECE_BYTES - (at % PIECE_BYTES), sizeBytes));
    const read = from.read(at, target);
    if (!read.ok) return read;
    if (!isZeros(target)) {
      const written = to.write(at, target);
      if (!written.ok) return written;
    }
    at += target.length;
  }
  return ok(null);
}
