/** What a checkpoint of a lab consists of: on its way to the store, and as it comes back. */
import type { VirtualNs } from '#base/virtual-time';
import type { HostCheckpoint, HostImage } from '#hypervisor/snapshot/host-checkpoint';

/** A lab as it is taken: of its hosts only what is new since the checkpoint before. */
export interface LabCheckpoint {
  /** Virtual time of the lab. */
  readonly at: VirtualNs;
  /** What is not its hosts': scenario, log, what is still to come. */
  readonly lab: Uint8Array;
  readonly hosts: readonly HostCheckpoint[];
}

/** A lab as it is read back, whole. */
export interface LabImage {
  readonly lab: Uint8Array;
  readonly hosts: readonly HostImage[];
}

/** What a list of checkpoints shows. */
export interface CheckpointInfo {
  readonly number: number;
  /** Virtual time of the lab. */
  readonly at: VirtualNs;
  /** Wall time at which it was taken, in milliseconds since 1970: for people, never for the lab. */
  readonly takenAtMs: number;
  /** A few words of whoever keeps it, for itself. */
  readonly note: string;
}
