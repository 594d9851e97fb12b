/**
 * The ways in which a VM is given a disk: THE table. `registers`: the guest's driver talks to a controller's registers, each access
 * of which leaves the guest unless `exits` is false; `dma`: the device moves data to and from memory itself. Texts: group `way`. Data only.
 */
import { isThere } from '../slots.ts';

export const DISK_WAYS = [
  /** Queues in memory that both sides see. */
  { id: 'virtio', registers: false, dma: true, exits: true },
  /** A controller that the hypervisor plays; data goes through its data register. */
  { id: 'emulated-pio', registers: true, dma: false, exits: true },
  /** The same, with a bus master. */
  { id: 'emulated-dma', registers: true, dma: true, exits: true },
  /** A physical disk of the host, whole: the guest drives its controller itself, and the IOMMU says which memory that reaches. */
  { id: 'passed-through', registers: true, dma: true, exits: false },
  /** The same of a disk whose controller in hardware is virtio's: any guest with a driver for that has one for it. */
  { id: 'passed-virtio', registers: false, dma: true, exits: false },
] as const;

/** Name of a way. */
export type DiskWay = (typeof DISK_WAYS)[number]['id'];
export const DISK_WAY_IDS: readonly DiskWay[] = DISK_WAYS.map(({ id }) => id);
/** That of a disk which does not say. */
export const USUAL_WAY = 'virtio';

interface Given {
  readonly way?: DiskWay | undefined;
  readonly slot?: number | undefined;
}

/** A disk or a card behind queues that the hypervisor serves, as those that do not say are. */
export function isVirtio({ way = USUAL_WAY }: Given): boolean {
  return way === USUAL_WAY;
}

/** A disk that is the host's own, and not one that the hypervisor plays. */
export function isPassedThrough({ way }: Given): boolean {
  return !diskWayOf(way).exits;
}

/** One of these behind queues that the hardware serves itself. */
export function isPassedVirtio({ way }: Given): boolean {
  return way === 'passed-virtio';
}

/** A VM that is given any device of its host whole. */
export function hasPassedThrough(vm: {
  readonly disks: readonly Given[];
  readonly nics: readonly Given[];
}): boolean {
  return [...vm.disks, ...vm.nics].some((each) => isPassedThrough(each) && isThere(each));
}

/** What a way is. */
export function diskWayOf(way: DiskWay = USUAL_WAY): (typeof DISK_WAYS)[number] {
  return DISK_WAYS.find(({ id }) => id === way) ?? DISK_WAYS[0];
}
