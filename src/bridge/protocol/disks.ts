/** Disk images that the browser keeps, as the page knows them. */

export interface KeptImage {
  /** Name of the layer: the SHA-256 of its content. */
  readonly layer: string;
  readonly title: string;
  /** Of the disk. */
  readonly sizeBytes: number;
  /** That it takes here. */
  readonly bytes: number;
  /** The layer that it lies on. */
  readonly below?: string;
  /** VMs of the open lab whose disks lie on it. */
  readonly usedBy: readonly string[];
}

export interface DiskReport {
  /** False: the browser has no place for files, so that images go with the tab. */
  readonly lasts: boolean;
  readonly images: readonly KeptImage[];
}

/** As what an image is given out. */
export type DiskFormat = 'raw' | 'qcow2';

/** How much of a file has been read. */
export type OnRead = (doneBytes: number, totalBytes: number) => void;
