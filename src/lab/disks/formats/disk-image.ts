/**
 * The content of a disk in a file of some format, by the positions of the disk. What the file says of itself is hostile: reading
 * may find that it is damaged, and says so, but touches nothing outside of the file.
 */
import type { Result } from '#base/result';

/** Which formats there are; their names are those of other programs. */
export const IMAGE_FORMATS = ['raw', 'qcow2'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** A stretch of a disk: bytes, or zeros that take no space. */
export interface Extent {
  readonly kind: 'data' | 'zeros';
  readonly sizeBytes: number;
}

export interface DiskImage {
  readonly format: ImageFormat;
  /** Of the disk. */
  readonly sizeBytes: number;
  /** The stretch that begins at a position on the disk. */
  extentAt(offset: number): Result<Extent>;
  /** Fills `target` from a position on; all of it lies on the disk. */
  read(offset: number, target: Uint8Array): Result<null>;
}

/** One whose content can be changed. */
export interface WritableImage extends DiskImage {
  write(offset: number, source: Uint8Array): Result<null>;
  /** Takes the content of whole stretches away: it reads as zeros, and its space can be used again. */
  discard(offset: number, sizeBytes: number): Result<null>;
}
