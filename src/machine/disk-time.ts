/**
 * The virtual time that a disk takes: 80 µs to start a request, then 500 MB/s. A model of the machine, for disks of VMs and for
 * whatever else of a host lies on one.
 */
import { NS_PER_US, type VirtualNs } from '#base/virtual-time';

export const DISK_LATENCY_NS: VirtualNs = 80 * NS_PER_US;
export const DISK_NS_PER_BYTE = 2;

/** From the start of a request to its end. */
export function diskTimeNs(bytes: number): VirtualNs {
  return DISK_LATENCY_NS + bytes * DISK_NS_PER_BYTE;
}

/** A disk that serves one request after the other, in the order in which they come. */
export class DiskSchedule {
  /** When it has done all that it was given. */
  freeAt: VirtualNs = 0;

  /** Adds a request, which may take so much more; when it will be done. */
  add(now: VirtualNs, bytes: number, moreNs: VirtualNs = 0): VirtualNs {
    this.freeAt = Math.max(now, this.freeAt) + diskTimeNs(bytes) + moreNs;
    return this.freeAt;
  }
}
