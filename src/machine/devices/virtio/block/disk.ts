/**
 * What a disk's content lies in, as its device sees it. Callers check ranges. Reading and writing take no time here: the
 * time of a request is the device's to model.
 */
import type { PartState } from '#base/state/part';
import type { Kind } from '../../../kind.ts';

export interface Disk {
  readonly sizeBytes: number;
  read(offset: number, target: Uint8Array): void;
  write(offset: number, source: Uint8Array): void;
  capture(): PartState;
  restore(state: PartState): void;
}

/** What the content of a disk is made with. */
export interface DiskEnvironment {
  readonly sizeBytes: number;
  /** The other kinds, for content that lies above other content. */
  readonly kinds: readonly DiskKind[];
}

/** A row of the table of what disks can be made of. */
export type DiskKind = Kind<DiskEnvironment, Disk>;
