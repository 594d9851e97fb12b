/**
 * What a disk's content lies in, as its front end sees it (virtio, or registers of another sort). Callers check ranges. Reading and
 * writing take no time here: when a request is done, its drive says.
 */
import type { FlushRefusal } from '#base/catalogue/disk-errors';
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { Kind } from '../../kind.ts';
import type { DiskLayers } from './layers/layer.ts';

export interface Disk {
  readonly sizeBytes: number;
  /** Bytes that its backing takes at the moment. */
  readonly allocatedBytes: number;
  /** How long it takes to make what backs a range before it is first written; nothing where that is there, or made in no time. */
  makingNs?(offset: number, length: number): VirtualNs;
  read(offset: number, target: Uint8Array): void;
  write(offset: number, source: Uint8Array): void;
  /** A range reads as zeros from now on, and what it was backed by may go. */
  discard(offset: number, length: number): void;
  /** What was written before outlives whatever happens to the lab; or why it does not. */
  flush(): FlushRefusal | undefined;
  capture(): PartState;
  restore(state: PartState): void;
}

/** What the content of a disk is made with. */
export interface DiskEnvironment {
  readonly sizeBytes: number;
  /** The other kinds, for content that lies above other content. */
  readonly kinds: readonly DiskKind[];
  /** Where sealed layers are found, for content that lies above some. */
  readonly layers?: DiskLayers;
}

/** A row of the table of what disks can be made of. */
export type DiskKind = Kind<DiskEnvironment, Disk>;
