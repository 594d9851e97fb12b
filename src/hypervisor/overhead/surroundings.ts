/** What the machines of the overhead account have in common: that of the host beside which they run. */
import type { HostSpec, PhysicalDiskSpec } from '#base/scenario';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Host, HostSettings } from '../host.ts';

export interface Surroundings {
  /** Who is asked: it has engine and lists, and makes hosts beside itself. */
  readonly host: Host;
  readonly settings: HostSettings;
  readonly spec: Pick<HostSpec, 'timeSliceNs' | 'scheduler'>;
  /** Its first physical disk, of which each has one to itself. */
  readonly disk: PhysicalDiskSpec;
}
/** Bytes of a disk. */
export const DISK_BYTES: number = 1 << 20;
/** How long a run may take: many times what any of them does. */
export const MOST_NS: VirtualNs = 60 * NS_PER_S;

export function surroundingsOf(host: Host): Surroundings {
  const { timeSliceNs, scheduler, storage = [] } = host.spec;
  const { seed, nsPerInstruction, quantumInstructions } = host.settings;
  return {
    ...{ host, disk: storage[0] ?? { name: 'disk' } },
    // Without links to other hosts.
    settings: { seed, nsPerInstruction, quantumInstructions },
    spec: { timeSliceNs, ...(scheduler === undefined ? {} : { scheduler }) },
  };
}
