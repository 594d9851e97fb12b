/** What the browser keeps of disks and labs, as the page knows it. */
import type { KeptLab } from './keeping.ts';

export interface KeptImage {
  /** Name of the layer: the SHA-256 of its content. */
  readonly layer: string;
  readonly title: string;
  /** Of the disk. */
  readonly sizeBytes: number;
  /** That it takes here. */
  readonly bytes: number;
  /** When it was taken in or sealed, in milliseconds since 1970; 0 where nobody knows. */
  readonly changedMs: number;
  /** The layer that it lies on. */
  readonly below?: string;
  /** VMs of the open lab whose disks lie on it. */
  readonly usedBy: readonly string[];
}

/**
 * Who has a disk that lasts: this tab; another one; another one had it and has changed it since this tab's lab began on a copy; nobody.
 */
export type KeptDiskState = 'here' | 'elsewhere' | 'changed' | 'free';

/** A disk that lasts. */
export interface LastingDisk {
  readonly name: string;
  /** Of the disk; 0 where nothing was committed yet. */
  readonly sizeBytes: number;
  /** That its journal takes here. */
  readonly bytes: number;
  readonly changedMs: number;
  readonly state: KeptDiskState;
  /** VMs of the open lab that write to it. */
  readonly usedBy: readonly string[];
}

export interface DiskReport {
  /** False: the browser has no place for files, so that images go with the tab. */
  readonly lasts: boolean;
  readonly images: readonly KeptImage[];
  readonly disks: readonly LastingDisk[];
  /** Labs with their checkpoints, and which of them is open. */
  readonly labs: readonly (KeptLab & { readonly isOpen: boolean })[];
  /** Files that nothing names any more: their tab was killed while they were written or deleted. */
  readonly strays: { readonly count: number; readonly bytes: number };
  /** Of all that this site keeps, and may; absent where the browser does not say. */
  readonly room?: { readonly usedBytes: number; readonly quotaBytes: number };
}

/** Something that is kept, by its name: of an image or stray files, of a disk, of a lab. */
export type KeptThing =
  | { readonly kind: 'image' | 'disk' | 'lab'; readonly name: string }
  | { readonly kind: 'strays' };

/** As what an image is given out. */
export type DiskFormat = 'raw' | 'qcow2';

/** How much of a file has been read. */
export type OnRead = (doneBytes: number, totalBytes: number) => void;
