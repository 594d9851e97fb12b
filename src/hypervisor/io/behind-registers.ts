/** Which disks or cards of a VM a guest drives by registers, whoever answers there, and which by queues. */
import { type DiskWay, diskWayOf } from '#base/catalogue/disk-ways';
import type { ideWindow } from '#machine/devices/platform';

/** Places in a list of a specification: in the order of windows, or of slots. */
export function placesBehind(
  what: 'registers' | 'queues',
  given: readonly { readonly way?: DiskWay }[],
): number[] {
  return given.flatMap(({ way }, place) =>
    diskWayOf(way).registers === (what === 'registers') ? [place] : [],
  );
}

/** One that the hypervisor plays, and where: those that are passed through have windows between. */
export interface Emulated<Device> {
  /** Its place in the specification. */
  readonly place: number;
  readonly device: Device;
  readonly window: ReturnType<typeof ideWindow>;
}
