/** A raw image: the file is the disk. Whatever lies there is data, though zeros are found by looking. */
import { ok, type Result } from '#base/result';
import type { ByteFile, ByteSource } from './byte-file.ts';
import type { DiskImage, Extent, WritableImage } from './disk-image.ts';

/** So much is looked at to see whether it is zeros. */
const LOOK_BYTES = 64 * 1024;

export function isZeros(bytes: Uint8Array): boolean {
  const whole = bytes.byteOffset % 4 === 0 ? bytes.length >>> 2 : 0;
  const words = new Uint32Array(bytes.buffer, whole === 0 ? 0 : bytes.byteOffset, whole);
  for (let at = 0; at < whole; at++) if (words[at] !== 0) return false;
  for (let at = 4 * whole; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

export class RawImage implements DiskImage {
  readonly format = 'raw';
  readonly sizeBytes: number;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.sizeBytes = source.sizeBytes;
  }

  extentAt(offset: number): Result<Extent> {
    const piece = new Uint8Array(Math.min(LOOK_BYTES - (offset % LOOK_BYTES), this.sizeBytes - offset));
    this.#source.read(offset, piece);
    return ok({ kind: isZeros(piece) ? 'zeros' : 'data', sizeBytes: piece.length });
  }

  read(offset: number, target: Uint8Array): Result<null> {
    this.#source.read(offset, target);
    return ok(null);
  }
}

/** A raw file that is written; its size is the disk's from the beginning. */
export class WritableRawImage extends RawImage implements WritableImage {
  readonly #file: ByteFile;

  constructor(file: ByteFile) {
    super(file);
    this.#file = file;
  }

  /** @param sizeBytes of the disk, which is all zeros at first */
  static create(file: ByteFile, sizeBytes: number): WritableRawImage {
    if (sizeBytes > 0) file.write(sizeBytes - 1, new Uint8Array(1));
    return new WritableRawImage(file);
  }

  write(offset: number, source: Uint8Array): Result<null> {
    this.#file.write(offset, source);
    return ok(null);
  }

  discard(offset: number, sizeBytes: number): Result<null> {
    const zeros = new Uint8Array(Math.min(LOOK_BYTES, sizeBytes));
    for (let done = 0; done < sizeBytes; done += zeros.length)
      this.#file.write(offset + done, zeros.subarray(0, Math.min(zeros.length, sizeBytes - done)));
    return ok(null);
  }
}
