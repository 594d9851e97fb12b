/** Which disks or cards of a VM a guest drives by registers, whoever answers there, and which by queues. */
import { type DiskWay, diskWayOf, isPassedThrough } from '#base/catalogue/disk-ways';
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

/** Those behind registers at which the hypervisor answers, or the hardware itself: places in the specification, and which window each has among all behind registers. */
export function placesOf(
  who: 'hypervisor' | 'hardware',
  given: readonly { readonly way?: DiskWay }[],
): { readonly place: number; readonly window: number }[] {
  return placesBehind('registers', given)
    .map((place, window) => ({ place, window }))
    .filter(({ place }) => isPassedThrough(given[place]!) === (who === 'hardware'));
}

/** One that the hypervisor plays, and where: those that are passed through have windows between. */
export interface Emulated<Device> {
  /** Its place in the specification. */
  readonly place: number;
  readonly device: Device;
  readonly window: ReturnType<typeof ideWindow>;
}
